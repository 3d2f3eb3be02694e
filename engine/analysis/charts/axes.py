"""One metric as the axis of a chart."""

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from engine.analysis.number_text import NumberScale, scale_for
from engine.metrics import Metric
from engine.sources import details, of_each, words

_LINE = 48  # characters of an axis title: some 300 pixels


@dataclass(frozen=True)
class Axis:
    """One metric as an axis: `value / scale.divisor` is what is drawn, in `scale.unit`."""

    metric: Metric
    scale: NumberScale

    @property
    def title(self) -> str:
        """Such as `MACs (M), less is better`.

        Numbers that were not measured are called so, and how they were calibrated; where that is
        more than an upright axis has room for, it goes on in further lines.
        """
        better = "less is better" if self.metric.direction == "min" else "more is better"
        parts = [self.short_title, better, *filter(None, [details(self.metric.source)])]
        return "\n".join(textwrap.wrap(", ".join(parts), _LINE, break_long_words=False))

    @property
    def short_title(self) -> str:
        """Such as `MACs (M)` or `Accuracy, predicted (%)`."""
        unit = self.scale.unit.replace("MACs", "").replace("params", "").strip()
        return f"{self.metric.label} ({unit})" if unit else self.metric.label

    @property
    def note(self) -> str:
        """How a number came about, as `, predicted`; empty for what was measured or is exact."""
        said = words(of_each(self.metric.source))
        return f", {said}" if said else ""


def axis_for(metric: Metric, values: Iterable[float]) -> Axis:
    """The axis of a metric whose values are `values`."""
    return Axis(metric, scale_for(metric, max((abs(value) for value in values), default=0.0)))
