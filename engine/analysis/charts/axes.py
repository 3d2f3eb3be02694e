"""Axis: one metric as the axis of a chart."""

import textwrap
from collections.abc import Iterable, Sequence, Sized
from dataclasses import dataclass
from typing import Protocol

from engine.analysis.number_text import NumberScale, scale_for
from engine.constraints import Constraint
from engine.evaluation.record import Evaluation
from engine.metrics import Metric
from engine.runs.incremental_columns import NUMBER
from engine.sources import common_source, describe_source, source_details

_MAX_LINE_LENGTH = 48  # characters of an axis title: some 300 pixels
_MAX_LINES = 2


def _wrapped(title: str) -> list[str]:
    return textwrap.wrap(title, _MAX_LINE_LENGTH, break_long_words=False)


def _with_details(title: str, details: str) -> str:
    return f"{title}, {details}" if details else title


@dataclass(frozen=True)
class Axis:
    """One metric as an axis: `value / scale.divisor` is drawn, in `scale.unit`."""

    metric: Metric
    scale: NumberScale

    @property
    def title(self) -> str:
        """A title such as `MACs (M), less is better`.

        It names the source of values that were not measured, and whether they are calibrated or
        extrapolated; on what they are calibrated only if that fits into two lines: a third one
        would take too much of an upright axis.
        """
        better = "less is better" if self.metric.direction == "min" else "more is better"
        plain_title = f"{self.short_title}, {better}"
        lines = _wrapped(_with_details(plain_title, source_details(self.metric.source)))
        if len(lines) > _MAX_LINES:
            short = source_details(self.metric.source, short=True)
            lines = _wrapped(_with_details(plain_title, short))
        return "\n".join(lines)

    @property
    def short_title(self) -> str:
        """A title such as `MACs (M)` or `Accuracy, predicted (%)`."""
        unit = self.scale.unit.replace("MACs", "").replace("params", "").strip()
        return f"{self.metric.label} ({unit})" if unit else self.metric.label

    @property
    def note(self) -> str:
        """The source of values, as `, predicted`; empty if they are measured or exact."""
        source_words = describe_source(common_source(self.metric.source))
        return f", {source_words}" if source_words else ""


@dataclass(frozen=True)
class Limit:
    """A constraint on the metric of an axis: its position in drawn units, and its label."""

    position: float
    label: str


def limits_on(axis: Axis, constraints: Iterable[Constraint]) -> tuple[Limit, ...]:
    """The constraints on the metric of `axis`, as limits on that axis."""
    name, divisor = axis.metric.name, axis.scale.divisor
    return tuple(Limit(c.limit / divisor, c.label) for c in constraints if c.metric.name == name)


ORDER = Metric(NUMBER, "Evaluation", "", "min", "exact", "The number of the evaluation.")
"""The order of evaluations as an axis, over which the only objective of a run is drawn."""


class _OrderAxis(Axis):
    """The axis of `ORDER`, of which neither less nor more is better."""

    @property
    def title(self) -> str:
        """The label."""
        return self.metric.label


class _HasMetrics(Protocol):
    def metric(self, name: str) -> Metric:
        """The metric of a run called `name`."""


def plane_names(names: Sequence[str], objectives: Sized) -> list[str]:
    """What the axes of a chart may show, the usual vertical and horizontal axis first.

    `names` are metrics of a run, its objectives first. Where it has one objective, that is usually
    drawn over `ORDER`.
    """
    return [*names] if len(objectives) > 1 else [names[0], ORDER.name, *names[1:]]


def axis_metric(run: _HasMetrics, name: str) -> Metric:
    """A metric of a run, or `ORDER`; raises ConfigError for an unknown one."""
    return ORDER if name == ORDER.name else run.metric(name)


def axis_value(evaluation: Evaluation, name: str) -> float | None:
    """The value of an evaluation on the axis `name`; None if it lacks the metric."""
    return evaluation.number if name == ORDER.name else evaluation.metrics.get(name)


def axis_for(metric: Metric, values: Iterable[float]) -> Axis:
    """The axis of a metric, or of `ORDER`, with these values."""
    if metric is ORDER:
        return _OrderAxis(ORDER, NumberScale(1.0, "", 0))
    return Axis(metric, scale_for(metric, max((abs(value) for value in values), default=0.0)))
