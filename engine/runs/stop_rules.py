"""StopRules: conditions that end a search before its budget is used up."""

from engine.config import StopSection
from engine.runs.history import RunHistory

MIN_GAIN = 1e-3  # relative gain in hypervolume that counts as an improvement


class StopRules:
    """Evaluates the stop rules of a run incrementally."""

    def __init__(self, stop: StopSection) -> None:
        self._stop = stop
        self._processed_count = 0
        self._best = 0.0
        self._best_cycle = 0

    def reason(self, history: RunHistory) -> str:
        """Why no further evaluation should begin, as a sentence; empty if the run should go on.

        The rules do not apply to a run that was extended after it had finished.
        """
        stop = self._stop
        if stop == StopSection() or _is_lifted(history):
            return ""
        hypervolume = history.hypervolume
        if (
            stop.hypervolume is not None
            and len(hypervolume)
            and hypervolume[-1] >= stop.hypervolume
        ):
            return (
                f"The hypervolume reached {hypervolume[-1]:.4f}, the target {stop.hypervolume:g}."
            )
        if stop.cycles is not None and self._cycles_without_gain(history) > stop.cycles:
            return f"{stop.cycles} cycles in a row brought no gain in hypervolume."
        return ""

    def time_limit_reason(self, history: RunHistory, running_seconds: float) -> str:
        """A sentence if a run has reached its time limit after `running_seconds`, else empty.

        The time limit also ends running measurements.
        """
        seconds = self._stop.seconds
        if seconds is None or running_seconds < seconds or _is_lifted(history):
            return ""
        return f"The time limit of {seconds:g} s was reached."

    def _cycles_without_gain(self, history: RunHistory) -> int:
        """The number of cycles since the one that last improved the hypervolume."""
        hypervolume, evaluations = history.hypervolume, history.evaluations
        for i in range(self._processed_count, len(hypervolume)):
            if hypervolume[i] > self._best * (1 + MIN_GAIN):
                self._best, self._best_cycle = hypervolume[i], evaluations[i].cycle
        self._processed_count = len(hypervolume)
        return (
            evaluations[self._processed_count - 1].cycle - self._best_cycle
            if self._processed_count
            else 0
        )


def _is_lifted(history: RunHistory) -> bool:
    is_finished = False
    for event in history.events:
        if event.kind == "state":
            is_finished = event.data["state"] == "finished" or (
                is_finished and event.data["state"] == "queued"
            )
        elif event.kind == "extended" and is_finished:
            return True
    return False
