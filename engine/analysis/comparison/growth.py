"""Hypervolume over evaluations: a line for each run, median and quartiles for several seeds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.analysis.comparison.series import Series
from engine.analysis.number_text import hypervolume_text
from engine.analysis.palette import LineStyle
from engine.pareto.curves import Curve, change_indices, quartiles
from engine.runs.comparison import Box, BoxedHypervolume, common_box
from engine.runs.history import RunHistory


@dataclass(frozen=True)
class Growth:
    """The hypervolume of one series after each evaluation, all `(n,)` arrays.

    `curves` are those of its runs that `median`, `low` and `high` summarise. `has_warm_start` says
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
    low, median, high = quartiles(curves)
    is_running = len(ended_ids) < len(series.histories)
    has_warm_start = any(history.warm_start_count for history in series.histories)
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
    """The line of one series: corners of step lines; `low` and `high` are empty for one run."""

    name: str
    style: LineStyle
    evaluations: tuple[int, ...]
    median: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class GrowthInfo:
    """Plain data of the chart."""

    revision: str
    lines: tuple[GrowthLine, ...]
    has_bands: bool

    @property
    def description(self) -> str:
        """A text alternative of the chart."""
        ends = ", ".join(
            f"{line.name} {hypervolume_text(line.median[-1])} "
            f"after {line.evaluations[-1]} evaluations"
            for line in self.lines
        )
        return f"Hypervolume over evaluations, in one box for all. {ends}."


def growth_info(growths: Sequence[Growth], box: Box) -> GrowthInfo:
    """Plain data of the chart, with points only where a line changes."""
    lines = []
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
        band = (low, high) if has_several_runs else ((), ())
        lines.append(GrowthLine(growth.series.legend, growth.series.style, numbers, median, *band))
    runs = ",".join(h.id for growth in growths for h in growth.series.histories)
    has_bands = any(line.low for line in lines)
    return GrowthInfo(f"{runs}:{box.reference}", tuple(lines), has_bands)
