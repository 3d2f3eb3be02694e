"""RunIndex: what the runs of a folder look like, however many; nothing is kept open for it."""

import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from engine.data_dir import DataFolder, using
from engine.disk_errors import read_failure
from engine.errors import DamagedLogError, LogError, RunError
from engine.log.database import FileStamp
from engine.log.evaluation_log import DiskLog
from engine.quoting import quoted
from engine.runs.history import RunHistory
from engine.runs.lease import Lease
from engine.runs.run_labels import LabelReader, Labels
from engine.runs.run_summary import ACTIVE, RunSummary
from engine.runs.stored_summary import StoredSummary, note, noted

_MOST_HISTORIES = 64  # that stay in memory, those looked at last
_LONGEST_ID = 200  # characters; a longer one may be none that a folder can have


@dataclass(frozen=True)
class UnreadableRun:
    """A run whose log cannot be read, and why.

    `damaged` says that records are lost, `repairable` that a repair may keep the others. `modified`
    is when its folder changed last, as a POSIX time.
    """

    id: str
    reason: str
    damaged: bool
    repairable: bool
    modified: float

    @property
    def state(self) -> str:
        """`damaged`, or `unreadable` where the log itself may be whole: of a newer version, say."""
        return "damaged" if self.damaged else "unreadable"


class _Entry(NamedTuple):
    stamp: FileStamp
    summary: RunSummary
    labels: Labels


