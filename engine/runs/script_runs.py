"""Runs that need functions of the script which started them: who may resume them.

The first event of such a run has the entry `script`: the names of its metrics that a function
measures, and whether its supernet is one of the script. Any process can show the run.
"""

from collections.abc import Mapping
from typing import Any

from engine import script_objects
from engine.config import NASConfig
from engine.errors import RunError
from engine.logged_metrics import definition_difference
from engine.metrics import metric
from engine.runs.described_runs import logged_names
from engine.runs.history import RunHistory
from engine.supernets.base import Supernet

_ENTRY = "script"


def script_entries(config: NASConfig, supernet: Supernet) -> dict[str, Any]:
    """The entries of the first event of a run on scripts; empty if the run needs nothing of one."""
    functions = {*script_objects.offered("function"), *logged_names()}
    entry, description = dict[str, Any](), dict(supernet.log_entry())
    if names := [name for name in config.all_metrics if name in functions and not description]:
        entry["metrics"] = names
    if description:
        entry["supernet"] = supernet.name
    return {_ENTRY: entry, **description} if entry else {}


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
    for name in entry.get("metrics", ()):
        definition, offered = history.config.definitions.get(name), metric(name)
        if definition is not None and definition.direction != offered.direction:
            difference = definition_difference(definition, offered)
            return (
                f"The script has another metric '{name}' than the run '{history.name}': "
                f"{difference}. {verb} with the metric that the run began with."
            )
    supernet = entry.get("supernet")
    if supernet is not None and supernet not in script_objects.offered("supernet"):
        return (
            f"The run '{history.name}' evaluates by functions of the script that started it. "
            f"{verb} in that script, after NAS(...).offer() with the same functions."
        )
    return ""


def check_script(history: RunHistory, verb: str = "Resume it") -> None:
    """Raise RunError with the text of `missing_script_text`, if there is any."""
    if text := missing_script_text(history, verb):
        raise RunError(text)


def _entry(history: RunHistory) -> Mapping[str, Any]:
    entry = history.events[0].data.get(_ENTRY, {}) if history.events else {}
    return entry if isinstance(entry, Mapping) else {}
