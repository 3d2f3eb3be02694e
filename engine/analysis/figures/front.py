"""Draws a `FrontInfo`. `point_traces` or a browser sorts the points into traces by role."""

from typing import Any

from engine.analysis.charts.front import FrontAxis, FrontInfo
from engine.analysis.figures.hover_texts import hover_points
from engine.analysis.figures.layout import (
    WEBGL_FROM,
    Figure,
    base_layout,
    evaluation_bar,
    evaluation_order,
    legend_above,
    limit_marks,
    plot_axis,
)
from engine.analysis.figures.legend_entries import with_legend_entry
from engine.analysis.name_text import in_chart
from engine.sources import common_source, source_details

_TRACE_NAMES = {
    "other": "Filtered out",
    "infeasible": "Infeasible",
    "dominated": "Dominated",
    "population": "Newest cycle",
    "front": "On the front",
    "line": "Pareto front",
    "selected": "Selected",
}
_MARKERS_2D: dict[str, dict[str, Any]] = {
    "other": {"symbol": "circle", "size": 4, "opacity": 0.6, "color": "@muted"},
    "infeasible": {
        "symbol": "circle-open",
        "size": 7,
        "opacity": 1.0,
        "color": "@muted",
        "line": {"color": "@muted", "width": 1.2},
    },
    "dominated": {
        "symbol": "circle",
        "size": 7,
        "opacity": 1.0,
        "coloraxis": "coloraxis",
        "line": {"color": "@outline", "width": 0.6},
    },
    "population": {
        "symbol": "square",
        "size": 8,
        "opacity": 1.0,
        "coloraxis": "coloraxis",
        "line": {"color": "@text", "width": 1.2},
    },
    "front": {
        "symbol": "triangle-up",
        "size": 12,
        "opacity": 1.0,
        "coloraxis": "coloraxis",
        "line": {"color": "@outline", "width": 0.8},
    },
    "selected": {
        "symbol": "circle-open",
        "size": 22,
        "color": "@selected",
        "line": {"color": "@selected", "width": 2.5},
    },
}
_ASPECT_3D = {"x": 1.45, "y": 1.45, "z": 0.95}  # lower than wide, as the frame is
_MARKERS_3D: dict[str, dict[str, Any]] = {
    "other": {"symbol": "circle", "size": 2, "opacity": 0.35, "color": "@muted"},
    "infeasible": {"symbol": "circle-open", "size": 4, "opacity": 1.0, "color": "@muted"},
    "dominated": {
        "symbol": "circle",
        "size": 4,
        "opacity": 1.0,
        "coloraxis": "coloraxis",
        "line": {"color": "@outline", "width": 0.5},
    },
    "population": {
        "symbol": "square",
        "size": 4,
        "opacity": 1.0,
        "coloraxis": "coloraxis",
        "line": {"color": "@text", "width": 1},
    },
    "front": {
        "symbol": "diamond",
        "size": 6,
        "opacity": 1.0,
        "coloraxis": "coloraxis",
        "line": {"color": "@outline", "width": 0.5},
    },
    "selected": {"symbol": "circle-open", "size": 14, "color": "@selected"},
}


def front_figure(info: FrontInfo) -> Figure:
    """A figure in 2D or 3D, by the number of axes. `points` is the data that fills the traces."""
    in_space = len(info.axes) == 3
    return {
        "data": [
            trace
            for role in _TRACE_NAMES
            if role != "line" or info.has_line
            for trace in with_legend_entry(_trace(info, role, in_space))
        ],
        "layout": _layout_3d(info) if in_space else _layout_2d(info),
        "points": _points(info),
    }


def _points(info: FrontInfo) -> dict[str, Any]:
    coordinates = {
        letter: info.values[:, i] for letter, i in zip("xyz", range(len(info.axes)), strict=False)
    }
    return {
        **coordinates,
        "number": info.number,
        "cycle": info.cycle,
        "feasible": info.feasible,
        "ends": info.dominated_at,
        "extrapolated": info.extrapolated,
        "cycles": [list(step) for step in info.cycles],
        "names": info.cycle_names,
        "joined": info.has_line,
        **hover_points(info.hover, info.notes),
    }