class RunIndex:
    """Summaries and labels of all runs of a data folder, and the histories of a few. Thread-safe.

    A log is read again when its files have changed. Each look opens and closes what it reads, so
    that files are open only while a run is written.
    """

    def __init__(self, data: DataFolder) -> None:
        self.data, self.folder = data, data.runs
        self._lock = threading.RLock()
        self._entries: dict[str, _Entry] = {}
        self._unreadable: dict[str, tuple[FileStamp, LogError]] = {}
        self._histories: OrderedDict[str, RunHistory] = OrderedDict()
        self._labels = LabelReader()

    def run(self, run_id: str) -> Path:
        """The folder of a run."""
        return self.folder / run_id

    def log(self, run_id: str) -> DiskLog:
        """The log of a run; nothing is opened before it is read or written."""
        return DiskLog.open(self.run(run_id) / "log")

    def exists(self, run_id: str) -> bool:
        """Whether there is such a run; looks at its folder alone, however many others there are."""
        named = 0 < len(run_id) < _LONGEST_ID and "/" not in run_id and not run_id.startswith(".")
        return named and self.run(run_id).is_dir()

    def ids(self) -> list[str]:
        """Every run; a folder whose name begins with a dot is none, or not yet."""
        try:
            with os.scandir(self.folder) as entries:
                return [e.name for e in entries if not e.name.startswith(".") and e.is_dir()]
        except OSError as error:
            raise LogError(read_failure(error, "The folder of the runs", self.folder)) from error

    def history(self, run_id: str) -> RunHistory:
        """All that the log of a run holds; raises RunError if there is none, LogError as it does.

        Many calls give the same object, unless so many other runs were looked at meanwhile that it
        was let go.
        """
        with self._lock:
            if not self.exists(run_id):
                self.forget(run_id)
                raise RunError(f"There is no run {quoted(run_id, 60)}. It may have been deleted.")
            history = self._histories.get(run_id)
            try:
                if history is None:
                    history = self._read(run_id)
                    self._histories[run_id] = history
                self._histories.move_to_end(run_id)
                while len(self._histories) > _MOST_HISTORIES:
                    self._histories.popitem(last=False)
                history.refresh()
            except LogError:
                self.forget(run_id)  # what it has taken in may be half of it
                raise
        return history

    def keep(self, history: RunHistory) -> None:
        """Answer with this history while it is among those looked at last."""
        with self._lock:
            if self.exists(history.id):
                self._histories[history.id] = history

    def note(self, history: RunHistory) -> None:
        """Let the log of a run that rests keep its summary; where it cannot, it is none the worse.

        Logs without checksums keep none.
        """
        if history.state in ACTIVE or history.unwritten:
            return
        log = self.log(history.id)
        try:
            history.refresh()
            note(log, history, self._labels.of(history))
        except LogError:
            pass
        finally:
            log.close()

    def summary(self, run_id: str) -> RunSummary:
        """The run at a glance, as its log has it; raises as `history` does."""
        summary = self._entry(run_id).summary
        if summary.state in ACTIVE and not Lease(self.run(run_id)).is_held_elsewhere():
            return replace(summary, state="interrupted")
        return summary

    def labels(self, run_id: str) -> Labels:
        """The labels of a run; raises as `history` does."""
        return self._entry(run_id).labels

    def labels_of(self, history: RunHistory) -> Labels:
        """The labels in a history, as of its last refresh."""
        return self._labels.of(history)

    def unreadable(self, run_id: str, error: LogError) -> UnreadableRun:
        """How a run is listed that raises `error`."""
        try:
            modified = self.run(run_id).stat().st_mtime
        except OSError:
            modified = 0.0
        damaged = isinstance(error, DamagedLogError)
        repairable = damaged and self.log(run_id).exists
        return UnreadableRun(run_id, str(error), damaged, repairable, modified)

    def forget(self, run_id: str) -> None:
        """Read the run anew when it is looked at next."""
        with self._lock:
            self._histories.pop(run_id, None)
            self._entries.pop(run_id, None)
            self._unreadable.pop(run_id, None)

    def keep_only(self, ids: Sequence[str]) -> None:
        """Let go of runs that are no longer there."""
        with self._lock:
            for run_id in self._entries.keys() - set(ids):
                self.forget(run_id)

    def _entry(self, run_id: str) -> _Entry:
        if not self.exists(run_id):
            raise RunError(f"There is no run {quoted(run_id, 60)}. It may have been deleted.")
        stamp = self.log(run_id).stamp()
        known = self._entries.get(run_id)
        if known is not None and known.stamp == stamp:
            return known
        refused = self._unreadable.get(run_id)
        if refused is not None and refused[0] == stamp:
            raise refused[1]
        try:
            summary, labels = self._seen(run_id)
        except LogError as error:
            self.forget(run_id)
            if stamp.settled:
                self._unreadable[run_id] = (stamp, error)
            raise
        entry = _Entry(stamp, summary, labels)
        if stamp.settled:
            self._entries[run_id] = entry
        return entry

    def _seen(self, run_id: str) -> StoredSummary:
        """What to list of a run whose files are new here, or have changed."""
        history = self._grown(run_id)
        if history is None:
            # What was read before says nothing of files that changed and hold no further record.
            if (kept := self._noted(run_id)) is not None:
                return kept
            self.forget(run_id)
            history = self._read(run_id)
        summary = replace(history.summary(), state=history.state, driven_here=False)
        return StoredSummary(summary, self._labels.of(history))

    def _grown(self, run_id: str) -> RunHistory | None:
        """The history that was read before, if it holds further records than are listed."""
        with self._lock:
            history, listed = self._histories.get(run_id), self._entries.get(run_id)
        if history is None:
            return None
        history.refresh()
        now = history.summary()
        known = listed and (listed.summary.evaluations, listed.summary.updated)
        return history if known != (now.evaluations, now.updated) else None

    def _noted(self, run_id: str) -> StoredSummary | None:
        with using(self.data):
            return noted(run_id, self.log(run_id))

    def _read(self, run_id: str) -> RunHistory:
        with using(self.data):
            history = RunHistory(run_id, self.log(run_id))
        if not history.events or history.events[0].kind != "created":
            raise DamagedLogError(
                f"The log of the run '{run_id}' does not begin with what was searched: it is "
                "damaged. Restore the folder from a copy, or move the run to the trash."
            )
        return history
