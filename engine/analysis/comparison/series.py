"""Series: a run, or the runs of one configuration that differ in their seed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import TypeVar

from engine.analysis.name_text import distinct_names, distinct_short_names, on_one_line
from engine.analysis.palette import LINE_STYLES, LineStyle
from engine.runs.comparison import configuration_key
from engine.runs.history import RunHistory
from engine.runs.run_summary import ACTIVE, RunSummary

_MAX_LEGEND_LENGTH = 34  # characters of a name in a legend
_MAX_SHORT_LENGTH = 40  # characters of a name in a sentence
_WIDE_COLUMNS, _MAX_COLUMN_LENGTH = 4, 22  # characters of a name where there are more columns
_SEED = re.compile(r"[\s,·:_#(-]*(\bseed)?[\s,·:_#(-]*$", re.IGNORECASE)


@dataclass(frozen=True)
class Series:
    """One run, or several runs of one configuration.

    `name` is unique among the compared series, and so are its short forms: `short_name` is for
    sentences, `legend` as wide as a legend.
    """

    name: str
    short_name: str
    histories: tuple[RunHistory, ...]
    style: LineStyle
    short_legend: str = ""

    @property
    def first(self) -> RunHistory:
        """A representative run: the others differ in their seed alone."""
        return self.histories[0]

    @property
    def ended_histories(self) -> tuple[RunHistory, ...]:
        """The runs that are not active."""
        return tuple(h for h in self.histories if h.summary().state not in ACTIVE)

    @property
    def legend(self) -> str:
        """The name as short as a legend: where series differ at the end of it, that end."""
        return self.short_legend or on_one_line(self.name, _MAX_LEGEND_LENGTH)


Run = TypeVar("Run", bound=RunHistory | RunSummary)


def group_by_configuration(histories: Sequence[Run]) -> list[tuple[Run, ...]]:
    """Groups of runs that differ in their seed alone, in the order of their first run."""
    groups: dict[str, list[Run]] = {}
    for history in histories:
        groups.setdefault(configuration_key(history), []).append(history)
    return [tuple(group) for group in groups.values()]


def series_of(
    histories: Sequence[RunHistory], apart: bool = False, most: int | None = len(LINE_STYLES)
) -> list[Series]:
    """The series to draw, at most `most` of them; with `apart` one for each run.

    There is a style for each of as many as can be told apart in one chart; further ones begin with
    the first style again.

    >>> [series.name for series in series_of([run.history])] == [run.name]
    True
    """
    groups = [(history,) for history in histories] if apart else group_by_configuration(histories)
    groups = groups[:most]
    approaches = [group[0].config.approach for group in groups]
    titles = distinct_names([group_title(group) for group in groups], [g[0].id for g in groups])
    are_approaches_unique = len(set(approaches)) == len(approaches)
    short_names = (
        approaches if are_approaches_unique else distinct_short_names(titles, _MAX_SHORT_LENGTH)
    )
    endings = [f" ({len(group)} seeds)" if len(group) > 1 else "" for group in groups]
    legends = distinct_short_names(titles, _MAX_LEGEND_LENGTH - max(map(len, endings), default=0))
    return [
        Series(title + ending, short_name, group, style, legend + ending)
        for title, short_name, group, style, legend, ending in zip(
            titles, short_names, groups, cycle(LINE_STYLES), legends, endings, strict=False
        )
    ]


def column_names(series: Sequence[Series]) -> list[str]:
    """The distinct names of series as titles of columns, the shorter the more columns there are."""
    if len(series) <= _WIDE_COLUMNS:
        return [one_series.legend for one_series in series]
    return distinct_short_names([one_series.name for one_series in series], _MAX_COLUMN_LENGTH)


def group_title(group: Sequence[RunHistory | RunSummary]) -> str:
    """The name of a run; for several the common part of their names, else their approach."""
    if len(group) == 1:
        return group[0].name
    common = _common_start([history.name for history in group])
    return _SEED.sub("", common) or group[0].config.approach


def _common_start(names: Sequence[str]) -> str:
    smallest, largest = min(names), max(names)
    first_difference = (i for i, letter in enumerate(smallest) if letter != largest[i : i + 1])
    return smallest[: next(first_difference, len(smallest))]
