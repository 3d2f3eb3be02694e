"""The hypervolume over evaluations, with a mark where each cycle of the search began."""

from dataclasses import dataclass

from app.charts.layout import Figure, base_layout, plot_axis
from app.formatting import share
from engine.runs.history import RunHistory

_TICK = 0.05  # height of the mark of a cycle, as a share of the chart


@dataclass(frozen=True)
class HypervolumeInfo:
    """`values[i]` is that after evaluation `i + 1`; `cycle_starts` are evaluation numbers."""

    run: str
    values: tuple[float, ...]
    cycle_starts: tuple[int, ...]

    @property
    def description(self) -> str:
        """What a reader who does not see the chart should know."""
        if not self.values:
            return "The hypervolume appears with the first measured sub-network."
        return (
            f"Hypervolume over evaluations: {share(self.values[-1])} after "
            f"{len(self.values)} evaluations. Ticks mark new cycles of the search."
        )


def hypervolume_info(run: str, history: RunHistory) -> HypervolumeInfo:
    """Plain data of the chart."""
    values = tuple(float(value) for value in history.hypervolume)
    starts, latest = [], 0
    for evaluation in list(history.evaluations)[: len(values)]:
        if evaluation.cycle > latest:
            latest = evaluation.cycle
            starts.append(evaluation.number)
    return HypervolumeInfo(run, values, tuple(starts))


def hypervolume_figure(info: HypervolumeInfo) -> Figure:
    """The figure."""
    numbers = list(range(1, len(info.values) + 1))
    trace = {
        "type": "scatter",
        "mode": "lines",
        "name": "Hypervolume",
        "x": numbers,
        "y": list(info.values),
        "hovertemplate": "%{y:.4f} after %{x} evaluations<extra></extra>",
        "line": {"color": "@front", "width": 2, "shape": "hv"},
    }
    marks = [
        {
            "type": "line",
            "xref": "x",
            "yref": "paper",
            "x0": start,
            "x1": start,
            "y0": 0,
            "y1": _TICK,
            "line": {"color": "@muted", "width": 1},
            "layer": "below",
        }
        for start in info.cycle_starts
    ]
    layout = base_layout(
        info.run,
        xaxis=plot_axis("Evaluations", rangemode="tozero"),
        yaxis=plot_axis("", nticks=5),
        shapes=marks,
        margin={"l": 44, "r": 8, "t": 6, "b": 40},
    )
    return {"data": [trace], "layout": layout}
