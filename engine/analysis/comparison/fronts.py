"""The fronts of several runs in one chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress

import moocore
import numpy as np

from engine.analysis.charts.axes import Axis, axis_for
from engine.analysis.comparison.series import Series
from engine.analysis.comparison.sources import different_sources, shown_together
from engine.analysis.name_text import in_chart
from engine.analysis.number_text import metric_value
from engine.analysis.palette import LineStyle
from engine.evaluation.record import Evaluation
from engine.metrics import metric
from engine.pareto.front import minimised, non_dominated
from engine.runs.history import RunHistory

Place = tuple[float, float]


@dataclass(frozen=True)
class SeriesFront:
    """One series: its non-dominated sub-networks, and the line that joins or sums them up.

    `several` says that they are of more than one run.
    """

    name: str
    look: LineStyle
    points: tuple[Place, ...]
    numbers: tuple[int, ...]
    runs: tuple[str, ...]
    hover: tuple[str, ...]
    line: tuple[Place, ...]
    several: bool


@dataclass(frozen=True)
class FrontsInfo:
    """Plain data of the chart.

    `attained` says that a line sums up several seeds; `others` optimised other metrics than
    these. `warnings` are sentences on axes whose numbers came about in different ways.
    """

    revision: str
    x: Axis
    y: Axis
    fronts: tuple[SeriesFront, ...]
    attained: bool
    others: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    @property
    def description(self) -> str:
        """What a reader who does not see the chart should know."""
        counts = ", ".join(f"{front.name}: {len(front.points)}" for front in self.fronts)
        axes = f"{self.y.metric.label} over {self.x.metric.label}"
        return " ".join([f"{axes}, non-dominated sub-networks: {counts}.", *self.warnings])

    def place_of(self, run: str, number: int) -> Place | None:
        """Where a sub-network is drawn; None if it is on none of the fronts."""
        for front in self.fronts:
            for i, point in enumerate(front.points):
                if (front.runs[i], front.numbers[i]) == (run, number):
                    return point
        return None


def fronts_info(series: Sequence[Series], x: str, y: str) -> FrontsInfo:
    """The fronts of metric `y` over metric `x`, each of everything feasible that a run measured.

    A line joins the front of one run. Of several seeds it goes through what at least half of them
    reach: the median attainment surface (Fonseca and Fleming, 1996).
    """
    fronts = [[(h, e) for h in s.histories for e in front_of(h, x, y)] for s in series]
    every = [e for found in fronts for _, e in found]
    histories = [h for s in series for h in s.histories]
    x_axis, y_axis = (
        axis_for(shown_together(histories, name), (e.metrics[name] for e in every))
        for name in (x, y)
    )
    divisors = (x_axis.scale.divisor, y_axis.scale.divisor)
    made = []
    for one, found in zip(series, fronts, strict=True):
        points = tuple((e.metrics[x] / divisors[0], e.metrics[y] / divisors[1]) for _, e in found)
        hover = tuple(
            f"{in_chart(h.name)} · #{e.number}<br>"
            f"{metric_value(y, e.metrics[y], e.sources.get(y, ''))} · "
            f"{metric_value(x, e.metrics[x], e.sources.get(x, ''))}"
            for h, e in found
        )
        line = _line(points, [h.id for h, _ in found], x_axis, y_axis)
        numbers, runs = tuple(e.number for _, e in found), tuple(h.id for h, _ in found)
        several = len(one.histories) > 1
        made.append(SeriesFront(one.legend, one.look, points, numbers, runs, hover, line, several))
    revision = f"{x}:{y}:{','.join(h.id for s in series for h in s.histories)}"
    attained = any(len(s.histories) > 1 for s in series)
    others = tuple(one.legend for one in series if not _optimises(one.first, x, y))
    warnings = tuple(w for name in (y, x) if (w := different_sources(series, name)))
    return FrontsInfo(revision, x_axis, y_axis, tuple(made), attained, others, warnings)


def _optimises(history: RunHistory, x: str, y: str) -> bool:
    return {x, y} == {objective.name for objective in history.objectives}


def front_of(history: RunHistory, x: str, y: str) -> list[Evaluation]:
    """What is non-dominated in two metrics among the feasible sub-networks of a run."""
    if _optimises(history, x, y):
        return history.front()
    return list(_front_in(history, len(history.evaluations), x, y))


@lru_cache(maxsize=100)
def _front_in(history: RunHistory, count: int, x: str, y: str) -> tuple[Evaluation, ...]:
    first = history.evaluations[:count]
    feasible = list(compress(first, history.all_feasible(first)))
    kept = non_dominated(minimised(feasible, [metric(x), metric(y)]))
    return tuple(e for e, on in zip(feasible, kept, strict=True) if on)


def _line(points: Sequence[Place], runs: Sequence[str], x: Axis, y: Axis) -> tuple[Place, ...]:
    """What at least half of the runs attain, from left to right; the front itself of one run."""
    if not points:
        return ()
    if len(set(runs)) == 1:
        return tuple(sorted(set(points)))
    signs = np.array([x.metric.sign, y.metric.sign])
    sets = np.unique(runs, return_inverse=True)[1] + 1
    order = np.argsort(sets, kind="stable")
    attained = moocore.eaf(np.array(points)[order] * signs, sets[order], percentiles=[50])
    return tuple(sorted({(float(a), float(b)) for a, b in attained[:, :2] * signs}))
