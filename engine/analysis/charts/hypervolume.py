"""The hypervolume over evaluations, with a mark where each cycle of the search began."""

from dataclasses import dataclass

import numpy as np

from engine.analysis.charts.front import newest_cycles
from engine.analysis.charts.hypervolume_steps import Steps, steps_of
from engine.analysis.number_text import share
from engine.runs.history import RunHistory
from engine.sources import words

_MARKS = 40  # at most; of more cycles, every second, fifth, tenth... is marked
_STEPS = (1, 2, 5)


@dataclass(frozen=True)
class HypervolumeInfo:
    """The last `value`, after evaluation `upto`; None while the reference box is not known.

    `steps` are the evaluations at which it rose. `note` says which objective was not measured,
    `provenance` how they came about. `cycle_starts` are the numbers of the evaluations with which
    every `every`-th cycle began.
    """

    run: str
    value: float | None
    upto: int
    steps: Steps
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
        steps_of(values[: len(columns)]),
        tuple(starts.tolist()),
        every,
        note_on(history),
        history.provenance,
    )


def note_on(history: RunHistory) -> str:
    """What of the hypervolume was not measured, such as `, of Accuracy, predicted`."""
    named = [o.label for o in history.objectives if words(o.source)]
    return f", of {' and '.join(named)}" if named else ""


def spacing(count: int, most: int) -> int:
    """The first of 1, 2, 5, 10, 20... by which `count` things thin out to about `most`."""
    power = 1
    while True:
        for step in _STEPS:
            if count <= most * step * power:
                return step * power
        power *= 10