def _trace(info: FrontInfo, role: str, in_space: bool) -> dict[str, Any]:
    base = {"name": _TRACE_NAMES[role], "role": role, "x": [], "y": []}
    if role == "line":
        better_left = info.axes[0].axis.metric.direction == "min"
        line = {"color": "@front", "width": 2, "shape": "hv" if better_left else "vh"}
        return {**base, "type": "scatter", "mode": "lines", "hoverinfo": "skip", "line": line}
    flat = "scattergl" if len(info.number) >= WEBGL_FROM else "scatter"
    kind = {"type": "scatter3d", "z": []} if in_space else {"type": flat}
    marker = (_MARKERS_3D if in_space else _MARKERS_2D)[role]
    drawn = {**base, **kind, "mode": "markers", "marker": marker, "showlegend": role != "selected"}
    if role == "selected":
        return {**drawn, "type": "scatter3d" if in_space else "scatter", "hoverinfo": "skip"}
    return {**drawn, "hovertemplate": _hover(info, role)}


def _hover(info: FrontInfo, role: str) -> str:
    lines = [f"#%{{customdata}} · {_TRACE_NAMES[role].lower()}"]
    for letter, front_axis in zip("xyz", info.axes, strict=False):
        scale = front_axis.axis.scale
        unit = scale.unit.replace(front_axis.axis.metric.label, "").strip()
        label, value = in_chart(front_axis.axis.metric.label), f"%{{{letter}:.{scale.decimals}f}}"
        value_text = f"{label} {value} {in_chart(unit)}".rstrip()
        details_text = source_details(common_source(front_axis.axis.metric.source))
        lines.append(f"{value_text}, {in_chart(details_text)}" if details_text else value_text)
    return "<br>".join([*lines, "%{text}"]) + "<extra></extra>"


def _revision(info: FrontInfo) -> str:
    """Plotly keeps the zoom while this value stays the same."""
    kinds = [f"{a.axis.metric.name}{'log' if a.log else ''}" for a in info.axes]
    return ":".join([info.run, *kinds])


def _colours(info: FrontInfo) -> dict[str, Any]:
    return evaluation_order(
        info.number[-1:].tolist(), info.budget, colorbar=evaluation_bar(info.counted)
    )


def _legend() -> dict[str, Any]:
    return {"showlegend": True, "legend": legend_above()}


def _layout_2d(info: FrontInfo) -> dict[str, Any]:
    x, y = info.axes
    return base_layout(
        _revision(info),
        xaxis=_axis_2d(x),
        yaxis=_axis_2d(y),
        **limit_marks(x.limits, y.limits, (x.log, y.log)),
        coloraxis=_colours(info),
        **_legend(),
        margin={"l": 56, "r": 12, "t": 28, "b": 44},
    )


def _camera(info: FrontInfo) -> dict[str, Any]:
    """A view from the corner of the better values: the front is in front of what it dominates."""
    x_side, y_side = (
        -1.0 if axis.axis.metric.direction == "min" else 1.0 for axis in info.axes[:2]
    )
    return {
        "eye": {"x": 1.55 * x_side, "y": 1.55 * y_side, "z": 0.72},
        "center": {"x": 0.0, "y": 0.0, "z": -0.22},
    }


def _axis_2d(front_axis: FrontAxis) -> dict[str, Any]:
    log = {"type": "log"} if front_axis.log else {}
    return plot_axis(front_axis.axis.title, range=front_axis.range, **log)


def _layout_3d(info: FrontInfo) -> dict[str, Any]:
    axes = {
        f"{letter}axis": {
            "title": {"text": in_chart(front_axis.axis.short_title), "font": {"size": 11}},
            "type": "log" if front_axis.log else "linear",
            "range": front_axis.range,
            "gridcolor": "@grid",
            "color": "@text",
            "backgroundcolor": "@background",
            "zeroline": False,
        }
        for letter, front_axis in zip("xyz", info.axes, strict=True)
    }
    revision = _revision(info)
    scene = {
        **axes,
        "uirevision": revision,
        "aspectmode": "manual",
        "aspectratio": _ASPECT_3D,
        "bgcolor": "@background",
        "dragmode": "turntable",
        "camera": _camera(info),
    }
    margin = {"l": 0, "r": 0, "t": 28, "b": 0}
    return base_layout(revision, scene=scene, coloraxis=_colours(info), **_legend(), margin=margin)
