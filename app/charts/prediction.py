"""What was predicted of each sub-network over what was then measured of it."""

from dataclasses import dataclass

from app.charts.layout import (
    WEBGL_FROM,
    Axis,
    Figure,
    axis_for,
    base_layout,
    evaluation_order,
    plot_axis,
)
from app.charts.pareto import ring
from app.formatting import metric_value
from engine.metrics import metric
from engine.predictors.quality import pairs
from engine.runs.history import RunHistory

_BESIDE = 0.06  # room beyond the outermost points, as a share of their range


@dataclass(frozen=True)
class PredictionInfo:
    """Plain data of the chart. All tuples have one entry a prediction that was put to the test."""

    run: str
    axis: Axis
    numbers: tuple[int, ...]
    measured: tuple[float, ...]
    predicted: tuple[float, ...]
    hover: tuple[str, ...]
    selected: int | None
    budget: int

    @property
    def range(self) -> tuple[float, float]:
        """The range of both axes."""
        values = [*self.measured, *self.predicted] or [0.0, 1.0]
        room = _BESIDE * (max(values) - min(values)) or _BESIDE
        return min(values) - room, max(values) + room

    @property
    def description(self) -> str:
        """What a reader who does not see the chart should know."""
        above = sum(p > m for p, m in zip(self.predicted, self.measured, strict=True))
        return (
            f"{self.axis.metric.label} predicted over measured: {len(self.numbers)} sub-networks, "
            f"{above} of them predicted too high."
        )


def prediction_info(
    run: str, history: RunHistory, name: str, selected: int | None, budget: int
) -> PredictionInfo:
    """Plain data of the chart of one metric, in the order of the log."""
    made = pairs(list(history.evaluations)).get(name, [])
    axis = axis_for(metric(name), (pair.measured for pair in made))
    hover = tuple(
        f"#{pair.number} · cycle {pair.cycle}<br>measured {metric_value(name, pair.measured)}<br>"
        f"predicted {metric_value(name, pair.predicted)}"
        for pair in made
    )
    numbers = tuple(pair.number for pair in made)
    return PredictionInfo(
        run,
        axis,
        numbers,
        tuple(pair.measured / axis.scale.divisor for pair in made),
        tuple(pair.predicted / axis.scale.divisor for pair in made),
        hover,
        selected if selected in numbers else None,
        budget,
    )


def prediction_figure(info: PredictionInfo) -> Figure:
    """Traces in this order: the line of perfect predictions, the sub-networks, the ring."""
    low, high = info.range
    unit = info.axis.scale.unit
    at = [i for i, number in enumerate(info.numbers) if number == info.selected]
    line = {
        "type": "scatter",
        "mode": "lines",
        "name": "Predicted as measured",
        "x": [low, high],
        "y": [low, high],
        "hoverinfo": "skip",
        "line": {"color": "@muted", "width": 1, "dash": "dot"},
    }
    points = {
        "type": "scattergl" if len(info.numbers) >= WEBGL_FROM else "scatter",
        "mode": "markers",
        "name": info.axis.metric.label,
        "x": list(info.measured),
        "y": list(info.predicted),
        "customdata": list(info.numbers),
        "text": list(info.hover),
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "size": 7,
            "color": list(info.numbers),
            "coloraxis": "coloraxis",
            "line": {"color": "@outline", "width": 0.6},
        },
    }
    layout = base_layout(
        f"{info.run}:{info.axis.metric.name}",
        xaxis=plot_axis(f"Measured ({unit})", range=[low, high], nticks=5),
        yaxis=plot_axis(f"Predicted ({unit})", range=[low, high], nticks=5),
        coloraxis=evaluation_order(info.numbers, info.budget, showscale=False),
        margin={"l": 44, "r": 8, "t": 6, "b": 40},
    )
    chosen = ring([info.measured[i] for i in at], [info.predicted[i] for i in at], 16)
    return {"data": [line, points, chosen], "layout": layout}
