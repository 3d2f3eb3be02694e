"""How long a run was running: measured by a clock that nobody sets, and read back from its log."""

import time
from collections.abc import Sequence

from engine.evaluation.record import Evaluation
from engine.log.event import Event

_STILL_RUNNING = ("running", "pausing", "stopping")


class Stopwatch:
    """Seconds that passed between starts and stops, from `seconds` on. Thread-safe."""

    def __init__(self, seconds: float = 0.0) -> None:
        self._before = seconds
        self._since: float | None = None

    @property
    def seconds(self) -> float:
        """Those until now."""
        since = self._since
        return self._before if since is None else self._before + time.monotonic() - since

    def follow(self, state: str) -> None:
        """Run in a state in which a run is running, stand still in any other."""
        if state == "running" and self._since is None:
            self._since = time.monotonic()
        elif state not in _STILL_RUNNING and self._since is not None:
            self._before, self._since = self.seconds, None


class RunningTime:
    """The seconds that a log tells of.

    States and evaluations carry them. Those that older versions wrote do not: there, the times of
    day at which the run began and ended to be running tell, as well as they can.
    """

    def __init__(self) -> None:
        self._ran = 0.0
        self._since: float | None = None  # the time of day when it last began, if it does
        self._last: float | None = None  # the time of day of the last evaluation

    def follow_state(self, event: Event) -> None:
        """Take in a change of state."""
        state, ran = event.data["state"], event.data.get("ran")
        if ran is not None:
            self._ran, self._since = ran, None
        elif state == "running":
            self._since = event.time if self._since is None else self._since
        elif state not in _STILL_RUNNING and self._since is not None:
            self._ran += max(event.time - self._since, 0.0)
            self._since = None

    def follow(self, evaluations: Sequence[Evaluation]) -> None:
        """Take in evaluations, in the order of the log."""
        for evaluation in evaluations:
            self._last = evaluation.finished
            if evaluation.ran is not None:
                self._ran = max(self._ran, evaluation.ran)

    @property
    def seconds(self) -> float:
        """Those up to the last thing that the log tells."""
        if self._since is None or self._last is None:
            return self._ran
        return self._ran + max(self._last - self._since, 0.0)
