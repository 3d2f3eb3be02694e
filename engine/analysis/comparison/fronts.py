"""The fronts of several runs in one chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress

import moocore
import numpy as np

from engine.analysis.charts.axes import ORDER, Axis, axis_for, axis_metric, axis_value, plane_names
from engine.analysis.comparison.series import Series
from engine.analysis.comparison.sources import shared_metric, source_warning
from engine.analysis.name_text import in_chart
from engine.analysis.number_text import metric_value
from engine.analysis.palette import LineStyle
from engine.evaluation.record import Evaluation
from engine.pareto.front import non_dominated
from engine.runs.history import RunHistory

Position = tuple[float, float]


@dataclass(frozen=True)
class SeriesFront:
    """One series: its non-dominated sub-networks, and the line that joins or summarises them.

    `has_several_runs` says that they come from more than one run.
    """

    name: str
    style: LineStyle
    points: tuple[Position, ...]
    numbers: tuple[int, ...]
    runs: tuple[str, ...]
    hover: tuple[str, ...]
    line: tuple[Position, ...]
    has_several_runs: bool


@dataclass(frozen=True)
class FrontsInfo:
    """Plain data of the chart.

    `has_attainment_line` says that a line summarises several seeds; `others` optimised other
    metrics. `warnings` are sentences on axes whose values have different sources.
    """

    revision: str
    x: Axis
    y: Axis
    fronts: tuple[SeriesFront, ...]
    has_attainment_line: bool
    others: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The title: over the order of evaluations, a front has the best values so far."""
        return "Best so far" if ORDER in (self.x.metric, self.y.metric) else "Pareto fronts"

    @property
    def description(self) -> str:
        """A text alternative of the chart."""
        counts = ", ".join(f"{front.name}: {len(front.points)}" for front in self.fronts)
        axes = f"{self.y.metric.label} over {self.x.metric.label}"
        return " ".join([f"{axes}, non-dominated sub-networks: {counts}.", *self.warnings])

    def position_of(self, run: str, number: int) -> Position | None:
        """The position of a sub-network; None if it is on none of the fronts."""
        for front in self.fronts:
            for i, point in enumerate(front.points):
                if (front.runs[i], front.numbers[i]) == (run, number):
                    return point
        return None


def fronts_axes(first: RunHistory, shared: Sequence[str]) -> list[str]:
    """What the axes may show: metrics that all runs share, the usual vertical and horizontal first.

    `first` is the first run, whose objectives these are.
    """
    objectives = [o.name for o in first.objectives if o.name in shared]
    names = list(dict.fromkeys([*objectives, *shared]))
    return plane_names(names, first.objectives) if objectives else names


def fronts_info(series: Sequence[Series], x: str, y: str) -> FrontsInfo:
    """The fronts of metric `y` over metric `x`, each among all feasible sub-networks of a run.

    A line joins the front of one run. For several seeds it is the median attainment surface, which
    at least half of them reach (Fonseca and Fleming, 1996). All runs define both metrics alike.
    """
    with series[0].first.own_metrics():
        return _fronts_info(series, x, y)


def _fronts_info(series: Sequence[Series], x: str, y: str) -> FrontsInfo:
    fronts = [[(h, e) for h in s.histories for e in front_of(h, x, y)] for s in series]
    evaluations = [e for members in fronts for _, e in members]
    histories = [h for s in series for h in s.histories]
    x_axis, y_axis = (
        axis_for(shared_metric(histories, name), (_value(e, name) for e in evaluations))
        for name in (x, y)
    )
    divisors = (x_axis.scale.divisor, y_axis.scale.divisor)
    series_fronts = []
    for one_series, members in zip(series, fronts, strict=True):
        points = tuple((_value(e, x) / divisors[0], _value(e, y) / divisors[1]) for _, e in members)
        hover = tuple(f"{in_chart(h.name)} · #{e.number}<br>{_values(e, x, y)}" for h, e in members)
        line = _attainment_line(points, [h.id for h, _ in members], x_axis, y_axis)
        numbers, runs = tuple(e.number for _, e in members), tuple(h.id for h, _ in members)
        has_several_runs = len(one_series.histories) > 1
        series_fronts.append(
            SeriesFront(
                one_series.legend,
                one_series.style,
                points,
                numbers,
                runs,
                hover,
                line,
                has_several_runs,
            )
        )
    revision = f"{x}:{y}:{','.join(h.id for s in series for h in s.histories)}"
    has_attainment_line = any(len(s.histories) > 1 for s in series)
    others = tuple(
        one_series.legend for one_series in series if not _has_objectives(one_series.first, x, y)
    )
    warnings = tuple(w for name in (y, x) if (w := source_warning(series, name)))
    return FrontsInfo(
        revision, x_axis, y_axis, tuple(series_fronts), has_attainment_line, others, warnings
    )


def _has_objectives(history: RunHistory, x: str, y: str) -> bool:
    return {x, y} - {ORDER.name} == {objective.name for objective in history.objectives}


def front_of(history: RunHistory, x: str, y: str) -> list[Evaluation]:
    """The feasible sub-networks of a run that are non-dominated in two metrics.

    Over the order of evaluations these are the best ones so far.
    """
    if {x, y} == {objective.name for objective in history.objectives}:
        return history.front()
    return list(_front_of_first(history, len(history.evaluations), x, y))


@lru_cache(maxsize=100)
def _front_of_first(history: RunHistory, count: int, x: str, y: str) -> tuple[Evaluation, ...]:
    first_evaluations = history.evaluations[:count]
    feasible = list(compress(first_evaluations, history.all_feasible(first_evaluations)))
    complete = [e for e in feasible if None not in (axis_value(e, x), axis_value(e, y))]
    signs = [axis_metric(history, name).sign for name in (x, y)]
    points = np.array([[_value(e, x), _value(e, y)] for e in complete]).reshape(-1, 2)
    is_on_front = non_dominated(points * signs)
    return tuple(compress(complete, is_on_front))


def _value(evaluation: Evaluation, name: str) -> float:
    value = axis_value(evaluation, name)
    assert value is not None, "the members of a front have the metrics of both axes"
    return value


def _values(evaluation: Evaluation, x: str, y: str) -> str:
    """The values of the metrics of both axes for the text of a point."""
    return " · ".join(
        metric_value(name, evaluation.metrics[name], evaluation.sources.get(name, ""))
        for name in (y, x)
        if name != ORDER.name
    )


def _attainment_line(
    points: Sequence[Position], runs: Sequence[str], x: Axis, y: Axis
) -> tuple[Position, ...]:
    """What at least half of the runs attain, from left to right; the front itself of one run."""
    if not points:
        return ()
    if len(set(runs)) == 1:
        return tuple(sorted(set(points)))
    signs = np.array([x.metric.sign, y.metric.sign])
    run_numbers = np.unique(runs, return_inverse=True)[1] + 1
    order = np.argsort(run_numbers, kind="stable")
    surface = moocore.eaf(np.array(points)[order] * signs, run_numbers[order], percentiles=[50])
    return tuple(sorted({(float(a), float(b)) for a, b in surface[:, :2] * signs}))
