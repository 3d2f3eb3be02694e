"""The hypervolume over evaluations, with a mark at the start of cycles."""

from dataclasses import dataclass

import numpy as np

from engine.analysis.charts.front import newest_cycles
from engine.analysis.charts.hypervolume_steps import Steps, steps_of
from engine.analysis.number_text import hypervolume_text
from engine.runs.history import RunHistory
from engine.sources import describe_source

_MAX_MARKS = 40  # of more cycles, every second, fifth, tenth... is marked
_INTERVAL_DIGITS = (1, 2, 5)


@dataclass(frozen=True)
class HypervolumeInfo:
    """The last `value`, after `evaluation_count` evaluations; None without a reference box.

    `steps` are the evaluations at which it rose. `note` names objectives that were not measured,
    `provenance` their source, `counted` what the numbers count. `cycle_starts` are the first
    evaluations of every `cycle_interval`-th cycle.
    """

    run: str
    value: float | None
    evaluation_count: int
    steps: Steps
    cycle_starts: tuple[int, ...]
    cycle_interval: int
    note: str = ""
    provenance: str = "measured"
    counted: str = "evaluations"

    @property
    def description(self) -> str:
        """A text alternative of the chart."""
        if self.value is None:
            return "The hypervolume appears with the first measured sub-network."
        cycles = (
            "new cycles" if self.cycle_interval == 1 else f"every {self.cycle_interval}th new cycle"
        )
        return (
            f"Hypervolume over {self.counted}: {hypervolume_text(self.value)} after "
            f"{self.evaluation_count} {self.counted}{self.note}. Ticks mark {cycles} of the search."
        )


def hypervolume_info(run: str, history: RunHistory) -> HypervolumeInfo:
    """Plain data of the chart."""
    values, columns = history.hypervolume, history.columns()
    cycles = np.array(newest_cycles(columns.cycle), dtype=np.int64).reshape(-1, 2)
    cycles = cycles[cycles[:, 1] > 0]
    cycle_interval = rounded_interval(len(cycles), _MAX_MARKS)
    starts = cycles[cycles[:, 1] % cycle_interval == 0, 0]
    value = float(values[-1]) if len(values) else None
    return HypervolumeInfo(
        run,
        value,
        len(columns),
        steps_of(values[: len(columns)]),
        tuple(starts.tolist()),
        cycle_interval,
        unmeasured_objectives_text(history),
        history.provenance,
        history.counted,
    )


def unmeasured_objectives_text(history: RunHistory) -> str:
    """The objectives that were not measured, such as `, of Accuracy, predicted`."""
    labels = [o.label for o in history.objectives if describe_source(o.source)]
    return f", of {' and '.join(labels)}" if labels else ""


def rounded_interval(count: int, limit: int) -> int:
    """The first of 1, 2, 5, 10, 20... that reduces `count` items to at most `limit`."""
    power = 1
    while True:
        for digit in _INTERVAL_DIGITS:
            if count <= limit * digit * power:
                return digit * power
        power *= 10
