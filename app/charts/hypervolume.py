"""The hypervolume over evaluations, with a mark where each cycle of the search began."""

import textwrap
from dataclasses import dataclass

import numpy as np

from app.charts.feed import feed_spec
from app.charts.front import newest_cycles
from app.charts.layout import Figure, base_layout, plot_axis
from app.formatting import share
from engine.runs.history import RunHistory
from engine.sources import words

_TICK = 0.05  # height of the mark of a cycle, as a share of the chart
_MARKS = 40  # at most; of more cycles, every second, fifth, tenth... is marked
_STEPS = (1, 2, 5)
_AXIS_LINE = 17  # characters


@dataclass(frozen=True)
class HypervolumeInfo:
    """The last `value`, after evaluation `upto`; None while the reference box is not known.

    `note` says which objective was not measured, `provenance` how they came about. `cycle_starts`
    are the numbers of the evaluations with which every `every`-th cycle began.
    """

    run: str
    value: float | None
    upto: int
    cycle_starts: tuple[int, ...]
    every: int
    note: str = ""
    provenance: str = "measured"

    @property
    def description(self) -> str:
        """What a reader who does not see the chart should know."""
        if self.value is None:
            return "The hypervolume appears with the first measured sub-network."
        which = "new cycles" if self.every == 1 else f"every {self.every}th new cycle"
        return (
            f"Hypervolume over evaluations: {share(self.value)} after "
            f"{self.upto} evaluations{self.note}. Ticks mark {which} of the search."
        )


def hypervolume_info(run: str, history: RunHistory) -> HypervolumeInfo:
    """Plain data of the chart."""
    values, columns = history.hypervolume, history.columns()
    cycles = np.array(newest_cycles(columns.cycle), dtype=np.int64).reshape(-1, 2)
    cycles = cycles[cycles[:, 1] > 0]
    every = spacing(len(cycles), _MARKS)
    starts = cycles[cycles[:, 1] % every == 0, 0]
    value = float(values[-1]) if len(values) else None
    return HypervolumeInfo(
        run,
        value,
        len(columns),
        tuple(starts.tolist()),
        every,
        note_on(history),
        history.provenance,
    )


def note_on(history: RunHistory) -> str:
    """What of the hypervolume was not measured, such as `, of Accuracy, predicted`."""
    named = [o.label for o in history.objectives if words(o.source)]
    return f", of {' and '.join(named)}" if named else ""


def axis_word(provenance: str) -> str:
    """What stands at the axis of a hypervolume, in lines that a low chart has room for.

    Nothing where all objectives were measured.
    """
    word = "" if provenance == "measured" else provenance.capitalize()
    return "\n".join(textwrap.wrap(word, _AXIS_LINE))


def spacing(count: int, most: int) -> int:
    """The first of 1, 2, 5, 10, 20... by which `count` things thin out to about `most`."""
    power = 1
    while True:
        for step in _STEPS:
            if count <= most * step * power:
                return step * power
        power *= 10


def hypervolume_figure(info: HypervolumeInfo, x: str, y: str) -> Figure:
    """A staircase that the browser fills from the feed of metric `y` over metric `x`."""
    trace = {
        "type": "scatter",
        "mode": "lines",
        "name": "Hypervolume",
        "x": [],
        "y": [],
        "hovertemplate": "%{y:.4f} after %{x} evaluations<extra></extra>",
        "line": {"color": "@front", "width": 2, "shape": "hv"},
    }
    mark = {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "y0": 0,
        "y1": _TICK,
        "line": {"color": "@muted", "width": 1},
        "layer": "below",
    }
    layout = base_layout(
        info.run,
        xaxis=plot_axis("Evaluations", rangemode="tozero", nticks=5),
        yaxis=plot_axis(axis_word(info.provenance), nticks=5, rangemode="nonnegative"),
        margin={"l": 44, "r": 8, "t": 6, "b": 40},
    )
    return {
        "data": [trace],
        "layout": layout,
        "feed": feed_spec(info.run, x, y, info.upto),
        "steps": True,
        "marks": {"at": list(info.cycle_starts), "shape": mark},
    }
