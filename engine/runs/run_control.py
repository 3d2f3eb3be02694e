"""RunControl: what a user asks of runs, whichever process drives them."""

from collections.abc import Callable

from engine.config import NASConfig
from engine.errors import RunError
from engine.runs.resumption import check_resumable
from engine.runs.run_index import RunIndex
from engine.runs.run_reader import RunReader
from engine.runs.run_summary import ACTIVE, BESIDE, GO_FIRST, STOPPED_NOW
from engine.runs.run_threads import RunThreads
from engine.runs.search_run import OnEvaluation
from engine.runs.share import Workers, changed_share


class RunControl(RunReader):
    """Pauses, stops and renames runs, and changes what they have of shared workers.

    What another process drives is asked through its log. `admit` raises DynasError for a
    configuration that is not permitted.
    """

    def __init__(
        self, index: RunIndex, threads: RunThreads, admit: Callable[[NASConfig], None]
    ) -> None:
        super().__init__(index, threads)
        self._admit = admit

    def pause(self, run_id: str) -> None:
        """Pause after the running measurements."""
        self._check_action(run_id, "pause")
        self._request_state(run_id, "paused")

    def stop(self, run_id: str) -> None:
        """Stop after the running measurements; the run can be resumed."""
        self._check_action(run_id, "stop")
        self._request_state(run_id, "stopped")

    def stop_now(self, run_id: str) -> None:
        """Stop at once: running measurements are abandoned, and repeated on a resume."""
        self._check_action(run_id, "stop_now")
        self._request_state(run_id, STOPPED_NOW)

    def set_share(
        self, run_id: str, workers: Workers | None = None, priority: int | None = None
    ) -> None:
        """Change how many workers a run may have, a number or `all`, and its priority.

        What is None stays as it is. A running search follows within a second: measurements that
        have begun end first, and on this machine more workers are given to it as they become free.
        Raises RunError for what the run cannot have.
        """
        self._check_action(run_id, "change_workers")
        history = self.history(run_id)
        with history.own_metrics():
            share = changed_share(history.share, history.config, workers, priority)
        if share != history.share:
            self._append(run_id, "share", share.event_data)

    def go_first(self, run_id: str) -> None:
        """Let a queued run come before all others that wait; RunError if it does not wait.

        Its priority becomes the largest of all runs that share its workers.
        """
        self._check_action(run_id, "go_first")
        self._append(run_id, "asked", {"wanted": GO_FIRST})

    def run_beside(self, run_id: str) -> None:
        """Let a queued run begin at once, beside those that have the workers.

        Both measure more slowly then. It holds until the run pauses or ends. RunError if the run
        does not wait for others.
        """
        self._check_action(run_id, "run_beside")
        self._append(run_id, "asked", {"wanted": BESIDE})

    def rename(self, run_id: str, name: str) -> None:
        """Give the run another name."""
        if not name.strip():
            raise RunError("A run needs a name.")
        self._check_action(run_id, "rename")
        self._append(run_id, "renamed", {"name": name.strip()})

    def _check_action(self, run_id: str, action: str) -> str:
        """The run's state; raises RunError if it, or this process, does not allow `action`."""
        summary = self.history(run_id).summary()
        if reason := summary.refusal(action):
            raise RunError(reason)
        if action in ("resume", "extend", "retry"):
            self._admit(summary.config)
        if action in ("resume", "extend", "retry") and summary.state not in ACTIVE:
            verbs = {"extend": "Extend it", "retry": "Retry what failed"}
            check_resumable(self.history(run_id), verbs.get(action, "Resume it"))
        return summary.state

    def _request_state(
        self, run_id: str, requested_state: str, on_evaluation: OnEvaluation | None = None
    ) -> None:
        """Request a state of the run's thread, through the log if another process has it."""
        if not self._threads.request_state(run_id, requested_state, on_evaluation):
            self._append(run_id, "asked", {"wanted": requested_state})
