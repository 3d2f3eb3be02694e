"""What there is to say of a run of imported results, which nobody has searched here."""

from collections.abc import Mapping
from typing import Any

from engine.runs.history import RunHistory

_OF_A_FILE = ("supernet", "metrics", "constraints", "record")


def has_searched(history: RunHistory) -> bool:
    """Whether a run has a search of its own: an imported one only after it was extended."""
    return not history.imported or history.num_evals > 0


def import_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The part of the settings of a run, by `NASConfig.to_dict`, that a file of results tells of.

    The others say how the run would search if it was extended.
    """
    dynas = settings["nas"]["dynas"]
    return {"nas": {"dynas": {name: dynas[name] for name in _OF_A_FILE if name in dynas}}}
