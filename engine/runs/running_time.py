"""The running time of a run: Stopwatch measures it, RunningTime reads it from the log."""

import time
from collections.abc import Sequence

from engine.evaluation.record import Evaluation
from engine.log.event import Event

RUNNING_STATES = ("running", "pausing", "stopping")


class Stopwatch:
    """A monotonic stopwatch that begins at `seconds`. Thread-safe."""

    def __init__(self, seconds: float = 0.0) -> None:
        self._previous_seconds = seconds
        self._started_at: float | None = None

    @property
    def seconds(self) -> float:
        """The seconds until now."""
        started_at = self._started_at
        return (
            self._previous_seconds
            if started_at is None
            else self._previous_seconds + time.monotonic() - started_at
        )

    def follow(self, state: str) -> None:
        """Start in the state `running`, stop in a state in which the run is not running."""
        if state == "running" and self._started_at is None:
            self._started_at = time.monotonic()
        elif state not in RUNNING_STATES and self._started_at is not None:
            self._previous_seconds, self._started_at = self.seconds, None


class RunningTime:
    """The running time of a run according to its log, in seconds.

    State events and evaluations contain it. In logs of older versions, which lack it, it is
    estimated from the timestamps of state events.
    """

    def __init__(self) -> None:
        self._seconds = 0.0
        self._started_at: float | None = None  # timestamp of the last start, while running
        self._last_evaluation_at: float | None = None  # timestamp of the last evaluation

    def follow_state(self, event: Event) -> None:
        """Process a state event."""
        state, seconds = event.data["state"], event.data.get("ran")
        if seconds is not None:
            self._seconds, self._started_at = seconds, None
        elif state == "running":
            self._started_at = event.time if self._started_at is None else self._started_at
        elif state not in RUNNING_STATES and self._started_at is not None:
            self._seconds += max(event.time - self._started_at, 0.0)
            self._started_at = None

    def follow(self, evaluations: Sequence[Evaluation]) -> None:
        """Process evaluations, in the order of the log."""
        for evaluation in evaluations:
            self._last_evaluation_at = evaluation.finished
            if evaluation.ran is not None:
                self._seconds = max(self._seconds, evaluation.ran)

    @property
    def seconds(self) -> float:
        """The running time up to the last record of the log."""
        if self._started_at is None or self._last_evaluation_at is None:
            return self._seconds
        return self._seconds + max(self._last_evaluation_at - self._started_at, 0.0)
