"""What differs between configurations, by the names that a YAML has for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from engine.analysis.comparison.series import Series
from engine.analysis.number_text import NOTHING
from engine.meters.conditions import in_words, lasting
from engine.runs.comparison import configuration
from engine.runs.history import RunHistory
from engine.runs.provenance import quality_source
from engine.sources import IMPORTED

Machine = tuple[tuple[str, Any], ...]
"""Conditions as pairs of name and value, as `engine.meters.conditions` has them."""

_SOURCE = "quality from"
_OF_SEARCHES = ("approach", _SOURCE)

_seen: WeakKeyDictionary[RunHistory, tuple[int, frozenset[Machine]]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Difference:
    """One entry of the configurations: a value for each series."""

    name: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the series do not all have the same."""
        return len(set(self.values)) > 1


def differences(series: Sequence[Series]) -> list[Difference]:
    """Every entry of the configurations, with seeds and budgets as they are now."""
    flat = [_settings(one.first) for one in series]
    names = list(dict.fromkeys(name for each in flat for name in each))
    rows = [Difference(name, tuple(_text(each.get(name)) for each in flat)) for name in names]
    seeds = tuple(_listed([h.config.search.seed for h in one.histories]) for one in series)
    budgets = tuple(_listed([h.budget for h in one.histories]) for one in series)
    rows = [row for row in rows if row.name != "dynas.num_evals"]
    rows += [Difference("search.seed", seeds), Difference("dynas.num_evals", budgets)]
    timed = tuple(_timed_on(one) for one in series)
    return [*rows, Difference("latency timed on", timed)] if any(timed) else rows


def _settings(history: RunHistory) -> dict[str, Any]:
    """The configuration of a run; one that only holds imported results has never searched."""
    searched = not history.imported or history.num_evals > 0
    source = quality_source(history)
    told = {} if searched else dict.fromkeys(_OF_SEARCHES, IMPORTED)
    return {**configuration(history), _SOURCE: source, **told}


def _timed_on(series: Series) -> str:
    """Every machine that the latencies of the runs were timed on."""
    distinct = frozenset[Machine]().union(*(machines(history) for history in series.histories))
    return "; ".join(sorted({in_words(dict(items)) for items in distinct}))


def machines(history: RunHistory) -> frozenset[Machine]:
    """What the latencies of a run were timed on; costs what is new since the last call."""
    seen, known = _seen.get(history, (0, frozenset()))
    fresh = history.evaluations[seen:]
    known |= {tuple(lasting(e.conditions).items()) for e in fresh if e.conditions}
    _seen[history] = seen + len(fresh), known
    return known


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(str(number) for number in sorted(set(numbers)))


def _text(value: Any) -> str:
    if value is None or value == []:
        return NOTHING
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_text(part)}" for name, part in value.items())
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value)
