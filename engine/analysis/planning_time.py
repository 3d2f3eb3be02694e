"""How long a search planned its cycles, as the log says."""

from dataclasses import dataclass

import numpy as np

from engine.runs.history import RunHistory


@dataclass(frozen=True)
class PlanningTime:
    """The planning of `cycles` cycles: the `median` and the `largest` duration in seconds.

    `largest_cycle` is the cycle of the largest, `share` all planning as a share of the running
    time, in [0, 1].
    """

    cycles: int
    median: float
    largest: float
    largest_cycle: int
    share: float


def planning_time(history: RunHistory) -> PlanningTime | None:
    """The planning of a run; None if nothing was planned, or if its log is of an older version."""
    events = [e for e in list(history.events) if e.kind == "cycle" and "seconds" in e.data]
    if not events:
        return None
    seconds = np.array([event.data["seconds"] for event in events])
    largest = int(seconds.argmax())
    total, elapsed = float(seconds.sum()), history.elapsed
    return PlanningTime(
        len(events),
        float(np.median(seconds)),
        float(seconds[largest]),
        events[largest].data["cycle"],
        min(total / elapsed, 1.0) if elapsed else 0.0,
    )
