"""TimeLog: when the evaluations and the plans of a run were made, by its running time."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from engine.evaluation.record import WARM_START_CYCLE, Evaluation
from engine.log.event import Event
from engine.runs.growing_array import GrowingArray
from engine.runs.running_time import RUNNING_STATES

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class TimeLog:
    """The times of a run with `n` evaluations, in seconds of its running time.

    `ran` is `(n,)`: when each evaluation was recorded, ascending. `seconds` is `(n,)`: how long a
    worker measured it. `measured` and `known` are `(n,)`: whether a worker did, and whether its
    values were in the cache; neither for what is computed. `starts` is `(p,)`: when the run began
    or went on, with new workers. `plans` is `(c, 2)`: after how many evaluations each cycle was
    planned, and how long that took. `elapsed` is the running time now, `workers` how many measure
    at a time. What a warm start brought is in none of these.
    """

    ran: Values
    seconds: Values
    measured: Flags
    known: Flags
    starts: Values
    plans: Values
    elapsed: float
    workers: int

    def __len__(self) -> int:
        return len(self.ran)

    def until(self, elapsed: float) -> "TimeLog":
        """What was known at an earlier running time."""
        n = int(np.searchsorted(self.ran, elapsed, side="right"))
        starts = self.starts[self.starts <= elapsed]
        return replace(
            self, ran=self.ran[:n], seconds=self.seconds[:n], measured=self.measured[:n],
            known=self.known[:n], starts=starts if len(starts) else self.starts[:1],
            plans=self.plans[self.plans[:, 0] <= n], elapsed=elapsed,
        )  # fmt: skip

    @property
    def since_start(self) -> int:
        """The index of the first evaluation since the run last began or went on."""
        return int(np.searchsorted(self.ran, self.starts[-1], side="right"))

    @property
    def has_ready_workers(self) -> bool:
        """Whether anything was measured since the run last began or went on."""
        return bool(self.measured[self.since_start :].any())

    @property
    def first_of_workers(self) -> Flags:
        """`(n,)` whether a worker may have measured it first, which includes loading."""
        first = np.zeros(len(self), dtype=bool)
        for start in np.searchsorted(self.ran, self.starts, side="right"):
            first[start + np.flatnonzero(self.measured[start:])[: self.workers]] = True
        return first


class RecordTimes:
    """The arrays of an append-only list of `evaluations`. Thread-safe."""

    def __init__(self, evaluations: Sequence[Evaluation]) -> None:
        self._evaluations, self._lock = evaluations, threading.Lock()
        self._ran, self._seconds = GrowingArray(np.float64), GrowingArray(np.float64)
        self._kinds = GrowingArray(np.int64)
        self._length = self._skipped = 0
        self._began: float | None = None

    def log(self, events: Sequence[Event], elapsed: float, workers: int, started: float) -> TimeLog:
        """The times so far; processes evaluations since the last call only.

        `started` is the POSIX time at which the run was created, for logs of older versions.
        """
        with self._lock:
            self._follow(started)
            skipped = self._skipped
            ran, seconds, kinds = self._ran.array, self._seconds.array, self._kinds.array
        ran = np.maximum.accumulate(ran) if len(ran) else ran
        return TimeLog(
            ran, seconds, kinds == 1, kinds == 2, _starts(events), _plans(events, skipped),
            max(elapsed, float(ran[-1]) if len(ran) else 0.0), max(workers, 1),
        )  # fmt: skip

    def _follow(self, started: float) -> None:
        new = self._evaluations[self._length :]
        self._length += len(new)
        brought = sum(e.cycle == WARM_START_CYCLE for e in new)
        self._skipped += brought
        new = [e for e in new if e.cycle != WARM_START_CYCLE] if brought else new
        if not new:
            return
        if self._began is None:
            self._began = min(started, new[0].finished - new[0].seconds)
        began = self._began
        self._ran.extend([e.finished - began if e.ran is None else e.ran for e in new])
        self._seconds.extend([e.seconds for e in new])
        self._kinds.extend([2 if e.reused else int(_is_measured(e)) for e in new])


def _starts(events: Sequence[Event]) -> Values:
    """When a run began and went on, by the running time in its state events."""
    starts, is_running = [], False
    for event in list(events):
        if event.kind != "state":
            continue
        state = event.data["state"]
        if state == "running" and not is_running:
            starts.append(float(event.data.get("ran") or 0.0))
        is_running = state in RUNNING_STATES
    return np.array(starts or [0.0])


def _plans(events: Sequence[Event], skipped: int) -> Values:
    plans = [
        (event.data.get("after", 0) - skipped, event.data["seconds"])
        for event in list(events)
        if event.kind == "cycle" and "seconds" in event.data
    ]
    return np.array(plans, dtype=np.float64).reshape(-1, 2)


def _is_measured(evaluation: Evaluation) -> bool:
    """Whether a worker measured it, or failed to; older logs name no worker."""
    return bool(evaluation.worker or not evaluation.ok or evaluation.seconds > 0)
