"""Axis: one metric as the axis of a chart."""

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from engine.analysis.number_text import NumberScale, scale_for
from engine.metrics import Metric
from engine.sources import common_source, describe_source, source_details

_MAX_LINE_LENGTH = 48  # characters of an axis title: some 300 pixels


@dataclass(frozen=True)
class Axis:
    """One metric as an axis: `value / scale.divisor` is drawn, in `scale.unit`."""

    metric: Metric
    scale: NumberScale

    @property
    def title(self) -> str:
        """A title such as `MACs (M), less is better`.

        It names the source of values that were not measured, and their calibration; a title that is
        too long for an upright axis continues in further lines.
        """
        better = "less is better" if self.metric.direction == "min" else "more is better"
        parts = [self.short_title, better, *filter(None, [source_details(self.metric.source)])]
        return "\n".join(textwrap.wrap(", ".join(parts), _MAX_LINE_LENGTH, break_long_words=False))

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


def axis_for(metric: Metric, values: Iterable[float]) -> Axis:
    """The axis of a metric with these values."""
    return Axis(metric, scale_for(metric, max((abs(value) for value in values), default=0.0)))
