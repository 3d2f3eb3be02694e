"""RunService: every run of a data folder, each driven by a background thread of this process."""

import os
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.config import NASConfig
from engine.data_dir import make_data_dir
from engine.errors import DynasError, RunError
from engine.evaluation.evaluator import Evaluator, ProcessEvaluator
from engine.evaluation.record import Evaluation
from engine.log.cache import EvaluationCache
from engine.log.evaluation_log import DiskLog
from engine.metrics import described
from engine.runs import warm_start
from engine.runs.aside import Aside
from engine.runs.checks import checked_supernet
from engine.runs.history import ACTIVE, RunHistory, RunSummary
from engine.runs.labels import LabelReader, Labels, changes, clean_shortlist
from engine.runs.lease import Lease
from engine.runs.results_csv import read_results
from engine.runs.search_run import STOPPED_NOW, SearchRun
from engine.runs.trash import Trash
from engine.runs.worker_share import WorkerShare

_GRACE = 4.0  # seconds in which runs may end by themselves, and then once more when they must


@dataclass
class _Drive:
    run: SearchRun
    lease: Lease
    # A wait for the thread itself that Ctrl-C interrupts takes it for ended (Python 3.11).
    ended: threading.Event


class RunService:
    """Starts, controls and lists runs. Thread-safe; one a process and data folder."""

    def __init__(
        self, data_dir: Path, make_evaluator: Callable[[str, int], Evaluator] = ProcessEvaluator
    ) -> None:
        self.data_dir = make_data_dir(data_dir)
        self._make_evaluator = make_evaluator
        self._cache = EvaluationCache(self.data_dir / "evaluation-cache")
        self._share = WorkerShare(os.cpu_count() or 1)
        self.aside = Aside(self._cache, make_evaluator, self._share.total)
        self._lock = threading.RLock()
        self._histories: dict[str, RunHistory] = {}
        self._logs: dict[str, DiskLog] = {}
        self._drives: dict[str, _Drive] = {}
        self._labels = LabelReader()
        self.trash = Trash(self.data_dir / "trash")
        self.trash.empty()

    def start(self, config: NASConfig, name: str | None = None) -> str:
        """Start a search in the background; returns the run's id.

        Raises ConfigError for what does not fit together and DataError for weights or data that are
        missing, and starts nothing.
        """
        supernet = checked_supernet(config)
        supernet.check_data(config.settings)
        fingerprint = supernet.fingerprint(config.settings)
        known = warm_start.known(config, supernet, fingerprint, self.data_dir, self.history)
        name = name or f"{config.approach} {datetime.now():%d %b %H:%M}"
        created = {"name": name, "fingerprint": fingerprint}
        run_id = self._create(config, created, known, "queued")
        self._drive(run_id)
        return run_id

    def import_results(self, text: str, origin: str, config: NASConfig, name: str = "") -> str:
        """Make a run that has ended of a results CSV; returns the run's id.

        `origin` is the file's name. Supernet and objectives are those of `config`; extended, the
        run goes on searching as `config` says, and knows what the file lists. Raises ConfigError
        that names the line which cannot be read.
        """
        supernet = checked_supernet(config)
        read = read_results(text, supernet, origin)
        known = warm_start.complete(config, read, origin)
        created = {"name": name.strip() or origin, "num_evals": 0}
        message = f"{len(known)} sub-networks were imported from {origin}."
        return self._create(config, created, known, "finished", message)

    def _create(
        self, config: NASConfig, created: dict[str, Any], known: "Sequence[Evaluation]", state: str,
        message: str = "",
    ) -> str:  # fmt: skip
        run_id = f"{datetime.now():%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}"
        log = DiskLog(self._folder(run_id) / "log")
        own = described(config.all_metrics)
        log.append_event("created", {"config": config.to_dict(), "metrics": own, **created})
        log.append_all(known)
        log.append_event("state", {"state": state, "message": message})
        self._logs[run_id] = log
        return run_id

    def pause(self, run_id: str) -> None:
        """Finish what is being measured, then wait."""
        self._check(run_id, "pause")
        self._ask(run_id, "paused")

    def stop(self, run_id: str) -> None:
        """Finish what is being measured, then end; the run can be resumed."""
        self._check(run_id, "stop")
        self._ask(run_id, "stopped")

    def stop_now(self, run_id: str) -> None:
        """End at once: what is being measured is left out, and measured again on a resume."""
        self._check(run_id, "stop_now")
        self._ask(run_id, STOPPED_NOW)

    def resume(self, run_id: str, retry_failed: bool = False) -> None:
        """Go on: a paused run at once, one that is stopped, interrupted or failed from its log.

        With `retry_failed` sub-networks whose evaluation failed are measured once more, also those
        of a run that has finished, and the budget grows by as many. They are further evaluations:
        the failed ones stay in the log.
        """
        if retry_failed:
            self._check(run_id, "retry")
            self._drive(run_id, retry_failed)
        elif self._check(run_id, "resume") in ACTIVE:
            self._ask(run_id, "running")
        else:
            self._drive(run_id)

    def extend(self, run_id: str, extra: int) -> None:
        """Add `extra` evaluations to the budget; a run that has ended goes on."""
        if extra < 1:
            raise RunError("Extend by at least one evaluation.")
        self._check(run_id, "extend")
        budget = self.history(run_id).num_evals + extra
        driven = self._alive(run_id) or Lease(self._folder(run_id)).held_elsewhere()
        self._logs[run_id].append_event("extended", {"num_evals": budget})
        if not driven:
            self._drive(run_id)

    def rename(self, run_id: str, name: str) -> None:
        """Give the run another name."""
        if not name.strip():
            raise RunError("A run needs a name.")
        self._check(run_id, "rename")
        self._logs[run_id].append_event("renamed", {"name": name.strip()})

    def labels(self, run_id: str) -> Labels:
        """The run's tags, its note, its shortlist, and whether it is archived."""
        return self._labels.of(self.history(run_id))

    def label(
        self, run_id: str, *, tags: "Sequence[str] | None" = None, note: str | None = None,
        archived: bool | None = None, shortlist: "Sequence[int] | None" = None,
    ) -> None:  # fmt: skip
        """Change what is given of the run's labels; raises RunError for what cannot be one."""
        history = self.history(run_id)
        if shortlist is not None:
            shortlist = clean_shortlist(shortlist, history)
        for kind, data in changes(self._labels.of(history), tags, note, archived, shortlist):
            self._logs[run_id].append_event(kind, data)

    def delete(self, run_id: str) -> None:
        """Move the run to the trash. Measured numbers stay in the evaluation cache."""
        self._check(run_id, "delete")
        with self._lock:
            lease = Lease(self._folder(run_id))
            lease.acquire()  # so that no other process resumes it meanwhile
            try:
                self.trash.put(self._folder(run_id))
            finally:
                lease.release()
            self._forget(run_id)

    def restore(self, run_id: str) -> None:
        """Bring a deleted run back from the trash."""
        self.trash.restore(run_id, self.data_dir / "runs")

    def list(self) -> "Sequence[RunSummary]":
        """Every run that can be read, newest first."""
        summaries = []
        for folder in (self.data_dir / "runs").iterdir():
            if (folder / "log").is_dir():
                try:
                    summaries.append(self.history(folder.name).summary())
                except DynasError:
                    continue  # a folder that is no run of ours does not hide the others
        return sorted(summaries, key=lambda s: s.created, reverse=True)

    def exists(self, run_id: str) -> bool:
        """Whether there is such a run; looks at its folder alone, however many others there are."""
        short = len(run_id) < 200  # a longer one may be none that a folder can have
        return short and "/" not in run_id and (self._folder(run_id) / "log").is_dir()

    def history(self, run_id: str) -> RunHistory:
        """What the run's log holds, kept up to date."""
        with self._lock:
            folder = self._folder(run_id) / "log"
            if not self.exists(run_id):
                self._forget(run_id)
                raise RunError(f"There is no run '{run_id}'. It may have been deleted.")
            if run_id not in self._histories:
                log = self._logs.setdefault(run_id, DiskLog(folder))
                self._histories[run_id] = RunHistory(run_id, log)
            history = self._histories[run_id]
            history.driven_here = self._alive(run_id)
        history.refresh()
        if history.state in ACTIVE and not history.driven_here:
            history.lost_writer = not Lease(self._folder(run_id)).held_elsewhere()
        else:
            history.lost_writer = False
        return history

    def test_accuracy(
        self, run_id: str, number: int, cancelled: threading.Event | None = None
    ) -> float:
        """Top-1 in % on the test images, which no search sees; measured once, then remembered."""
        return self.aside.test_accuracy(*self._find(run_id, number), cancelled)

    def known_test_accuracy(self, run_id: str, number: int) -> float | None:
        """The test accuracy if it was measured before."""
        return self.aside.known_test_accuracy(*self._find(run_id, number))

    def wait(self, run_id: str, timeout: float | None = None) -> None:
        """Block until the thread that drives the run has ended."""
        drive = self._drives.get(run_id)
        if drive:
            drive.ended.wait(timeout)

    def on_evaluation(self, run_id: str, callback: Callable[[Evaluation], None]) -> None:
        """Call `callback` in the run's thread after each evaluation is in the log."""
        self._drives[run_id].run.on_evaluation = callback

    def close(self) -> None:
        """Stop every run of this process, within seconds.

        What ends meanwhile is recorded. What takes longer is left out: a resume measures it again.
        """
        self.aside.close()
        drives = list(self._drives.values())
        for wanted in ("stopped", STOPPED_NOW):
            for drive in drives:
                drive.run.command(wanted)
            end = time.monotonic() + _GRACE
            for drive in drives:
                drive.ended.wait(max(end - time.monotonic(), 0.0))

    def _find(self, run_id: str, number: int) -> tuple[RunHistory, Evaluation]:
        history = self.history(run_id)
        if not 1 <= number <= len(history.evaluations):
            raise RunError(f"Run '{history.name}' has no evaluation {number}.")
        return history, history.evaluations[number - 1]

    def _folder(self, run_id: str) -> Path:
        return self.data_dir / "runs" / run_id

    def _forget(self, run_id: str) -> None:
        if log := self._logs.pop(run_id, None):
            log.close()
        self._histories.pop(run_id, None)
        self._drives.pop(run_id, None)

    def _alive(self, run_id: str) -> bool:
        drive = self._drives.get(run_id)
        return drive is not None and not drive.ended.is_set()

    def _check(self, run_id: str, action: str) -> str:
        """The run's state, in which it can do what is asked; else raises RunError."""
        summary = self.history(run_id).summary()
        if action not in summary.actions:
            raise RunError(_refusal(summary, action))
        return summary.state

    def _ask(self, run_id: str, wanted: str) -> None:
        """Tell the thread that drives the run; that of another process reads it in the log."""
        drive = self._drives.get(run_id)
        if drive and not drive.ended.is_set():
            drive.run.command(wanted)
        else:
            self._logs[run_id].append_event("asked", {"wanted": wanted})

    def _drive(self, run_id: str, retry_failed: bool = False) -> None:
        """Take the lease and start the thread that searches."""
        with self._lock:
            previous = self._drives.get(run_id)
            if previous:
                previous.ended.wait(5)
            lease = Lease(self._folder(run_id))
            lease.acquire()
            history = self.history(run_id)
            if retry_failed:
                self._ask_for_failed(history)
            config = history.config.dynas
            run = SearchRun(
                self._logs[run_id], history, self._cache,
                lambda: self._make_evaluator(config.supernet, config.workers),
            )  # fmt: skip
            drive = _Drive(run, lease, threading.Event())
            thread = threading.Thread(
                target=self._search, args=(drive, config.workers), daemon=True
            )
            self._drives[run_id] = drive
            run.enter("queued")  # before anyone looks at the run again
            thread.start()

    def _ask_for_failed(self, history: RunHistory) -> None:
        numbers = history.to_retry()
        retry = {
            "numbers": numbers,
            "after": len(history.evaluations),
            "num_evals": history.num_evals + len(numbers),
        }
        self._logs[history.id].append_event("retry", retry)
        history.refresh()

    def _search(self, drive: _Drive, workers: int) -> None:
        try:
            if not self._share.take(workers, drive.run.told_to_stop):
                drive.run.enter("stopped")
                return
            try:
                drive.run.run()
            finally:
                self._share.give_back(workers)
        finally:
            drive.lease.release()
            drive.ended.set()


def _refusal(summary: RunSummary, action: str) -> str:
    """Why `action` cannot be asked of a run."""
    if action == "retry" and not summary.retriable:
        return f"Run '{summary.name}' has no failed evaluation that could be tried again."
    if action == "retry":
        return (
            f"Run '{summary.name}' is {summary.state}: stop it before failed evaluations are tried "
            "again."
        )
    doing = action.replace("_", " ")
    return f"Run '{summary.name}' is {summary.state}: it cannot {doing} now."
