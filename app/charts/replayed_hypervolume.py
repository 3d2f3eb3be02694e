"""The hypervolume over evaluations with a cursor at the replayed moment."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.charts.hypervolume import axis_word
from app.charts.layout import Figure, base_layout, plot_axis
from app.formatting import share


@dataclass(frozen=True)
class StepsInfo:
    """`(number, value)` where the hypervolume rose, and the length of the run."""

    run: str
    steps: tuple[tuple[int, float], ...]
    evaluations: int
    note: str = ""
    provenance: str = "measured"

    @property
    def description(self) -> str:
        """What a reader who does not see the chart should know."""
        if not self.steps:
            return "The hypervolume appears with the first measured sub-network."
        return (
            f"Hypervolume over evaluations: {share(self.steps[-1][1])} after "
            f"{self.evaluations} evaluations, {len(self.steps)} steps{self.note}."
        )


def steps_info(
    run: str,
    hypervolume: npt.NDArray[np.float64],
    note: str = "",
    provenance: str = "measured",
) -> StepsInfo:
    """The steps of `(n,)` hypervolumes after each evaluation.

    `note` says which objective was not measured, `provenance` how they came about.
    """
    rises = np.flatnonzero(np.diff(hypervolume, prepend=-1.0) > 0)
    steps = tuple((int(i) + 1, float(hypervolume[i])) for i in rises)
    return StepsInfo(run, steps, len(hypervolume), note, provenance)


def steps_figure(info: StepsInfo) -> Figure:
    """A staircase; the browser puts the cursor where the replay is."""
    last = [(info.evaluations, info.steps[-1][1])] if info.steps else []
    points = [*info.steps, *last]
    trace = {
        "type": "scatter",
        "mode": "lines",
        "name": "Hypervolume",
        "x": [number for number, _ in points],
        "y": [value for _, value in points],
        "hovertemplate": "%{y:.4f} after %{x} evaluations<extra></extra>",
        "line": {"color": "@front", "width": 2, "shape": "hv"},
    }
    layout = base_layout(
        info.run,
        xaxis=plot_axis("Evaluations", range=[0, max(1, info.evaluations)], nticks=5),
        yaxis=plot_axis(axis_word(info.provenance), nticks=5, rangemode="nonnegative"),
        margin={"l": 44, "r": 8, "t": 6, "b": 40},
    )
    cursor = {
        "type": "line",
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": "@selected", "width": 1.5, "dash": "dash"},
    }
    return {"data": [trace], "layout": layout, "cursor": cursor}
