"""Runs that need functions of the script which started them: who may resume them.

The first event of such a run has the entry `script`: the names of its metrics that a function
measures, and whether its supernet is one of the script. Any process can show the run.
"""

from collections.abc import Mapping
from typing import Any

from engine import script_objects
from engine.config import NASConfig
from engine.errors import RunError
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


def check_script(history: RunHistory) -> None:
    """Raise RunError if the run needs a function that no script of this process offers."""
    entry = _entry(history)
    missing = [n for n in entry.get("metrics", ()) if n not in script_objects.offered("function")]
    if missing:
        names = " and ".join(missing)
        raise RunError(
            f"The run '{history.name}' measures {names} by a function of the script that started "
            "it. Resume it in that script, after offer_metrics with the same functions."
        )
    supernet = entry.get("supernet")
    if supernet is not None and supernet not in script_objects.offered("supernet"):
        raise RunError(
            f"The run '{history.name}' evaluates by functions of the script that started it. "
            "Resume it in that script, after NAS(...).offer() with the same functions."
        )


def _entry(history: RunHistory) -> Mapping[str, Any]:
    entry = history.events[0].data.get(_ENTRY, {}) if history.events else {}
    return entry if isinstance(entry, Mapping) else {}
