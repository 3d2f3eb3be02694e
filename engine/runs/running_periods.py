"""RunningPeriods: turns the time of day into running time, which leaves out pauses and waiting."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.log.event import Event
from engine.runs.running_time import RUNNING_STATES

Times = npt.NDArray[np.float64]


class RunningPeriods:
    """The periods in which a run was running, from the events of its log.

    `elapsed` is its running time now, in seconds.
    """

    def __init__(self, events: Sequence[Event], elapsed: float) -> None:
        began, ran, seconds = [0.0], [0.0], [0.0]
        is_running = False
        for event in events:
            if event.kind != "state":
                continue
            state = event.data["state"]
            if state == "running" and not is_running:
                is_running = True
                began.append(event.time)
                ran.append(_running_time(event, ran[-1] + seconds[-1]))
                seconds.append(0.0)
            elif state not in RUNNING_STATES and is_running:
                is_running = False
                until_now = max(event.time - began[-1], 0.0)
                seconds[-1] = max(_running_time(event, ran[-1] + until_now) - ran[-1], 0.0)
        if is_running:
            seconds[-1] = max(elapsed - ran[-1], 0.0)
        self._began, self._ran, self._seconds = map(np.array, (began, ran, seconds))

    def running_time(self, times: Sequence[float] | Times) -> Times:
        """`(n,)` running times in seconds at `(n,)` POSIX times."""
        at = np.asarray(times, dtype=np.float64)
        period = np.maximum(np.searchsorted(self._began, at, side="right") - 1, 0)
        passed = np.clip(at - self._began[period], 0.0, self._seconds[period])
        return np.asarray(self._ran[period] + passed, dtype=np.float64)


def _running_time(event: Event, otherwise: float) -> float:
    """The running time that a state event notes; `otherwise` in logs of older versions."""
    noted = event.data.get("ran")
    return otherwise if noted is None else float(noted)
