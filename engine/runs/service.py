"""RunService: every run of a data folder, each driven by a background thread of this process."""

import os
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.config import PATHS, NASConfig
from engine.data_dir import make_data_dir
from engine.errors import LogError, RunError
from engine.evaluation.evaluator import Evaluator, ProcessEvaluator
from engine.evaluation.record import Evaluation
from engine.log.cache import EvaluationCache
from engine.log.evaluation_log import DiskLog
from engine.metrics import described
from engine.runs import warm_start
from engine.runs.aside import Aside
from engine.runs.calibrating import calibrated
from engine.runs.checks import checked_supernet
from engine.runs.damaged import DamagedRuns
from engine.runs.history import ACTIVE, RunHistory, RunSummary
from engine.runs.importing.report import ImportReport
from engine.runs.labels import Labels, changes, clean_shortlist
from engine.runs.lease import Lease
from engine.runs.making import making, remove_unfinished
from engine.runs.results_csv import ImportedResults, ResultsFile
from engine.runs.run_index import RunIndex, UnreadableRun
from engine.runs.search_run import STOPPED_NOW, SearchRun
from engine.runs.supernet_proposal import chosen_supernet, taken_as
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
    """Starts, controls and lists runs. Thread-safe; one a process and data folder.

    `admit` raises DynasError for a configuration with which nothing may be read or written.
    """

    def __init__(
        self, data_dir: Path, make_evaluator: Callable[[str, int], Evaluator] = ProcessEvaluator,
        admit: Callable[[NASConfig], None] = lambda config: None,
    ) -> None:  # fmt: skip
        self.data_dir = make_data_dir(data_dir)
        self._make_evaluator, self._admit = make_evaluator, admit
        self._cache = EvaluationCache(self.data_dir / "evaluation-cache")
        self._share = WorkerShare(os.cpu_count() or 1)
        self.aside = Aside(self._cache, make_evaluator, self._share.total)
        self._lock = threading.RLock()
        self._index = RunIndex(self.data_dir / "runs")
        self._drives: dict[str, _Drive] = {}
        self._unwritten: dict[str, RunHistory] = {}  # failed runs whose logs lack that
        self.trash = Trash(self.data_dir / "trash")
        self.trash.empty()
        self.damaged = DamagedRuns(self._index, self.trash)
        remove_unfinished(self._index.folder)

    def start(self, config: NASConfig, name: str | None = None) -> str:
        """Start a search in the background; returns the run's id.

        Paths in `config` become absolute, so that a resume from another folder means the same
        files. Raises ConfigError for what does not fit together, DataError for weights or data that
        are missing and LogError where nothing can be written, and starts nothing.
        """
        supernet = checked_supernet(config, self._admit)
        config = calibrated(config, supernet)
        supernet.check_data(config.settings)
        fingerprint = supernet.fingerprint(config.settings)
        known = warm_start.known(config, supernet, fingerprint, self.data_dir, self.history)
        name = name or f"{config.approach} {datetime.now():%d %b %H:%M}"
        created = {"name": name, "fingerprint": fingerprint}
        other_run = self.exists(config.dynas.warm_start or "")
        config = config.with_absolute_paths(PATHS if other_run else (*PATHS, "warm_start"))
        run_id = self._create(config, created, known.evaluations, "queued", known.report)
        try:
            self._drive(run_id)
        except BaseException:
            self._forget(run_id)
            shutil.rmtree(self._folder(run_id), ignore_errors=True)
            raise
        return run_id

    def import_results(
        self, content: bytes | str, origin: str, config: NASConfig, name: str = ""
    ) -> str:
        """Make a run that has ended of a results CSV; returns the run's id.

        `origin` is the file's name. The supernet is that of `config` if it was set there, else the
        one that the file is of. Raises ConfigError as `ResultsFile` does, and where the file does
        not show its supernet.
        """
        file = ResultsFile.read(content, origin)
        if "supernet" not in config.dynas.model_fields_set:
            config = config.model_copy(deep=True)
            config.dynas.supernet = chosen_supernet(file)
        found = taken_as(file, checked_supernet(config, self._admit))
        return self.import_read(found, config, name)

    def import_read(self, found: ImportedResults, config: NASConfig, name: str = "") -> str:
        """Make a run that has ended of what was read of a results CSV; returns the run's id.

        Extended, the run goes on searching as `config` says, and knows what the file lists. Raises
        ConfigError if no sub-network has all the metrics that `config` needs.
        """
        checked_supernet(config, self._admit)
        advice = "Choose metrics and constraints that the file can tell of."
        usable = warm_start.complete(config, found, advice)
        created = {"name": name.strip() or found.report.origin, "num_evals": 0}
        config = config.with_absolute_paths()
        return self._create(config, created, usable.evaluations, "finished", usable.report)

    def _create(
        self, config: NASConfig, created: dict[str, Any], known: "Sequence[Evaluation]", state: str,
        report: ImportReport | None = None,
    ) -> str:  # fmt: skip
        run_id = f"{datetime.now():%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}"
        own = described(config.all_metrics)
        message = report.summary if report else ""
        with making(self._folder(run_id)) as made:
            log = DiskLog(made / "log")
            try:
                log.append_event("created", {"config": config.to_dict(), "metrics": own, **created})
                log.append_all(known)
                if report:
                    log.append_event("imported", report.to_dict())
                log.append_event("state", {"state": state, "message": message})
            finally:
                log.close()
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
        self._append(run_id, "extended", {"num_evals": budget})
        if not driven:
            self._drive(run_id)

    def rename(self, run_id: str, name: str) -> None:
        """Give the run another name."""
        if not name.strip():
            raise RunError("A run needs a name.")
        self._check(run_id, "rename")
        self._append(run_id, "renamed", {"name": name.strip()})

    def labels(self, run_id: str) -> Labels:
        """The run's tags, its note, its shortlist, and whether it is archived."""
        return self._index.labels(run_id)

    def label(
        self, run_id: str, *, tags: "Sequence[str] | None" = None, note: str | None = None,
        archived: bool | None = None, shortlist: "Sequence[int] | None" = None,
    ) -> None:  # fmt: skip
        """Change what is given of the run's labels; raises RunError for what cannot be one."""
        history = self.history(run_id)
        if shortlist is not None:
            shortlist = clean_shortlist(shortlist, history)
        known = self._index.labels_of(history)
        for kind, data in changes(known, tags, note, archived, shortlist):
            self._append(run_id, kind, data)

    def delete(self, run_id: str) -> None:
        """Move the run to the trash. Measured numbers stay in the evaluation cache.

        One whose log cannot be read can be moved too.
        """
        with suppress(LogError):
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
        if run_id in self._drives or run_id in self._unwritten:
            return self.history(run_id).summary()
        return self._index.summary(run_id)

    def exists(self, run_id: str) -> bool:
        """Whether there is such a run; looks at its folder alone, however many others there are."""
        return self._index.exists(run_id)

    def history(self, run_id: str) -> RunHistory:
        """What the run's log holds, kept up to date.

        Raises RunError if there is no such run, LogError if its log cannot be read.
        """
        with self._lock:
            alive = self._alive(run_id)
            drive = self._drives.get(run_id)
            failed = self._unwritten.get(run_id)
        if alive and drive is not None:
            history = drive.run.history
            history.refresh()
        elif failed is not None and self._index.exists(run_id) and not self._write_failure(failed):
            return failed
        else:
            history = self._index.history(run_id)
        history.driven_here = alive
        if history.state in ACTIVE and not alive:
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
        """Call `callback` in the run's thread after each evaluation is in the log.

        Of a run that has ended there is nothing to tell.
        """
        if (drive := self._drives.get(run_id)) is not None:
            drive.run.on_evaluation = callback

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
        self._admit(history.config)
        return history, history.evaluations[number - 1]

    def _folder(self, run_id: str) -> Path:
        return self.data_dir / "runs" / run_id

    def _forget(self, run_id: str) -> None:
        self._index.forget(run_id)
        self._drives.pop(run_id, None)
        self._unwritten.pop(run_id, None)

    def _append(self, run_id: str, kind: str, data: dict[str, Any]) -> None:
        """Write an event from outside the run; raises LogError if it cannot be written."""
        log = self._index.log(run_id)
        try:
            log.append_event(kind, data)
        finally:
            log.close()
        if not self._alive(run_id):
            self._index.note(self._index.history(run_id))

    def _write_failure(self, history: RunHistory) -> bool:
        """Try again to write that a run has failed, since there may be room on the disk by now."""
        try:
            self._append(history.id, "state", {"state": "failed", "message": history.message})
        except LogError:
            return False
        self._unwritten.pop(history.id, None)
        self._index.forget(history.id)
        return True

    def _alive(self, run_id: str) -> bool:
        drive = self._drives.get(run_id)
        return drive is not None and not drive.ended.is_set()

    def _check(self, run_id: str, action: str) -> str:
        """The run's state, in which it can do what is asked; else raises RunError."""
        summary = self.history(run_id).summary()
        if action not in summary.actions:
            raise RunError(_refusal(summary, action))
        if action in ("resume", "extend"):
            self._admit(summary.config)
        return summary.state

    def _ask(self, run_id: str, wanted: str) -> None:
        """Tell the thread that drives the run; that of another process reads it in the log."""
        if self._alive(run_id):
            self._drives[run_id].run.command(wanted)
        else:
            self._append(run_id, "asked", {"wanted": wanted})

    def _drive(self, run_id: str, retry_failed: bool = False) -> None:
        """Take the lease and start the thread that searches."""
        self.wait(run_id, timeout=5)  # the thread that drove it takes the lock when it ends
        with self._lock:
            lease = Lease(self._folder(run_id))
            lease.acquire()
            try:
                history = self.history(run_id)
                if retry_failed:
                    self._ask_for_failed(history)
                config = history.config.dynas
                run = SearchRun(
                    self._index.log(run_id), history, self._cache,
                    lambda: self._make_evaluator(config.supernet, config.workers),
                )  # fmt: skip
                drive = _Drive(run, lease, threading.Event())
                thread = threading.Thread(
                    target=self._search, args=(drive, config.workers), daemon=True
                )
                run.enter("queued")  # before anyone looks at the run again
                self._drives[run_id] = drive
                self._unwritten.pop(run_id, None)
                thread.start()
            except BaseException:
                self._drives.pop(run_id, None)
                lease.release()
                raise

    def _ask_for_failed(self, history: RunHistory) -> None:
        numbers = history.to_retry()
        retry = {
            "numbers": numbers,
            "after": len(history.evaluations),
            "num_evals": history.num_evals + len(numbers),
        }
        self._append(history.id, "retry", retry)
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
        except LogError as error:
            drive.run.history.fail_unwritten(str(error))
        finally:
            run_id = drive.run.history.id
            if drive.run.history.unwritten:
                self._unwritten[run_id] = drive.run.history
            drive.run.log.close()
            self._index.note(drive.run.history)
            drive.lease.release()
            with self._lock:
                self._index.keep(drive.run.history)
                if self._drives.get(run_id) is drive:
                    del self._drives[run_id]
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
