"""What a form that is filled from a run has taken from it."""

from engine.analysis.name_text import on_one_line
from engine.runs.history import RunHistory


def template_note(history: RunHistory) -> str:
    """A sentence or two: a file of results tells less of a search than a run of this program."""
    name = on_one_line(history.name)
    if not history.imported:
        return f"Filled in with the configuration of the run '{name}'."
    return (
        f"Supernet and objectives are those of the imported file '{name}'. It does not tell how "
        "they were measured or searched: everything else is as in a new form."
    )
