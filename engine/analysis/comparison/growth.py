"""Hypervolume over evaluations: a line a run, median and quartiles over the seeds of several."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.analysis.comparison.series import Series
from engine.analysis.number_text import share
from engine.analysis.palette import LineStyle
from engine.pareto.curves import Curve, corners, spread
from engine.runs.comparison import Box, BoxedHypervolume, common_box
from engine.runs.history import RunHistory


@dataclass(frozen=True)
class Growth:
    """The hypervolume of one series after each evaluation, all `(n,)` arrays.

    `curves` are those of its runs that `median`, `low` and `high` sum up; `known` says that one of
    the runs began with sub-networks that others had measured.
    """

    series: Series
    curves: tuple[Curve, ...]
    low: Curve
    median: Curve
    high: Curve
    running: bool
    known: bool

    @property
    def final(self) -> float:
        """The hypervolume in the end, or as of now."""
        return float(self.median[-1])


def growth(series: Series, boxed: Sequence[BoxedHypervolume]) -> Growth | None:
    """Sum up the runs of a series as far as the shortest goes; None before any has a hypervolume.

    A run that is under way is left out while there are others that have ended.
    """
    ended = {history.id for history in series.ended}
    counted = [one for one in boxed if one.history.id in ended] or list(boxed)
    curves = tuple(curve for one in counted if len(curve := one.curve()))
    if not curves:
        return None
    low, median, high = spread(curves)
    running = len(ended) < len(series.histories)
    known = any(history.known for history in series.histories)
    return Growth(series, curves, low, median, high, running, known)


def grown_series(
    series: Sequence[Series],
    boxed: Callable[[RunHistory, Box], BoxedHypervolume] = BoxedHypervolume,
) -> tuple[list[Growth], Box | None]:
    """Those of the series that have a hypervolume, in the smallest box that holds all of them.

    No box before one of them has any. Their hypervolumes must be comparable, of which
    `why_not_comparable` tells. `boxed` may keep what it makes.
    """
    box = common_box([history for one in series for history in one.histories])
    if box is None:
        return [], None
    each = (growth(one, [boxed(history, box) for history in one.histories]) for one in series)
    return [made for made in each if made is not None], box


@dataclass(frozen=True)
class GrowthLine:
    """What is drawn of one series: corners of step lines; `low` and `high` empty for one run."""

    name: str
    look: LineStyle
    evaluations: tuple[int, ...]
    median: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class GrowthInfo:
    """Plain data of the chart."""

    revision: str
    lines: tuple[GrowthLine, ...]
    banded: bool

    @property
    def description(self) -> str:
        """What a reader who does not see the chart should know."""
        ends = ", ".join(
            f"{line.name} {share(line.median[-1])} after {line.evaluations[-1]} evaluations"
            for line in self.lines
        )
        return f"Hypervolume over evaluations, in one box for all. {ends}."


def growth_info(grown: Sequence[Growth], box: Box) -> GrowthInfo:
    """Plain data of the chart, with a point wherever a line changes and none between."""
    lines = []
    for one in grown:
        several = len(one.curves) > 1
        at = corners(one.low, one.median, one.high) if several else corners(one.median)
        low, median, high = (
            tuple(np.round(curve[at], 6).tolist()) for curve in (one.low, one.median, one.high)
        )
        numbers = tuple((at + 1).tolist())
        band = (low, high) if several else ((), ())
        lines.append(GrowthLine(one.series.legend, one.series.look, numbers, median, *band))
    runs = ",".join(h.id for one in grown for h in one.series.histories)
    banded = any(line.low for line in lines)
    return GrowthInfo(f"{runs}:{box.reference}", tuple(lines), banded)
