"""What is drawn as one: a run, or the runs of one configuration that differ in their seed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from engine.analysis.name_text import on_one_line
from engine.analysis.palette import LINE_STYLES, LineStyle
from engine.runs.comparison import configuration_key
from engine.runs.history import RunHistory
from engine.runs.run_summary import ACTIVE, RunSummary

_LONGEST = 34  # characters of a name in a legend
_SEED = re.compile(r"[\s,·:_#(-]*(\bseed)?[\s,·:_#(-]*$", re.IGNORECASE)


@dataclass(frozen=True)
class Series:
    """One run, or several that form one configuration.

    `name` is unique among what is compared; `short` is what sentences call it.
    """

    name: str
    short: str
    histories: tuple[RunHistory, ...]
    look: LineStyle

    @property
    def first(self) -> RunHistory:
        """A run that stands for the others: they differ in their seed alone."""
        return self.histories[0]

    @property
    def ended(self) -> tuple[RunHistory, ...]:
        """The runs of which nothing more is to come by itself."""
        return tuple(h for h in self.histories if h.summary().state not in ACTIVE)

    @property
    def legend(self) -> str:
        """The name, cut to what a legend has room for."""
        return on_one_line(self.name, _LONGEST)


Run = TypeVar("Run", bound=RunHistory | RunSummary)


def grouped(histories: Sequence[Run]) -> list[tuple[Run, ...]]:
    """Runs that differ in their seed alone together, in the order in which they come."""
    groups: dict[str, list[Run]] = {}
    for history in histories:
        groups.setdefault(configuration_key(history), []).append(history)
    return [tuple(group) for group in groups.values()]


def series_of(histories: Sequence[RunHistory], apart: bool = False) -> list[Series]:
    """What to draw, as many as there are looks; with `apart` every run alone."""
    groups = [(history,) for history in histories] if apart else grouped(histories)
    groups = groups[: len(LINE_STYLES)]
    approaches = [group[0].config.approach for group in groups]
    titles = _distinct([title_of(group) for group in groups])
    names = [f"{title} ({len(g)} seeds)" if len(g) > 1 else title
             for title, g in zip(titles, groups, strict=True)]  # fmt: skip
    telling = len(set(approaches)) == len(approaches)
    return [
        Series(name, approach if telling else title, group, look)
        for name, title, approach, group, look in zip(
            names, titles, approaches, groups, LINE_STYLES, strict=False
        )
    ]


def title_of(group: Sequence[RunHistory | RunSummary]) -> str:
    """The name of a run; of several what their names have in common, else their approach."""
    if len(group) == 1:
        return group[0].name
    common = _common_start([history.name for history in group])
    return _SEED.sub("", common) or group[0].config.approach


def _common_start(names: Sequence[str]) -> str:
    first, last = min(names), max(names)
    same = (i for i, letter in enumerate(first) if letter != last[i : i + 1])
    return first[: next(same, len(first))]


def _distinct(titles: Sequence[str]) -> list[str]:
    seen: dict[str, int] = {}
    distinct = []
    for title in titles:
        seen[title] = seen.get(title, 0) + 1
        distinct.append(title if seen[title] == 1 else f"{title} [{seen[title]}]")
    return distinct
