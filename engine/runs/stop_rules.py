"""StopRules: conditions that end a search before its budget is used up."""

from engine.config import StopSection
from engine.runs.history import RunHistory

MIN_GAIN = 1e-3  # relative gain in hypervolume that counts as an improvement


class StopRules:
    """Evaluates the stop rules of a run incrementally."""

    def __init__(self, stop: StopSection) -> None:
        self._stop = stop
        self._events_read, self._is_finished, self._is_lifted = 0, False, False
        self._processed_count = 0
        self._hypervolume = self._best = 0.0
        self._best_cycle = 0

    def reason(self, history: RunHistory) -> str:
        """Why no further evaluation should begin, as a sentence; empty if the run should go on.

        The rules do not apply to a run that was extended after it had finished.
        """
        stop = self._stop
        if stop == StopSection() or self._is_lifted_in(history):
            return ""
        self._follow(history)
        is_known = self._processed_count > 0
        if stop.hypervolume is not None and is_known and self._hypervolume >= stop.hypervolume:
            return (
                f"The hypervolume reached {self._hypervolume:.4f}, the target {stop.hypervolume:g}."
            )
        if stop.cycles is not None and self._cycles_without_gain(history) > stop.cycles:
            cycles = "The last cycle" if stop.cycles == 1 else f"{stop.cycles} cycles in a row"
            return f"{cycles} brought no gain in hypervolume."
        return ""

    def time_limit_reason(self, history: RunHistory, running_seconds: float) -> str:
        """A sentence if a run has reached its time limit after `running_seconds`, else empty.

        The time limit also ends running measurements.
        """
        seconds = self._stop.seconds
        if seconds is None or running_seconds < seconds or self._is_lifted_in(history):
            return ""
        return f"The time limit of {seconds:g} s was reached."

    def _follow(self, history: RunHistory) -> None:
        """Read the hypervolume of new evaluations."""
        for hypervolume in history.tracked_front.hypervolume[self._processed_count :]:
            if hypervolume > self._best * (1 + MIN_GAIN):
                self._best = hypervolume
                self._best_cycle = history.evaluations[self._processed_count].cycle
            self._hypervolume = hypervolume
            self._processed_count += 1

    def _cycles_without_gain(self, history: RunHistory) -> int:
        """The number of cycles since the one that last improved the hypervolume."""
        if not self._processed_count:
            return 0
        return history.evaluations[self._processed_count - 1].cycle - self._best_cycle

    def _is_lifted_in(self, history: RunHistory) -> bool:
        """Whether the run was extended after it had finished; reads new events."""
        for event in history.events[self._events_read :]:
            self._events_read += 1
            if event.kind == "state":
                self._is_finished = event.data["state"] == "finished" or (
                    self._is_finished and event.data["state"] == "queued"
                )
            elif event.kind == "extended" and self._is_finished:
                self._is_lifted = True
        return self._is_lifted
