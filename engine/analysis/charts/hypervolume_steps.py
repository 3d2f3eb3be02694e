"""The hypervolume of a whole run as steps, for a chart with a cursor."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.analysis.number_text import hypervolume_text
from engine.count_text import count_text

Steps = tuple[tuple[int, float], ...]
"""`(number, value)`: the evaluations at which the hypervolume rose, ascending."""


@dataclass(frozen=True)
class StepsInfo:
    """The evaluations at which the hypervolume rose, and the length of the run."""

    run: str
    steps: Steps
    evaluations: int
    note: str = ""
    provenance: str = "measured"
    counted: str = "evaluations"

    @property
    def description(self) -> str:
        """A text alternative of the chart."""
        if not self.steps:
            return "The hypervolume appears with the first measured sub-network."
        return (
            f"Hypervolume over {self.counted}: {hypervolume_text(self.steps[-1][1])} after "
            f"{self.evaluations} {self.counted}, {count_text(len(self.steps), 'step')}{self.note}."
        )


def steps_info(
    run: str,
    hypervolume: npt.NDArray[np.float64],
    note: str = "",
    provenance: str = "measured",
    counted: str = "evaluations",
) -> StepsInfo:
    """The steps of `(n,)` hypervolumes after each evaluation.

    `note` names objectives that were not measured, `provenance` their source,
    `counted` what the numbers count.
    """
    return StepsInfo(run, steps_of(hypervolume), len(hypervolume), note, provenance, counted)


def steps_of(hypervolume: npt.NDArray[np.float64]) -> Steps:
    """The evaluations at which `(n,)` hypervolumes rose, the first among them."""
    rises = np.flatnonzero(np.diff(hypervolume, prepend=-1.0) > 0)
    return tuple((int(i) + 1, float(hypervolume[i])) for i in rises)
