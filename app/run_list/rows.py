"""Rows of the table of runs, with filters and order."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.run_header import has_measurements, shown_state
from app.session import LIVE_STATES
from engine.metrics import Metric, metric
from engine.runs.run_labels import Labels
from engine.runs.run_summary import RunSummary
from engine.sources import IMPORTED
from engine.supernets import registry

NEWEST_FIRST = "-created"


@dataclass(frozen=True)
class RunRow:
    """Plain data of one row. `supernet` is the supernet's name, `title` its title.

    `waits` is a sentence that says for which workers a queued run waits, if that is known here.
    `count` is what is spent and what of in `unit`, `progress` the share in [0, 1]. `best` is the
    best value of the first objective, `metric`, within the `limits` of the run; `key` is equal for
    runs whose hypervolumes can be compared. `best` and `hypervolume` are NaN before there are any,
    `created` is a POSIX time.
    """

    id: str
    name: str
    state: str
    elsewhere: bool
    waits: str
    approach: str
    supernet: str
    title: str
    objectives: str
    count: str
    unit: str
    progress: float
    metric: Metric
    best: float
    limits: str
    hypervolume: float
    key: tuple[object, ...]
    created: float
    labels: Labels
    actions: frozenset[str]

    @property
    def text(self) -> str:
        """All text that the search field matches, in lower case."""
        labels = (*self.labels.tags, self.labels.note)
        searched = (self.approach, self.supernet, self.title, self.objectives)
        words = (self.name, self.id, *searched, *labels)
        return " ".join(words).lower()


def run_row(summary: RunSummary, labels: Labels) -> RunRow:
    """The row of a run."""
    dynas = summary.config.dynas
    return RunRow(
        id=summary.id,
        name=summary.name,
        state=shown_state(summary),
        elsewhere=summary.state in LIVE_STATES and not summary.is_run_by_this_process,
        waits=summary.message if summary.state == "queued" else "",
        approach=IMPORTED if summary.imported else summary.config.approach,
        supernet=dynas.supernet,
        title=registry.title(dynas.supernet),
        objectives=", ".join(
            summary.objective_labels or [metric(name).label for name in dynas.metrics]
        ),
        count=summary.count_text(),
        unit=summary.unit,
        progress=summary.progress,
        metric=summary.objectives[0],
        best=summary.best,
        limits=", ".join(limit.label for limit in summary.config.constraints),
        key=summary.hypervolume_key,
        hypervolume=summary.hypervolume if has_measurements(summary) else math.nan,
        created=summary.created,
        labels=labels,
        actions=summary.actions,
    )


@dataclass(frozen=True)
class Query:
    """A filter for rows with every word and one entry of each list that is not empty."""

    words: str = ""
    states: tuple[str, ...] = ()
    supernets: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    archived: bool = False
    order: str = NEWEST_FIRST

    def matches(self, row: RunRow) -> bool:
        """Whether the row passes the filter."""
        return (
            row.labels.archived == self.archived
            and (not self.states or row.state in self.states)
            and (not self.supernets or row.supernet in self.supernets)
            and (not self.tags or not set(self.tags).isdisjoint(row.labels.tags))
            and all(word in row.text for word in self.words.lower().split())
        )


_ORDERS = {
    "name": lambda row: row.name.lower(),
    "state": lambda row: row.state,
    "supernet": lambda row: (row.title, row.objectives),
    "progress": lambda row: row.progress,
    "best": lambda row: (row.metric.name, -row.metric.sign * row.best),
    "hypervolume": lambda row: row.hypervolume,
    "created": lambda row: row.created,
}


def valid_order(order: str) -> str:
    """`order` if it is valid, else the newest first."""
    return order if order.removeprefix("-") in _ORDERS else NEWEST_FIRST


def next_order(order: str, column: str) -> str:
    """The order after a click on a column's title: numbers start with the largest."""
    first_order = column if column in ("name", "state", "supernet") else f"-{column}"
    second_order = f"-{column}" if first_order == column else column
    return second_order if order == first_order else first_order


def matching_rows(rows: Iterable[RunRow], query: Query) -> list[RunRow]:
    """The rows that match `query`, in its order; equal ones the newest first.

    Rows without the value that decides come last. An order by hypervolume keeps runs together whose
    hypervolumes can be compared, those with the best (or, ascending, the worst) run first.
    """
    order = valid_order(query.order)
    column, descending = order.removeprefix("-"), order.startswith("-")
    key: Any = _ORDERS[column]
    matching = sorted(filter(query.matches, rows), key=lambda row: row.created, reverse=True)
    if column not in ("best", "hypervolume"):
        return sorted(matching, key=key, reverse=descending)
    known = [row for row in matching if math.isfinite(getattr(row, column))]
    ordered = sorted(known, key=key, reverse=descending)
    if column == "hypervolume":
        groups: dict[object, int] = {}
        for row in ordered:
            groups.setdefault(row.key or row.id, len(groups))
        ordered.sort(key=lambda row: groups[row.key or row.id])
    return ordered + [row for row in matching if not math.isfinite(getattr(row, column))]


@dataclass(frozen=True)
class Comparison:
    """How the hypervolume of a run stands among the `count` runs that it can be compared with.

    `best` is the largest hypervolume of these.
    """

    count: int
    best: float


def comparisons(rows: Iterable[RunRow]) -> dict[tuple[object, ...], Comparison]:
    """For each `key` of several rows, what their hypervolumes are compared with."""
    values: dict[tuple[object, ...], list[float]] = {}
    for row in rows:
        if row.key and math.isfinite(row.hypervolume):
            values.setdefault(row.key, []).append(row.hypervolume)
    return {
        key: Comparison(len(found), max(found)) for key, found in values.items() if len(found) > 1
    }


def filter_choices(rows: Sequence[RunRow]) -> tuple[list[str], list[str], list[str]]:
    """The states, supernets and tags of the rows."""
    tags = {tag for row in rows for tag in row.labels.tags}
    return sorted({r.state for r in rows}), sorted({r.supernet for r in rows}), sorted(tags)
