"""The chart of the page Decide: the front with limits, suggestions and the shortlist."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from engine.analysis.charts.axes import ORDER, Axis, Limit, axis_for, axis_value, limits_on
from engine.analysis.number_text import value_of
from engine.constraints import Constraint
from engine.evaluation.record import Evaluation
from engine.evaluation.uncertainty import evaluation_error
from engine.sources import labelled_metric


@dataclass(frozen=True)
class DecisionPoint:
    """One sub-network; `mark` labels its suggestion, `shortlist_position` counts from 1.

    `x_error` and `y_error` are standard errors, where they are known.
    """

    number: int
    x: float
    y: float
    on_front: bool
    is_within_limits: bool
    mark: str
    shortlist_position: int | None
    hover: str
    x_error: float | None = None
    y_error: float | None = None


@dataclass(frozen=True)
class DecisionInfo:
    """Plain data of the chart, in drawn units, with the limits on its axes."""

    run: str
    x: Axis
    y: Axis
    points: tuple[DecisionPoint, ...]
    line: tuple[tuple[float, float], ...]
    x_limits: tuple[Limit, ...]
    y_limits: tuple[Limit, ...]
    budget: int

    @property
    def description(self) -> str:
        """A text alternative of the chart."""
        front = [point for point in self.points if point.on_front]
        within_limits = [point for point in front if point.is_within_limits]
        suggested = "".join(f" Number {p.number}: {p.mark}." for p in self.points if p.mark)
        shortlisted = [p for p in self.points if p.shortlist_position is not None]
        shortlisted.sort(key=lambda point: point.shortlist_position or 0)
        numbers = ", ".join(str(point.number) for point in shortlisted)
        listed = f" On the shortlist: {numbers}." if numbers else ""
        return (
            f"{self.y.metric.label} over {self.x.metric.label}: the front has {len(front)} "
            f"sub-networks, {len(within_limits)} of them within the limits."
            f"{suggested}{listed}"
        )


def decision_info(
    run: str,
    front: Sequence[Evaluation],
    others: Sequence[Evaluation],
    remaining: Collection[int],
    axes: tuple[str, str],
    objectives: Collection[str],
    limits: Mapping[str, float],
    marks: Mapping[int, str],
    shortlist: Sequence[int],
    budget: int,
) -> DecisionInfo:
    """The chart of metric `axes[1]` over `axes[0]`; `others` are picked but not on the front.

    The line joins the front only where the axes are the two objectives: over other axes the front
    of the search is no front of the chart.
    """
    x, y = axes
    drawn = [
        (e, x_value, y_value)
        for e in (*front, *others)
        if (x_value := axis_value(e, x)) is not None and (y_value := axis_value(e, y)) is not None
    ]
    drawn_evaluations = [e for e, _, _ in drawn]
    x_axis, y_axis = (_axis(name, drawn_evaluations) for name in axes)
    front_numbers = {e.number for e in front}
    points = tuple(
        DecisionPoint(
            e.number,
            x_value / x_axis.scale.divisor,
            y_value / y_axis.scale.divisor,
            e.number in front_numbers,
            e.number in remaining,
            marks.get(e.number, ""),
            shortlist.index(e.number) + 1 if e.number in shortlist else None,
            _hover(e, marks.get(e.number, "")),
            *(evaluation_error(name, e) for name in axes),
        )
        for e, x_value, y_value in drawn
    )
    has_line = x != y and {x, y} == set(objectives)
    line = sorted((p.x, p.y) for p in points if p.on_front) if has_line else []
    return DecisionInfo(
        run,
        x_axis,
        y_axis,
        points,
        tuple(line),
        _limits(x_axis, limits),
        _limits(y_axis, limits),
        budget,
    )


def _limits(axis: Axis, limits: Mapping[str, float]) -> tuple[Limit, ...]:
    name = axis.metric.name
    if name not in limits:
        return ()
    return limits_on(axis, [Constraint.no_worse_than(axis.metric, limits[name])])


def _axis(name: str, evaluations: Sequence[Evaluation]) -> Axis:
    if name == ORDER.name:
        return axis_for(ORDER, ())
    metric = labelled_metric(name, {e.sources.get(name, "") for e in evaluations})
    return axis_for(metric, (e.metrics[name] for e in evaluations))


def _hover(evaluation: Evaluation, mark: str) -> str:
    values = [value_of(name, evaluation) for name in evaluation.metrics]
    title = f"#{evaluation.number}" + (f" · {mark}" if mark else "")
    return "<br>".join([title, *values])
