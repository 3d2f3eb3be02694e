"""RunIndex: cached summaries, labels and histories of the runs in a data folder."""

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
from engine.runs.stored_summary import StoredSummary, load_summary, store_summary
from engine.runs.times.run_times import RunTimes

_MAX_HISTORIES = 64  # histories in memory, the most recently used
_MAX_ID_LENGTH = 200  # characters; file systems limit the length of names


@dataclass(frozen=True)
class UnreadableRun:
    """A run whose log cannot be read, and the reason.

    `damaged` tells that records are lost, `repairable` that a repair may recover the others.
    `modified` is the modification time of its folder, as a POSIX time.
    """

    id: str
    reason: str
    damaged: bool
    repairable: bool
    modified: float

    @property
    def state(self) -> str:
        """`damaged`, or `unreadable` if the log may be intact, such as one of a newer version."""
        return "damaged" if self.damaged else "unreadable"


class _Entry(NamedTuple):
    stamp: FileStamp
    summary: RunSummary
    labels: Labels
    times: RunTimes | None


class RunIndex:
    """Summaries and labels of all runs of a data folder, and the histories of a few. Thread-safe.

    A log is read again when its files have changed. Files are closed after each read; only logs
    that are being written stay open.
    """

    def __init__(self, data: DataFolder) -> None:
        self.data, self.folder = data, data.runs
        self._lock = threading.RLock()
        self._entries: dict[str, _Entry] = {}
        self._read_errors: dict[str, tuple[FileStamp, LogError]] = {}
        self._histories: OrderedDict[str, RunHistory] = OrderedDict()
        self._reading_locks: dict[str, threading.Lock] = {}
        self._label_reader = LabelReader()

    def run_folder(self, run_id: str) -> Path:
        """The folder of a run."""
        return self.folder / run_id

    def log(self, run_id: str) -> DiskLog:
        """The log of a run; its files are opened on the first access."""
        return DiskLog.open(self.run_folder(run_id) / "log")

    def exists(self, run_id: str) -> bool:
        """Whether there is such a run; checks its folder only."""
        is_valid_id = (
            0 < len(run_id) < _MAX_ID_LENGTH and "/" not in run_id and not run_id.startswith(".")
        )
        return is_valid_id and self.run_folder(run_id).is_dir()

    def ids(self) -> list[str]:
        """The ids of all runs; folders with a leading dot are temporary."""
        try:
            with os.scandir(self.folder) as entries:
                return [e.name for e in entries if not e.name.startswith(".") and e.is_dir()]
        except OSError as error:
            raise LogError(read_failure(error, "The folder of the runs", self.folder)) from error

    def history(self, run_id: str) -> RunHistory:
        """The history of a run; raises RunError if there is no such run, LogError.

        Calls return the same object until it is evicted from the cache.
        """
        with self._lock:
            if not self.exists(run_id):
                self.forget(run_id)
                raise RunError(f"There is no run {quoted(run_id, 60)}. It may have been deleted.")
            history = self._histories.get(run_id)
            try:
                if history is None:
                    history = self._read(run_id, self.log(run_id))
                self._keep(history)
                history.refresh()
            except LogError:
                self.forget(run_id)  # the history may be incomplete
                raise
        return history

    def cache_history(self, history: RunHistory) -> None:
        """Put a history into the cache."""
        with self._lock:
            if self.exists(history.id):
                self._histories[history.id] = history

    def store_summary(self, history: RunHistory) -> None:
        """Store the summary of an inactive run in its log; errors are ignored.

        Logs without checksums store none.
        """
        if history.state in ACTIVE or history.unwritten:
            return
        log = self.log(history.id)
        try:
            history.refresh()
            store_summary(log, history, self._label_reader.of(history))
        except LogError:
            pass
        finally:
            log.close()

    def summary(self, run_id: str) -> RunSummary:
        """The summary of a run, from its log; raises as `history` does."""
        summary = self._entry(run_id).summary
        if summary.state in ACTIVE and not Lease(self.run_folder(run_id)).is_held_elsewhere():
            return replace(summary, state="interrupted")
        return summary

    def labels(self, run_id: str) -> Labels:
        """The labels of a run; raises as `history` does."""
        return self._entry(run_id).labels

    def stored_times(self, run_id: str) -> RunTimes | None:
        """The times of a run as stored with its summary; None if they are not."""
        return self._entry(run_id).times

    def labels_of(self, history: RunHistory) -> Labels:
        """The labels in a history, as of its last refresh."""
        return self._label_reader.of(history)

    def unreadable(self, run_id: str, error: LogError) -> UnreadableRun:
        """The list entry for a run whose log raises `error`."""
        try:
            modified = self.run_folder(run_id).stat().st_mtime
        except OSError:
            modified = 0.0
        damaged = isinstance(error, DamagedLogError)
        repairable = damaged and self.log(run_id).exists
        return UnreadableRun(run_id, str(error), damaged, repairable, modified)

    def forget(self, run_id: str) -> None:
        """Drop the run from the cache, so that it is read again."""
        with self._lock:
            self._histories.pop(run_id, None)
            self._entries.pop(run_id, None)
            self._read_errors.pop(run_id, None)

    def forget_missing(self, ids: Sequence[str]) -> None:
        """Drop all runs but `ids` from the cache."""
        with self._lock:
            for run_id in (self._entries.keys() | self._reading_locks.keys()) - set(ids):
                self.forget(run_id)
                self._reading_locks.pop(run_id, None)

    def _entry(self, run_id: str) -> _Entry:
        if not self.exists(run_id):
            raise RunError(f"There is no run {quoted(run_id, 60)}. It may have been deleted.")
        stamp = self.log(run_id).stamp()
        entry = self._listed(run_id, stamp)
        if entry is None:
            with self._reading(run_id):
                # Another thread may have read it meanwhile.
                entry = self._listed(run_id, stamp) or self._read_entry(run_id, stamp)
        return entry

    def _listed(self, run_id: str, stamp: FileStamp) -> _Entry | None:
        entry = self._entries.get(run_id)
        return entry if entry is not None and entry.stamp == stamp else None

    def _reading(self, run_id: str) -> threading.Lock:
        """The lock of one run, so that a long log is not read by several threads at once."""
        with self._lock:
            return self._reading_locks.setdefault(run_id, threading.Lock())

    def _read_entry(self, run_id: str, stamp: FileStamp) -> _Entry:
        read_error = self._read_errors.get(run_id)
        if read_error is not None and read_error[0] == stamp:
            raise read_error[1]
        try:
            summary, labels, times = self._read_summary(run_id)
        except LogError as error:
            self.forget(run_id)
            if stamp.is_settled:
                self._read_errors[run_id] = (stamp, error)
            raise
        entry = _Entry(stamp, summary, labels, times)
        # What was written meanwhile may be in the summary, but is not in the stamp.
        if stamp.is_settled and self.log(run_id).stamp() == stamp:
            self._entries[run_id] = entry
        return entry

    def _read_summary(self, run_id: str) -> StoredSummary:
        """Read the summary and labels of a run whose files are new or have changed."""
        history = self._refreshed_history(run_id)
        if history is None:
            # A cached history is obsolete if the files changed without new records.
            obsolete, log = self._histories.get(run_id), self.log(run_id)
            with using(self.data):
                if (stored := load_summary(run_id, log)) is not None:
                    return stored
            history = self._read_again(run_id, log, obsolete)
        summary = replace(history.summary(), state=history.state, is_run_by_this_process=False)
        return StoredSummary(summary, self._label_reader.of(history))

    def _read_again(self, run_id: str, log: DiskLog, obsolete: RunHistory | None) -> RunHistory:
        """The history of a run that stores no summary, in place of an `obsolete` one.

        It is kept if there is room, since a page is likely to ask for it next. That of a live run
        is kept in any case: it grows, and would else be read whole after each record.
        """
        history = self._read(run_id, log)
        with self._lock:
            if self._histories.get(run_id) is obsolete:
                self._histories.pop(run_id, None)
                if history.state in ACTIVE or len(self._histories) < _MAX_HISTORIES:
                    self._keep(history)
        return history

    def _keep(self, history: RunHistory) -> None:
        self._histories[history.id] = history
        self._histories.move_to_end(history.id)
        while len(self._histories) > _MAX_HISTORIES:
            self._histories.popitem(last=False)

    def _refreshed_history(self, run_id: str) -> RunHistory | None:
        """The cached history after a refresh, if it has records that are not listed yet."""
        with self._lock:
            history, entry = self._histories.get(run_id), self._entries.get(run_id)
        if history is None:
            return None
        history.refresh()
        summary = history.summary()
        listed_state = entry and (entry.summary.evaluations, entry.summary.updated)
        return history if listed_state != (summary.evaluations, summary.updated) else None

    def _read(self, run_id: str, log: DiskLog) -> RunHistory:
        with using(self.data):
            history = RunHistory(run_id, log)
        if not history.events or history.events[0].kind != "created":
            raise DamagedLogError(
                f"The log of the run '{run_id}' does not begin with its configuration: it is "
                "damaged. Restore the folder from a copy, or move the run to the trash."
            )
        return history
