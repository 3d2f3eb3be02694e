"""RunThreads: the threads of this process that search, one a run."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from engine.data_dir import using
from engine.errors import LogError
from engine.evaluation.evaluator import Evaluator
from engine.evaluation.record import Evaluation
from engine.log.cache import EvaluationCache
from engine.runs.history import RunHistory
from engine.runs.lease import Lease
from engine.runs.run_index import RunIndex
from engine.runs.search_run import STOPPED_NOW, SearchRun
from engine.runs.worker_share import WorkerShare

_GRACE = 4.0  # seconds in which runs may end by themselves, and then once more when they must
_PATIENCE = 5.0  # seconds for the thread that drove a run before


@dataclass
class _RunThread:
    run: SearchRun
    lease: Lease
    # A wait for the thread itself that Ctrl-C interrupts takes it for ended (Python 3.11).
    ended: threading.Event


class RunThreads:
    """Searches in background threads, each of which holds the lease of its run. Thread-safe.

    `make_evaluator` gives, for a supernet's name and a number of workers, what measures.
    """

    def __init__(
        self,
        index: RunIndex,
        cache: EvaluationCache,
        make_evaluator: Callable[[str, int], Evaluator],
    ) -> None:
        self._index, self._cache, self._make_evaluator = index, cache, make_evaluator
        self._share = WorkerShare(os.cpu_count() or 1)
        self._lock = threading.RLock()
        self._drives: dict[str, _RunThread] = {}
        self._unwritten: dict[str, RunHistory] = {}

    @property
    def most_workers(self) -> int:
        """How many workers all runs together have at most."""
        return self._share.total

    def alive(self, run_id: str) -> bool:
        """Whether a thread drives the run."""
        drive = self._drives.get(run_id)
        return drive is not None and not drive.ended.is_set()

    def history(self, run_id: str) -> RunHistory | None:
        """The history that the thread of a run goes by; None if no thread drives it."""
        drive = self._drives.get(run_id)
        return drive.run.history if drive is not None and not drive.ended.is_set() else None

    def unwritten(self, run_id: str) -> RunHistory | None:
        """The history of a run that has failed, where its log lacks that: on a full disk."""
        return self._unwritten.get(run_id)

    def start(self, run_id: str, current: Callable[[], RunHistory]) -> None:
        """Take the lease and go on with what `current()` gives; raises RunError or LogError."""
        self.wait(run_id, _PATIENCE)  # the thread that drove it takes the lock when it ends
        with self._lock:
            lease = Lease(self._index.run(run_id))
            lease.acquire()
            try:
                history = current()
                config = history.config.dynas
                run = SearchRun(
                    self._index.log(run_id),
                    history,
                    self._cache,
                    lambda: self._make_evaluator(config.supernet, config.workers),
                )
                drive = _RunThread(run, lease, threading.Event())
                run.enter("queued")  # before anyone looks at the run again
                self._drives[run_id] = drive
                self._unwritten.pop(run_id, None)
                threading.Thread(
                    target=self._search, args=(drive, config.workers), daemon=True
                ).start()
            except BaseException:
                self._drives.pop(run_id, None)
                lease.release()
                raise

    def command(self, run_id: str, wanted: str) -> bool:
        """Tell the thread that drives the run what is wanted; False if there is none."""
        drive = self._drives.get(run_id)
        if drive is None or drive.ended.is_set():
            return False
        drive.run.command(wanted)
        return True

    def on_evaluation(self, run_id: str, callback: Callable[[Evaluation], None]) -> None:
        """Call `callback` in the run's thread after each evaluation, while there is one."""
        if (drive := self._drives.get(run_id)) is not None:
            drive.run.on_evaluation = callback

    def wait(self, run_id: str, timeout: float | None = None) -> None:
        """Block until the thread that drives the run has ended."""
        if (drive := self._drives.get(run_id)) is not None:
            drive.ended.wait(timeout)

    def forget(self, run_id: str) -> None:
        """Let go of a run that is no longer there, or whose failure was written."""
        self._drives.pop(run_id, None)
        self._unwritten.pop(run_id, None)

    def close(self) -> None:
        """Stop every run, within seconds: what takes longer to measure is left out."""
        drives = list(self._drives.values())
        for wanted in ("stopped", STOPPED_NOW):
            for drive in drives:
                drive.run.command(wanted)
            end = time.monotonic() + _GRACE
            for drive in drives:
                drive.ended.wait(max(end - time.monotonic(), 0.0))

    def _search(self, drive: _RunThread, workers: int) -> None:
        history = drive.run.history
        try:
            if not self._share.take(workers, drive.run.told_to_stop):
                drive.run.enter("stopped")
                return
            try:
                with using(self._index.data):
                    drive.run.run()
            finally:
                self._share.give_back(workers)
        except LogError as error:
            history.fail_unwritten(str(error))
        finally:
            if history.unwritten:
                self._unwritten[history.id] = history
            drive.run.log.close()
            self._index.note(history)
            drive.lease.release()
            with self._lock:
                self._index.keep(history)
                if self._drives.get(history.id) is drive:
                    del self._drives[history.id]
            drive.ended.set()
