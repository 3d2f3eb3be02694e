"""The front to choose from: what keeps to the limits, is suggested, is on the shortlist."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from engine.analysis.charts.axes import Axis, axis_for
from engine.analysis.number_text import metric_value
from engine.evaluation.record import Evaluation
from engine.sources import as_shown


@dataclass(frozen=True)
class ChoicePoint:
    """One sub-network; `mark` names what suggests it, `place` is that on the shortlist, from 1."""

    number: int
    x: float
    y: float
    on_front: bool
    remains: bool
    mark: str
    place: int | None
    hover: str


@dataclass(frozen=True)
class ChoiceInfo:
    """Plain data of the chart, in drawn units. Limits are those that are being tried."""

    run: str
    x: Axis
    y: Axis
    points: tuple[ChoicePoint, ...]
    line: tuple[tuple[float, float], ...]
    x_limit: float | None
    y_limit: float | None
    budget: int

    @property
    def description(self) -> str:
        """What a reader who does not see the chart should know."""
        front = [point for point in self.points if point.on_front]
        remain = [point for point in front if point.remains]
        marked = "".join(f" Number {p.number}: {p.mark}." for p in self.points if p.mark)
        listed = [p for p in self.points if p.place is not None]
        listed.sort(key=lambda point: point.place or 0)
        names = ", ".join(str(point.number) for point in listed)
        on_list = f" On the shortlist: {names}." if names else ""
        return (
            f"{self.y.metric.label} over {self.x.metric.label}: the front has {len(front)} "
            f"sub-networks, {len(remain)} of them within the limits.{marked}{on_list}"
        )


def choice_info(
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
) -> ChoiceInfo:
    """The chart of metric `axes[1]` over `axes[0]`; `others` are not on the front but picked.

    The line joins the front only where the axes are the two objectives: elsewhere the front of the
    search is no front of the picture.
    """
    x, y = axes
    there = [e for e in (*front, *others) if x in e.metrics and y in e.metrics]
    x_axis, y_axis = (
        axis_for(
            as_shown(name, {e.sources.get(name, "") for e in there}),
            (e.metrics[name] for e in there),
        )
        for name in axes
    )
    members = {e.number for e in front}
    points = tuple(
        ChoicePoint(
            e.number,
            e.metrics[x] / x_axis.scale.divisor,
            e.metrics[y] / y_axis.scale.divisor,
            e.number in members,
            e.number in remaining,
            marks.get(e.number, ""),
            shortlist.index(e.number) + 1 if e.number in shortlist else None,
            _hover(e, marks.get(e.number, "")),
        )
        for e in there
    )
    joined = {x, y} == set(objectives)
    line = sorted((p.x, p.y) for p in points if p.on_front) if joined else []
    return ChoiceInfo(
        run,
        x_axis,
        y_axis,
        points,
        tuple(line),
        limits[x] / x_axis.scale.divisor if x in limits else None,
        limits[y] / y_axis.scale.divisor if y in limits else None,
        budget,
    )


def _hover(evaluation: Evaluation, mark: str) -> str:
    values = [
        metric_value(name, value, evaluation.sources.get(name, ""))
        for name, value in evaluation.metrics.items()
    ]
    title = f"#{evaluation.number}" + (f" · {mark}" if mark else "")
    return "<br>".join([title, *values])
