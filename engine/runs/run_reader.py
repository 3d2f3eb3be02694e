"""RunReader: what there is to see of the runs of a folder, whoever drives them."""

from collections.abc import Sequence
from typing import Any

from engine.errors import LogError, RunError
from engine.runs.history import RunHistory
from engine.runs.lease import Lease
from engine.runs.run_index import RunIndex, UnreadableRun
from engine.runs.run_labels import Labels
from engine.runs.run_summary import ACTIVE, RunSummary
from engine.runs.run_threads import RunThreads


class RunReader:
    """Lists runs and shows each as its log has it, with what its thread knows besides."""

    def __init__(self, index: RunIndex, drives: RunThreads) -> None:
        self._index, self._drives = index, drives

    def labels(self, run_id: str) -> Labels:
        """The run's tags, its note, its shortlist, and whether it is archived."""
        return self._index.labels(run_id)

    def list(self) -> "Sequence[RunSummary]":
        """Every run that can be read, newest first; `unreadable` has the others."""
        return self.survey()[0]

    def unreadable(self) -> "Sequence[UnreadableRun]":
        """The runs whose logs cannot be read, the last changed first, each with the reason."""
        return self.survey()[1]

    def ids(self) -> "Sequence[str]":
        """The ids of all runs, the newest first, whether they can be read or not."""
        return sorted(self._index.ids(), reverse=True)

    def survey(self) -> "tuple[Sequence[RunSummary], Sequence[UnreadableRun]]":
        """What `list` and `unreadable` give, in one look at the folder of the runs."""
        summaries, others, ids = [], [], self._index.ids()
        for run_id in ids:
            try:
                summaries.append(self.summary(run_id))
            except RunError:
                continue  # deleted since
            except LogError as error:
                others.append(self._index.unreadable(run_id, error))
        self._index.keep_only(ids)
        return (
            sorted(summaries, key=lambda s: s.created, reverse=True),
            sorted(others, key=lambda run: run.modified, reverse=True),
        )

    def summary(self, run_id: str) -> RunSummary:
        """The run at a glance; raises RunError if there is none, LogError if it cannot be read."""
        if self._drives.alive(run_id) or self._drives.unwritten(run_id):
            return self.history(run_id).summary()
        return self._index.summary(run_id)

    def exists(self, run_id: str) -> bool:
        """Whether there is such a run; looks at its folder alone, however many others there are."""
        return self._index.exists(run_id)

    def history(self, run_id: str) -> RunHistory:
        """What the run's log holds, kept up to date.

        Raises RunError if there is no such run, LogError if its log cannot be read.
        """
        driven, failed = self._drives.history(run_id), self._drives.unwritten(run_id)
        if driven is not None:
            history = driven
            history.refresh()
        elif failed is not None and self._index.exists(run_id) and not self._write_failure(failed):
            return failed
        else:
            history = self._index.history(run_id)
        alive = history.driven_here = driven is not None
        if history.state in ACTIVE and not alive:
            history.lost_writer = not Lease(self._index.run(run_id)).is_held_elsewhere()
        else:
            history.lost_writer = False
        return history

    def _append(self, run_id: str, kind: str, data: dict[str, Any]) -> None:
        """Write an event from outside the run; raises LogError if it cannot be written."""
        log = self._index.log(run_id)
        try:
            log.append_event(kind, data)
        finally:
            log.close()
        if not self._drives.alive(run_id):
            self._index.note(self._index.history(run_id))

    def _write_failure(self, history: RunHistory) -> bool:
        """Try again to write that a run has failed, since there may be room on the disk by now."""
        try:
            self._append(history.id, "state", {"state": "failed", "message": history.message})
        except LogError:
            return False
        self._forget(history.id)
        return True

    def _forget(self, run_id: str) -> None:
        self._index.forget(run_id)
        self._drives.forget(run_id)
