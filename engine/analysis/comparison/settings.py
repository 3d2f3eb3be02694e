"""Differences between configurations, by their names in a YAML file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from engine.analysis.comparison.series import Series
from engine.analysis.number_text import NO_VALUE
from engine.meters.conditions import (
    describe_conditions,
    describe_quality_conditions,
    machine_conditions,
)
from engine.runs.comparison import configuration
from engine.runs.described_import import has_searched
from engine.runs.history import RunHistory
from engine.runs.provenance import quality_source
from engine.sources import IMPORTED

Conditions = tuple[tuple[str, Any], ...]
"""Conditions as pairs of name and value, as of `engine.meters.conditions`."""


class RunConditions(NamedTuple):
    """The machines of a run's latencies, and what its qualities were measured with."""

    machines: frozenset[Conditions] = frozenset()
    quality: frozenset[Conditions] = frozenset()


_SOURCE = "quality from"
_SEARCH_SETTINGS = ("approach", _SOURCE)

_cache: WeakKeyDictionary[RunHistory, tuple[int, RunConditions]] = WeakKeyDictionary()


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
        _numbers_text([h.num_evals for h in one_series.histories]) for one_series in series
    )
    rows = [row for row in rows if row.name != "dynas.num_evals"]
    rows += [Difference("search.seed", seeds), Difference("dynas.num_evals", budgets)]
    quality = tuple(_measured_with(one_series) for one_series in series)
    latency = tuple(_timed_on(one_series) for one_series in series)
    measured = {"quality measured with": quality, "latency timed on": latency}
    return rows + [
        Difference(name, tuple(text or NO_VALUE for text in texts))
        for name, texts in measured.items()
        if any(texts)
    ]


def _settings(history: RunHistory) -> dict[str, Any]:
    """The configuration of a run; a run of imported results alone has no search settings."""
    source = quality_source(history)
    imported_settings = {} if has_searched(history) else dict.fromkeys(_SEARCH_SETTINGS, IMPORTED)
    return {**configuration(history), _SOURCE: source, **imported_settings}


def _timed_on(series: Series) -> str:
    """The machines on which the latencies of the runs were measured."""
    machines = {items for h in series.histories for items in run_conditions(h).machines}
    return "; ".join(sorted({describe_conditions(dict(items)) for items in machines}))


def _measured_with(series: Series) -> str:
    """What measured the quality of the runs; empty in logs of older versions."""
    conditions = {items for h in series.histories for items in run_conditions(h).quality}
    return "; ".join(sorted({describe_quality_conditions(dict(items)) for items in conditions}))


def run_conditions(history: RunHistory) -> RunConditions:
    """The conditions of all measurements of a run; a repeated call costs only what is new."""
    evaluation_count, known = _cache.get(history, (0, RunConditions()))
    new_evaluations = history.evaluations[evaluation_count:]
    machines = [machine_conditions(e.conditions) for e in new_evaluations if e.conditions]
    quality = [e.quality_conditions for e in new_evaluations if e.quality_conditions]
    known = RunConditions(
        known.machines | {tuple(conditions.items()) for conditions in machines},
        known.quality | {tuple(conditions.items()) for conditions in quality},
    )
    _cache[history] = evaluation_count + len(new_evaluations), known
    return known


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
