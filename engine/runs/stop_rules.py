"""What ends a search before its budget is spent."""

from engine.config import StopSection
from engine.runs.history import RunHistory

LEAST_GAIN = 1e-3  # of hypervolume, as a share, that counts as an improvement


class StopRules:
    """Watches a run as it grows; what it has seen of the run it does not look at again."""

    def __init__(self, stop: StopSection) -> None:
        self._stop = stop
        self._seen = 0
        self._best = 0.0
        self._improved_in = 0

    def reason(self, history: RunHistory) -> str:
        """Why nothing more should begin, as a sentence; empty if the run should go on.

        A run that was extended after it had ended goes on whatever the rules say.
        """
        stop = self._stop
        if stop == StopSection() or _lifted(history):
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
        if stop.cycles is not None and self._stalled_for(history) > stop.cycles:
            return f"{stop.cycles} cycles in a row brought no gain in hypervolume."
        return ""

    def time_is_up(self, history: RunHistory, ran: float) -> str:
        """That a run that was running `ran` seconds has reached its time limit, as a sentence.

        Empty as long as it has not. It holds while something is measured, too.
        """
        seconds = self._stop.seconds
        if seconds is None or ran < seconds or _lifted(history):
            return ""
        return f"The time limit of {seconds:g} s was reached."

    def _stalled_for(self, history: RunHistory) -> int:
        """Cycles since the one that last improved the hypervolume, the present one included."""
        hypervolume, evaluations = history.hypervolume, history.evaluations
        for i in range(self._seen, len(hypervolume)):
            if hypervolume[i] > self._best * (1 + LEAST_GAIN):
                self._best, self._improved_in = hypervolume[i], evaluations[i].cycle
        self._seen = len(hypervolume)
        return evaluations[self._seen - 1].cycle - self._improved_in if self._seen else 0


def _lifted(history: RunHistory) -> bool:
    ended = False
    for event in history.events:
        if event.kind == "state":
            ended = event.data["state"] == "finished" or (ended and event.data["state"] == "queued")
        elif event.kind == "extended" and ended:
            return True
    return False
