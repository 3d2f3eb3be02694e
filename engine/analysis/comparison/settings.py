"""Differences between configurations, by their names in a YAML file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from engine.analysis.comparison.series import Series
from engine.analysis.number_text import NO_VALUE
from engine.meters.conditions import describe_conditions, machine_conditions
from engine.runs.comparison import configuration
from engine.runs.history import RunHistory
from engine.runs.provenance import quality_source
from engine.sources import IMPORTED

Machine = tuple[tuple[str, Any], ...]
"""Conditions as pairs of name and value, as of `engine.meters.conditions`."""

_SOURCE = "quality from"
_SEARCH_SETTINGS = ("approach", _SOURCE)

_machine_cache: WeakKeyDictionary[RunHistory, tuple[int, frozenset[Machine]]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Difference:
    """One entry of the configurations: a value for each series."""

    name: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the series have different values."""
        return len(set(self.values)) > 1


def differences(series: Sequence[Series]) -> list[Difference]:
    """Every entry of the configurations, with the present seeds and budgets."""
    settings_of_series = [_settings(one_series.first) for one_series in series]
    names = list(dict.fromkeys(name for settings in settings_of_series for name in settings))
    rows = [
        Difference(name, tuple(_text(settings.get(name)) for settings in settings_of_series))
        for name in names
    ]
    seeds = tuple(
        _numbers_text([h.config.search.seed for h in one_series.histories]) for one_series in series
    )
    budgets = tuple(
        _numbers_text([h.budget for h in one_series.histories]) for one_series in series
    )
    rows = [row for row in rows if row.name != "dynas.num_evals"]
    rows += [Difference("search.seed", seeds), Difference("dynas.num_evals", budgets)]
    conditions = tuple(_timed_on(one_series) for one_series in series)
    return [*rows, Difference("latency timed on", conditions)] if any(conditions) else rows


def _settings(history: RunHistory) -> dict[str, Any]:
    """The configuration of a run; a run of imported results alone has no search settings."""
    has_searched = not history.imported or history.num_evals > 0
    source = quality_source(history)
    imported_settings = {} if has_searched else dict.fromkeys(_SEARCH_SETTINGS, IMPORTED)
    return {**configuration(history), _SOURCE: source, **imported_settings}


def _timed_on(series: Series) -> str:
    """The machines on which the latencies of the runs were measured."""
    timed_machines = frozenset[Machine]().union(
        *(machines(history) for history in series.histories)
    )
    return "; ".join(sorted({describe_conditions(dict(items)) for items in timed_machines}))


def machines(history: RunHistory) -> frozenset[Machine]:
    """The machines of a run's latencies; a repeated call costs only what is new."""
    evaluation_count, known_machines = _machine_cache.get(history, (0, frozenset()))
    new_evaluations = history.evaluations[evaluation_count:]
    known_machines |= {
        tuple(machine_conditions(e.conditions).items()) for e in new_evaluations if e.conditions
    }
    _machine_cache[history] = evaluation_count + len(new_evaluations), known_machines
    return known_machines


def _numbers_text(numbers: Sequence[int]) -> str:
    return ", ".join(str(number) for number in sorted(set(numbers)))


def _text(value: Any) -> str:
    if value is None or value == []:
        return NO_VALUE
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_text(part)}" for name, part in value.items())
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value)
