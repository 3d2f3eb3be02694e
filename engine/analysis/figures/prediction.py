"""Draws a `PredictionInfo`: sub-networks, and the line of perfect predictions."""

from engine.analysis.charts.prediction import PredictionInfo
from engine.analysis.figures.layout import Figure, base_layout, evaluation_order, plot_axis, ring
from engine.analysis.name_text import in_chart
from engine.analysis.number_text import cycle_name


def prediction_figure(info: PredictionInfo) -> Figure:
    """Traces in this order: the line of perfect predictions, the sub-networks, the ring.

    The last two have roles and no points: `point_traces` or a browser fills them.
    """
    low, high = info.range
    unit = in_chart(info.axis.scale.unit)
    line = {
        "type": "scatter",
        "mode": "lines",
        "name": f"{info.prediction_label} as {info.result_label.lower()}",
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
        f"{info.result_label.lower()} %{{x:.{decimals}f}} {unit}<br>"
        f"{info.prediction_label.lower()} %{{y:.{decimals}f}} {unit}<extra></extra>",
        "marker": {
            "size": 7,
            "coloraxis": "coloraxis",
            "line": {"color": "@outline", "width": 0.6},
        },
    }
    layout = base_layout(
        f"{info.run}:{info.axis.metric.name}",
        xaxis=plot_axis(f"{info.result_label} ({unit})", range=[low, high], nticks=5),
        yaxis=plot_axis(f"{info.prediction_label} ({unit})", range=[low, high], nticks=5),
        coloraxis=evaluation_order([info.evaluation_count], info.budget, showscale=False),
        margin={"l": 44, "r": 8, "t": 6, "b": 40},
    )
    return {
        "data": [line, points, ring([], [], 16)],
        "layout": layout,
        "points": {
            "names": {str(cycle): cycle_name(cycle) for cycle in (-1, 0)},
            "selected": info.selected,
            "at": info.selected_position,
        },
    }
