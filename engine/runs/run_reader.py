"""RunReader: read access to the runs of a data folder, whichever process runs them."""

from collections.abc import Sequence
from typing import Any

from engine.errors import LogError, RunError
from engine.runs.history import RunHistory
from engine.runs.lease import Lease
from engine.runs.run_index import RunIndex, UnreadableRun
from engine.runs.run_labels import Labels
from engine.runs.run_summary import ACTIVE, RunSummary
from engine.runs.run_threads import RunThreads
from engine.runs.workers_now import WorkersNow


class RunReader:
    """Lists runs and returns their histories, from their logs and the running threads."""

    def __init__(self, index: RunIndex, threads: RunThreads) -> None:
        self._index, self._threads = index, threads

    def labels(self, run_id: str) -> Labels:
        """The run's tags, note, shortlist and archived state."""
        return self._index.labels(run_id)

    def list(self) -> "Sequence[RunSummary]":
        """All readable runs, newest first; `unreadable` returns the others."""
        return self.survey()[0]

    def unreadable(self) -> "Sequence[UnreadableRun]":
        """The runs whose logs cannot be read, last modified first, each with the reason."""
        return self.survey()[1]

    def ids(self) -> "Sequence[str]":
        """The ids of all runs, readable or not, newest first."""
        return sorted(self._index.ids(), reverse=True)

    def survey(self) -> "tuple[Sequence[RunSummary], Sequence[UnreadableRun]]":
        """The results of `list` and `unreadable` from one scan of the folder."""
        summaries, unreadable, ids = [], [], self._index.ids()
        for run_id in ids:
            try:
                summaries.append(self.summary(run_id))
            except RunError:
                continue  # deleted since
            except LogError as error:
                unreadable.append(self._index.unreadable(run_id, error))
        self._index.forget_missing(ids)
        return (
            sorted(summaries, key=lambda s: s.created, reverse=True),
            sorted(unreadable, key=lambda run: run.modified, reverse=True),
        )

    def summary(self, run_id: str) -> RunSummary:
        """The summary of a run; raises RunError if there is none, LogError if it is unreadable."""
        if self._threads.is_running(run_id) or self._threads.unwritten(run_id):
            return self.history(run_id).summary()
        return self._index.summary(run_id)

    def exists(self, run_id: str) -> bool:
        """Whether there is such a run; checks its folder only."""
        return self._index.exists(run_id)

    def history(self, run_id: str) -> RunHistory:
        """The up-to-date history of a run.

        Raises RunError if there is no such run, LogError if its log cannot be read.
        """
        running_history, failed_history = (
            self._threads.history(run_id),
            self._threads.unwritten(run_id),
        )
        if running_history is not None:
            history = running_history
            history.refresh()
        elif (
            failed_history is not None
            and self._index.exists(run_id)
            and not self._retry_failure_event(failed_history)
        ):
            return failed_history
        else:
            history = self._index.history(run_id)
        is_running = history.is_run_by_this_process = running_history is not None
        if history.state in ACTIVE and not is_running:
            history.is_orphaned = not Lease(self._index.run_folder(run_id)).is_held_elsewhere()
        else:
            history.is_orphaned = False
        return history

    def workers_now(self, run_id: str) -> WorkersNow | None:
        """What the workers of a run do now; None unless this process runs it."""
        return self._threads.workers_now(run_id)

    def holders(self, run_id: str) -> "Sequence[str]":
        """The ids of the runs for which a queued run waits; empty unless this process runs it."""
        return self._threads.holders(run_id)

    def _append(self, run_id: str, kind: str, data: dict[str, Any]) -> None:
        """Write an event from outside the run; raises LogError if it cannot be written."""
        log = self._index.log(run_id)
        try:
            log.append_event(kind, data)
        finally:
            log.close()
        if not self._threads.is_running(run_id):
            self._index.store_summary(self._index.history(run_id))

    def _retry_failure_event(self, history: RunHistory) -> bool:
        """Try again to log that a run has failed, since the disk may have room by now."""
        try:
            self._append(history.id, "state", {"state": "failed", "message": history.message})
        except LogError:
            return False
        self._forget(history.id)
        return True

    def _forget(self, run_id: str) -> None:
        self._index.forget(run_id)
        self._threads.forget(run_id)
