"""Draws a `FrontInfo`. `filling` or a browser sorts the points into the traces of their roles."""

from typing import Any

from engine.analysis.charts.front import FrontAxis, FrontInfo
from engine.analysis.figures.layout import (
    WEBGL_FROM,
    Figure,
    base_layout,
    evaluation_bar,
    evaluation_order,
    legend_above,
    limit_line,
    plot_axis,
)
from engine.analysis.name_text import in_chart
from engine.sources import details, of_each

_NAMES = {
    "other": "Filtered out",
    "infeasible": "Infeasible",
    "dominated": "Dominated",
    "population": "Newest cycle",
    "line": "Pareto front",
    "front": "On the front",
    "selected": "Selected",
}
_IN_PLANE: dict[str, dict[str, Any]] = {
    "other": {"symbol": "circle", "size": 4, "opacity": 0.35, "color": "@muted"},
    "infeasible": {
        "symbol": "circle-open",
        "size": 7,
        "opacity": 0.7,
        "color": "@muted",
        "line": {"color": "@muted", "width": 1.2},
    },
    "dominated": {
        "symbol": "triangle-up",
        "size": 8,
        "opacity": 0.45,
        "coloraxis": "coloraxis",
        "line": {"color": "@outline", "width": 0.6},
    },
    "population": {
        "symbol": "square",
        "size": 8,
        "opacity": 0.95,
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
_IN_SPACE: dict[str, dict[str, Any]] = {
    "other": {"symbol": "circle", "size": 2, "opacity": 0.35, "color": "@muted"},
    "infeasible": {"symbol": "circle-open", "size": 3, "opacity": 0.7, "color": "@muted"},
    "dominated": {
        "symbol": "circle",
        "size": 3,
        "opacity": 0.5,
        "coloraxis": "coloraxis",
        "line": {"color": "@outline", "width": 0.5},
    },
    "population": {
        "symbol": "square",
        "size": 4,
        "opacity": 0.95,
        "coloraxis": "coloraxis",
        "line": {"color": "@text", "width": 1},
    },
    "front": {
        "symbol": "diamond",
        "size": 6,
        "opacity": 1.0,
        "coloraxis": "coloraxis",
        "line": {"color": "@text", "width": 1},
    },
    "selected": {"symbol": "circle-open", "size": 14, "color": "@selected"},
}


def front_figure(info: FrontInfo) -> Figure:
    """Two axes make a plane, three a space. `points` holds what the traces are filled from."""
    in_space = len(info.axes) == 3
    return {
        "data": [_trace(info, role, in_space) for role in _NAMES if role != "line" or info.line],
        "layout": _space(info) if in_space else _plane(info),
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
        "ends": info.ends,
        "extrapolated": info.extrapolated,
        "cycles": [list(step) for step in info.cycles],
        "names": info.names,
        "joined": info.line,
    }


def _trace(info: FrontInfo, role: str, in_space: bool) -> dict[str, Any]:
    base = {"name": _NAMES[role], "role": role, "x": [], "y": []}
    if role == "line":
        better_left = info.axes[0].axis.metric.direction == "min"
        line = {"color": "@front", "width": 2, "shape": "hv" if better_left else "vh"}
        return {**base, "type": "scatter", "mode": "lines", "hoverinfo": "skip", "line": line}
    flat = "scattergl" if len(info.number) >= WEBGL_FROM else "scatter"
    kind = {"type": "scatter3d", "z": []} if in_space else {"type": flat}
    marker = (_IN_SPACE if in_space else _IN_PLANE)[role]
    drawn = {**base, **kind, "mode": "markers", "marker": marker, "showlegend": role != "selected"}
    if role == "selected":
        return {**drawn, "type": "scatter3d" if in_space else "scatter", "hoverinfo": "skip"}
    return {**drawn, "hovertemplate": _hover(info, role)}


def _hover(info: FrontInfo, role: str) -> str:
    lines = [f"#%{{customdata}} · {_NAMES[role].lower()}"]
    for letter, own in zip("xyz", info.axes, strict=False):
        scale = own.axis.scale
        unit = scale.unit.replace(own.axis.metric.label, "").strip()
        label, value = in_chart(own.axis.metric.label), f"%{{{letter}:.{scale.decimals}f}}"
        said = f"{label} {value} {in_chart(unit)}".rstrip()
        more = details(of_each(own.axis.metric.source))
        lines.append(f"{said}, {in_chart(more)}" if more else said)
    return "<br>".join([*lines, "%{text}"]) + "<extra></extra>"


def _revision(info: FrontInfo) -> str:
    """Zoom is kept while this stays the same."""
    kinds = [f"{a.axis.metric.name}{'log' if a.log else ''}" for a in info.axes]
    return ":".join([info.run, *kinds])


def _colours(info: FrontInfo) -> dict[str, Any]:
    return evaluation_order(info.number[-1:].tolist(), info.budget, colorbar=evaluation_bar())


def _legend() -> dict[str, Any]:
    return {"showlegend": True, "legend": legend_above()}


def _plane(info: FrontInfo) -> dict[str, Any]:
    x, y = info.axes
    return base_layout(
        _revision(info),
        xaxis=_flat_axis(x),
        yaxis=_flat_axis(y),
        shapes=[*limit_line(x.limit, "x"), *limit_line(y.limit, "y")],
        coloraxis=_colours(info),
        **_legend(),
        margin={"l": 56, "r": 12, "t": 28, "b": 44},
    )


def _flat_axis(own: FrontAxis) -> dict[str, Any]:
    log = {"type": "log"} if own.log else {}
    return plot_axis(own.axis.title, range=own.range, **log)


def _space(info: FrontInfo) -> dict[str, Any]:
    axes = {
        f"{letter}axis": {
            "title": {"text": in_chart(own.axis.short_title), "font": {"size": 11}},
            "type": "log" if own.log else "linear",
            "range": own.range,
            "gridcolor": "@grid",
            "color": "@text",
            "backgroundcolor": "@background",
            "zeroline": False,
        }
        for letter, own in zip("xyz", info.axes, strict=True)
    }
    revision = _revision(info)
    scene = {**axes, "uirevision": revision, "aspectmode": "cube", "bgcolor": "@background"}
    scene["dragmode"] = "turntable"
    scene["camera"] = {
        "eye": {"x": 1.42, "y": 1.42, "z": 0.9},
        "center": {"x": 0, "y": 0, "z": -0.2},
    }
    margin = {"l": 0, "r": 0, "t": 28, "b": 0}
    return base_layout(revision, scene=scene, coloraxis=_colours(info), **_legend(), margin=margin)
