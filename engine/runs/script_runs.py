"""Runs that need functions of the script which started them: who may resume them.

The first event of such a run has the entry `script`: the names of its metrics that a function
measures, and whether its supernet is one of the script. Any process can show the run.
"""

from collections.abc import Mapping
from typing import Any

from engine import script_objects
from engine.config import NASConfig
from engine.errors import RunError
from engine.runs.history import RunHistory

_ENTRY = "script"


def script_entry(config: NASConfig) -> dict[str, Any]:
    """The entry of the first event of a run; empty if the run needs nothing of a script."""
    functions, supernets = script_objects.offered("function"), script_objects.offered("supernet")
    entry: dict[str, Any] = {}
    if names := [name for name in config.all_metrics if name in functions]:
        entry["metrics"] = names
    if config.dynas.supernet in supernets:
        entry["supernet"] = config.dynas.supernet
    return {_ENTRY: entry} if entry else {}


def names_of_script(history: RunHistory) -> list[str]:
    """The names of all that a run may need of a script; none if it needs nothing."""
    return [*history.config.all_metrics, history.supernet_name] if _entry(history) else []


def missing_script_text(history: RunHistory, verb: str = "Resume it") -> str:
    """Why this process cannot go on with the run or repeat it, and what can; empty if it can.

    Such a run needs a function that no script of this process offers. The advice begins with
    `verb`.
    """
    entry = _entry(history)
    missing = [n for n in entry.get("metrics", ()) if n not in script_objects.offered("function")]
    if missing:
        names = " and ".join(missing)
        return (
            f"The run '{history.name}' measures {names} by a function of the script that started "
            f"it. {verb} in that script, after offer_metrics with the same functions."
        )
    supernet = entry.get("supernet")
    if supernet is not None and supernet not in script_objects.offered("supernet"):
        return (
            f"The run '{history.name}' evaluates by functions of the script that started it. "
            f"{verb} in that script, after NAS(...).offer() with the same functions."
        )
    return ""


def check_script(history: RunHistory) -> None:
    """Raise RunError with the text of `missing_script_text`, if there is any."""
    if text := missing_script_text(history):
        raise RunError(text)


def _entry(history: RunHistory) -> Mapping[str, Any]:
    entry = history.events[0].data.get(_ENTRY, {}) if history.events else {}
    return entry if isinstance(entry, Mapping) else {}
