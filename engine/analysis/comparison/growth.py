"""Hypervolume over evaluations: a line for each run, median and quartiles for several seeds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.analysis.comparison.series import Series
from engine.analysis.number_text import hypervolume_text
from engine.analysis.palette import LineStyle
from engine.count_text import count_text
from engine.pareto.curves import Curve, change_indices, quartiles
from engine.runs.comparison import Box, BoxedHypervolume, common_box
from engine.runs.history import RunHistory


@dataclass(frozen=True)
class Growth:
    """The hypervolume of one series after each evaluation, all `(n,)` arrays.

    `curves` are those of its runs that `median`, `low` and `high` summarise. Runs that compute make
    no evaluations: their curves are `(1,)`, the hypervolume of their fronts. `has_warm_start` says
    that a run started with sub-networks that other runs had measured.
    """

    series: Series
    curves: tuple[Curve, ...]
    low: Curve
    median: Curve
    high: Curve
    is_running: bool
    has_warm_start: bool

    @property
    def final(self) -> float:
        """The last hypervolume."""
        return float(self.median[-1])

    @property
    def computes(self) -> bool:
        """Whether its runs compute and measure nothing, so that they have no evaluations."""
        return self.series.first.computed_count is not None


def growth(series: Series, boxed_hypervolumes: Sequence[BoxedHypervolume]) -> Growth | None:
    """The summary of a series up to its shortest run; None before a run has a hypervolume.

    An active run is left out if other runs of the series have ended.
    """
    ended_ids = {history.id for history in series.ended_histories}
    counted_hypervolumes = [
        hypervolume for hypervolume in boxed_hypervolumes if hypervolume.history.id in ended_ids
    ] or list(boxed_hypervolumes)
    curves = tuple(
        curve for hypervolume in counted_hypervolumes if len(curve := hypervolume.curve())
    )
    if not curves:
        return None
    computes = series.first.computed_count is not None
    if computes:
        curves = tuple(curve[-1:] for curve in curves)
    low, median, high = quartiles(curves)
    is_running = len(ended_ids) < len(series.histories)
    has_warm_start = not computes and any(history.warm_start_count for history in series.histories)
    return Growth(series, curves, low, median, high, is_running, has_warm_start)


def grown_series(
    series: Sequence[Series],
    boxed_hypervolume: Callable[[RunHistory, Box], BoxedHypervolume] = BoxedHypervolume,
) -> tuple[list[Growth], Box | None]:
    """The series that have a hypervolume, in the smallest box that holds all of them.

    The box is None if no run has one. The hypervolumes must be comparable; see
    `why_not_comparable`. `boxed_hypervolume` may cache its results.

    >>> (grown,), box = grown_series(series_of([run.history]))
    >>> bool(grown.final == run.hypervolume[-1])
    True
    """
    box = common_box([history for one_series in series for history in one_series.histories])
    if box is None:
        return [], None
    growths = (
        growth(one_series, [boxed_hypervolume(history, box) for history in one_series.histories])
        for one_series in series
    )
    return [one_growth for one_growth in growths if one_growth is not None], box


@dataclass(frozen=True)
class GrowthLine:
    """The line of one series: corners of step lines; `low` and `high` are empty for one run.

    `is_level` says that the series has no evaluations, only the hypervolume of what it computed.
    """

    name: str
    style: LineStyle
    evaluations: tuple[int, ...]
    median: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    is_level: bool = False

    @property
    def end_text(self) -> str:
        """Its name, its last hypervolume and what this took."""
        cost = (
            "computed"
            if self.is_level
            else f"after {count_text(self.evaluations[-1], 'evaluation')}"
        )
        return f"{self.name} {hypervolume_text(self.median[-1])} {cost}"


@dataclass(frozen=True)
class GrowthInfo:
    """Plain data of the chart."""

    revision: str
    lines: tuple[GrowthLine, ...]
    has_bands: bool

    @property
    def has_evaluations(self) -> bool:
        """Whether a series has evaluations, over which the chart is drawn."""
        return not self.lines or not all(line.is_level for line in self.lines)

    @property
    def description(self) -> str:
        """A text alternative of the chart."""
        ends = ", ".join(line.end_text for line in self.lines)
        over = " over evaluations" if self.has_evaluations else ""
        return f"Hypervolume{over}, in one box for all. {ends}."


def growth_info(growths: Sequence[Growth], box: Box) -> GrowthInfo:
    """Plain data of the chart, with points only where a line changes.

    Series without evaluations are level lines, as long as the longest of the others.
    """
    lines = []
    longest = max((len(growth.median) for growth in growths), default=1)
    for growth in growths:
        has_several_runs = len(growth.curves) > 1
        indices = (
            change_indices(growth.low, growth.median, growth.high)
            if has_several_runs
            else change_indices(growth.median)
        )
        low, median, high = (
            tuple(np.round(curve[indices], 6).tolist())
            for curve in (growth.low, growth.median, growth.high)
        )
        numbers = tuple((indices + 1).tolist())
        if growth.computes:
            numbers, low, median, high = (0, longest), low * 2, median * 2, high * 2
        band = (low, high) if has_several_runs else ((), ())
        series = growth.series
        lines.append(
            GrowthLine(series.legend, series.style, numbers, median, *band, growth.computes)
        )
    runs = ",".join(h.id for growth in growths for h in growth.series.histories)
    has_bands = any(line.low for line in lines)
    return GrowthInfo(f"{runs}:{box.reference}", tuple(lines), has_bands)
