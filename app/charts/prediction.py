"""What was predicted of each sub-network over what was then measured of it."""

from dataclasses import dataclass

import numpy as np

from app.charts.feed import feed_spec
from app.charts.layout import (
    Axis,
    Figure,
    axis_for,
    base_layout,
    evaluation_order,
    plot_axis,
)
from app.charts.pareto import ring
from app.formatting import cycle_name
from app.names import in_chart
from engine.runs.growing import prediction_of
from engine.runs.history import RunHistory
from engine.sources import headline

_BESIDE = 0.06  # room beyond the outermost points, as a share of their range


@dataclass(frozen=True)
class PredictionInfo:
    """Plain data of the chart; the points themselves are those of the feed up to `upto`.

    `range` is that of both axes, `at` the place of the selected sub-network, in drawn units.
    """

    run: str
    axis: Axis
    upto: int
    made: int
    too_high: int
    range: tuple[float, float]
    selected: int | None
    at: tuple[float, float] | None
    budget: int

    @property
    def found(self) -> str:
        """What the numbers are that the search's own predictions are held against."""
        return headline(self.axis.metric.source).capitalize() or "Measured"

    @property
    def expected(self) -> str:
        """What the search's own predictions are called: beside published ones, not `predicted`."""
        return "Expected" if self.axis.note else "Predicted"

    @property
    def description(self) -> str:
        """What a reader who does not see the chart should know."""
        return (
            f"{self.axis.metric.label}, {self.expected.lower()} over {self.found.lower()}: "
            f"{self.made} sub-networks, {self.too_high} of them {self.expected.lower()} too high."
        )


def prediction_info(
    run: str, history: RunHistory, name: str, selected: int | None, budget: int
) -> PredictionInfo:
    """Plain data of the chart of one metric: every prediction that was put to the test."""
    columns = history.columns()
    measured, predicted = columns.named(name), columns.named(prediction_of(name))
    rows = np.flatnonzero(np.isfinite(measured) & np.isfinite(predicted))
    both = np.concatenate([measured[rows], predicted[rows]])
    largest = [float(np.abs(measured[rows]).max())] if len(rows) else []
    axis = axis_for(history.metric(name), largest)
    low, high = (float(both.min()), float(both.max())) if len(both) else (0.0, 1.0)
    low, high = low / axis.scale.divisor, high / axis.scale.divisor
    room = _BESIDE * (high - low) or _BESIDE
    if selected is not None and selected - 1 not in rows:
        selected = None
    at = None
    if selected is not None:
        values = (measured[selected - 1], predicted[selected - 1])
        at = float(values[0]) / axis.scale.divisor, float(values[1]) / axis.scale.divisor
    return PredictionInfo(
        run,
        axis,
        len(columns),
        len(rows),
        int((predicted[rows] > measured[rows]).sum()),
        (low - room, high + room),
        selected,
        at,
        budget,
    )


def prediction_figure(info: PredictionInfo) -> Figure:
    """Traces in this order: the line of perfect predictions, the sub-networks, the ring.

    The browser fills the last two from the feed of predictions over measurements.
    """
    low, high = info.range
    unit, divisor = in_chart(info.axis.scale.unit), info.axis.scale.divisor
    line = {
        "type": "scatter",
        "mode": "lines",
        "name": f"{info.expected} as {info.found.lower()}",
        "x": [low, high],
        "y": [low, high],
        "hoverinfo": "skip",
        "line": {"color": "@muted", "width": 1, "dash": "dot"},
    }
    decimals = info.axis.scale.decimals
    points = {
        "type": "scatter",
        "mode": "markers",
        "name": info.axis.metric.label,
        "role": "measured",
        "x": [],
        "y": [],
        "hovertemplate": "#%{customdata} · %{text}<br>"
        f"{info.found.lower()} %{{x:.{decimals}f}} {unit}<br>"
        f"{info.expected.lower()} %{{y:.{decimals}f}} {unit}<extra></extra>",
        "marker": {
            "size": 7,
            "coloraxis": "coloraxis",
            "line": {"color": "@outline", "width": 0.6},
        },
    }
    layout = base_layout(
        f"{info.run}:{info.axis.metric.name}",
        xaxis=plot_axis(f"{info.found} ({unit})", range=[low, high], nticks=5),
        yaxis=plot_axis(f"{info.expected} ({unit})", range=[low, high], nticks=5),
        coloraxis=evaluation_order([info.upto], info.budget, showscale=False),
        margin={"l": 44, "r": 8, "t": 6, "b": 40},
    )
    name = info.axis.metric.name
    feed = feed_spec(info.run, name, prediction_of(name), info.upto, (divisor, divisor))
    return {
        "data": [line, points, ring([], [], 16)],
        "layout": layout,
        "feed": feed,
        "points": {
            "names": {str(cycle): cycle_name(cycle) for cycle in (-1, 0)},
            "selected": info.selected,
            "at": info.at,
        },
    }
