"""Entries of a legend for traces whose colours vary, which Plotly would show in black."""

from typing import Any

_COLOUR = "@order2"  # of the middle of the evaluations


def with_legend_entry(trace: dict[str, Any]) -> list[dict[str, Any]]:
    """`trace`; if its colours vary, without a legend, and a trace without a place that has it.

    The second trace has no point if `trace` has none, so that Plotly leaves it out of the legend.
    """
    if "coloraxis" not in trace.get("marker", {}):
        return [trace]
    group = {"legendgroup": trace["name"]}
    marker = {name: value for name, value in trace["marker"].items() if name != "coloraxis"}
    marker = {
        name: value[:1] if isinstance(value, list) else value for name, value in marker.items()
    }
    nowhere: list[None] = [None] * min(1, len(trace["x"]))
    entry: dict[str, Any] = {
        **{name: trace[name] for name in ("type", "name", "role", "mode") if name in trace},
        **dict.fromkeys((axis for axis in "xyz" if axis in trace), nowhere),
        **group,
        "meta": {"legend": True},
        "marker": {**marker, "color": _COLOUR},
        "hoverinfo": "skip",
    }
    return [{**trace, **group, "showlegend": False}, entry]
