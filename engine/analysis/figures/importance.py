"""Draws an `ImportanceBars`: a bar for each gene or group, with its spread."""

from engine.analysis.charts.importance import ImportanceBars
from engine.analysis.figures.layout import Figure, base_layout, plot_axis


def importance_figure(info: ImportanceBars) -> Figure:
    """Horizontal bars, the most important on top."""
    bars = info.bars[::-1]
    trace = {
        "type": "bar",
        "orientation": "h",
        "name": info.metric.label,
        "x": [100 * bar.mean for bar in bars],
        "y": [bar.label for bar in bars],
        "error_x": {
            "type": "data",
            "array": [100 * bar.deviation for bar in bars],
            "color": "@text",
            "thickness": 1.2,
            "width": 3,
        },
        "marker": {"color": "@series0", "opacity": 1.0 if info.trust == "good" else 0.5},
        "hovertemplate": "%{y}: %{x:.1f} %<extra></extra>",
    }
    layout = base_layout(
        f"{info.run}:{info.metric.name}:{len(info.bars)}",
        xaxis=plot_axis("Share of variance", ticksuffix=" %"),
        yaxis=plot_axis("", tickfont={"size": 12}),
        margin={"l": 8, "r": 16, "t": 6, "b": 40},
        bargap=0.3,
    )
    return {"data": [trace], "layout": layout}
