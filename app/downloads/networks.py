"""Whether a run has networks: those of a search of choices exist in its script only."""

from engine.errors import DynasError
from engine.runs.history import RunHistory
from engine.supernets import registry
from engine.supernets.choices.supernet import ChoiceSupernet


def no_networks_text(history: RunHistory) -> str:
    """Why no sub-network of the run can be downloaded as a network; empty if each can."""
    try:
        supernet = registry.load(history.supernet_name)
    except DynasError:
        return ""  # the panel of downloads says what is missing
    if not isinstance(supernet, ChoiceSupernet):
        return ""
    return (
        "This run searched choices of a script: their models are built by the script. Build one "
        "there from its configuration."
    )


def configuration_note(history: RunHistory) -> str:
    """What the text of a sub-network's configuration is for, for the heading above it."""
    return "for your script" if no_networks_text(history) else "text that rebuilds it here"
