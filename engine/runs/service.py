"""RunService: every run of a data folder, each driven by a background thread of this process."""

import shutil
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from engine.config import NASConfig
from engine.data_dir import DataFolder, using
from engine.errors import LogError, RunError
from engine.evaluation.evaluator import Evaluator, ProcessEvaluator
from engine.evaluation.record import Evaluation
from engine.log.cache import EvaluationCache
from engine.runs import warm_start
from engine.runs.damaged_runs import DamagedRuns
from engine.runs.history import RunHistory
from engine.runs.lease import Lease
from engine.runs.new_folder import remove_unfinished
from engine.runs.predictor_calibration import calibrated_config
from engine.runs.results_csv import ImportedResults, ResultsFile
from engine.runs.run_creation import create_run
from engine.runs.run_index import RunIndex
from engine.runs.run_labels import changes, clean_shortlist
from engine.runs.run_reader import RunReader
from engine.runs.run_summary import ACTIVE
from engine.runs.run_threads import RunThreads
from engine.runs.search_checks import checked_supernet
from engine.runs.search_run import STOPPED_NOW
from engine.runs.side_measurements import SideMeasurements
from engine.runs.supernet_proposal import identify_supernet, read_for_supernet
from engine.runs.trash import Trash


class RunService(RunReader):
    """Starts, controls and lists runs. Thread-safe; one a process and data folder.

    `admit` raises DynasError for a configuration with which nothing may be read or written.
    """

    def __init__(
        self, data_dir: Path, make_evaluator: Callable[[str, int], Evaluator] = ProcessEvaluator,
        admit: Callable[[NASConfig], None] = lambda config: None,
    ) -> None:  # fmt: skip
        self.folder = DataFolder.at(data_dir).create()
        self._admit = admit
        self._cache = EvaluationCache(self.folder.evaluations)
        index = RunIndex(self.folder)
        super().__init__(index, RunThreads(index, self._cache, make_evaluator))
        self.side_measurements = SideMeasurements(
            self._cache, make_evaluator, self._drives.most_workers, self.folder
        )
        self.trash = Trash(self.folder.trash)
        self.trash.empty()
        self.damaged = DamagedRuns(self._index, self.trash)
        remove_unfinished(self._index.folder)

    @property
    def data_dir(self) -> Path:
        """The path of the data folder."""
        return self.folder.path

    def start(self, config: NASConfig, name: str | None = None) -> str:
        """Start a search in the background; returns the run's id.

        Paths in `config` become absolute, so that a resume from another folder means the same
        files. Raises ConfigError for what does not fit together, DataError for weights or data that
        are missing and LogError where nothing can be written, and starts nothing.
        """
        with using(self.folder):
            run_id = self._made(config, name)
        try:
            self._drive(run_id)
        except BaseException:
            self._forget(run_id)
            shutil.rmtree(self._folder(run_id), ignore_errors=True)
            raise
        return run_id

    def _made(self, config: NASConfig, name: str | None) -> str:
        supernet = checked_supernet(config, self._admit)
        config = calibrated_config(config, supernet)
        supernet.check_data(config.settings)
        fingerprint = supernet.fingerprint(config.settings)
        known = warm_start.known(config, supernet, fingerprint, self.folder, self.history)
        name = name or f"{config.approach} {datetime.now():%d %b %H:%M}"
        created = {"name": name, "fingerprint": fingerprint}
        other_run = self.exists(config.dynas.warm_start or "")
        config = config.with_absolute_paths(leave=("warm_start",) if other_run else ())
        return create_run(
            self._index.folder, config, created, known.evaluations, "queued", known.report
        )

    def import_results(
        self, content: bytes | str, origin: str, config: NASConfig, name: str = ""
    ) -> str:
        """Make a run that has ended of a results CSV; returns the run's id.

        `origin` is the file's name. The supernet is that of `config` if it was set there, else the
        one that the file is of. Raises ConfigError as `ResultsFile` does, and where the file does
        not show its supernet.
        """
        self._admit(config)
        file = ResultsFile.read(content, origin)
        with using(self.folder):
            if "supernet" not in config.dynas.model_fields_set:
                config = config.model_copy(deep=True)
                config.dynas.supernet = identify_supernet(file)
            found = read_for_supernet(file, checked_supernet(config, self._admit))
        return self.import_parsed_results(found, config, name)

    def import_parsed_results(
        self, found: ImportedResults, config: NASConfig, name: str = ""
    ) -> str:
        """Make a run that has ended of what was read of a results CSV; returns the run's id.

        Extended, the run goes on searching as `config` says, and knows what the file lists. Raises
        ConfigError if no sub-network has all the metrics that `config` needs.
        """
        with using(self.folder):
            checked_supernet(config, self._admit)
            advice = "Choose metrics and constraints that the file can tell of."
            usable = warm_start.complete(config, found, advice)
            created = {"name": name.strip() or found.report.origin, "num_evals": 0}
            config = config.with_absolute_paths()
            return create_run(
                self._index.folder, config, created, usable.evaluations, "finished", usable.report
            )

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
        driven = self._drives.alive(run_id) or Lease(self._folder(run_id)).is_held_elsewhere()
        self._append(run_id, "extended", {"num_evals": budget})
        if not driven:
            self._drive(run_id)

    def rename(self, run_id: str, name: str) -> None:
        """Give the run another name."""
        if not name.strip():
            raise RunError("A run needs a name.")
        self._check(run_id, "rename")
        self._append(run_id, "renamed", {"name": name.strip()})

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
        lease = Lease(self._folder(run_id))
        lease.acquire()  # so that nobody resumes it meanwhile
        try:
            self.trash.put(self._folder(run_id))
        finally:
            lease.release()
        self._forget(run_id)

    def restore(self, run_id: str) -> None:
        """Bring a deleted run back from the trash."""
        self.trash.restore(run_id, self.folder.runs)

    def held_out_quality(
        self, run_id: str, number: int, cancelled: threading.Event | None = None
    ) -> float:
        """The main quality on data that no search sees; measured once, then remembered."""
        return self.side_measurements.held_out_quality(*self._find(run_id, number), cancelled)

    def cached_held_out_quality(self, run_id: str, number: int) -> float | None:
        """The quality on held-out data if it was measured before."""
        return self.side_measurements.cached_held_out_quality(*self._find(run_id, number))

    def wait(self, run_id: str, timeout: float | None = None) -> None:
        """Block until the thread that drives the run has ended."""
        self._drives.wait(run_id, timeout)

    def on_evaluation(self, run_id: str, callback: Callable[[Evaluation], None]) -> None:
        """Call `callback` in the run's thread after each evaluation is in the log.

        Of a run that has ended there is nothing to tell.
        """
        self._drives.on_evaluation(run_id, callback)

    def close(self) -> None:
        """Stop every run of this process, within seconds.

        What ends meanwhile is recorded. What takes longer is left out: a resume measures it again.
        """
        self.side_measurements.close()
        self._drives.close()

    def _find(self, run_id: str, number: int) -> tuple[RunHistory, Evaluation]:
        history = self.history(run_id)
        if not 1 <= number <= len(history.evaluations):
            raise RunError(f"Run '{history.name}' has no evaluation {number}.")
        self._admit(history.config)
        return history, history.evaluations[number - 1]

    def _folder(self, run_id: str) -> Path:
        return self.folder.runs / run_id

    def _check(self, run_id: str, action: str) -> str:
        """The run's state, in which it can do what is asked; else raises RunError."""
        summary = self.history(run_id).summary()
        if why := summary.refusal(action):
            raise RunError(why)
        if action in ("resume", "extend"):
            self._admit(summary.config)
        return summary.state

    def _ask(self, run_id: str, wanted: str) -> None:
        """Tell the thread that drives the run; that of another process reads it in the log."""
        if not self._drives.command(run_id, wanted):
            self._append(run_id, "asked", {"wanted": wanted})

    def _drive(self, run_id: str, retry_failed: bool = False) -> None:
        """Search in the background; `retry_failed` asks for failed evaluations once more."""

        def current() -> RunHistory:
            history = self.history(run_id)
            if retry_failed:
                self._ask_for_failed(history)
            return history

        self._drives.start(run_id, current)

    def _ask_for_failed(self, history: RunHistory) -> None:
        numbers = history.to_retry()
        retry = {
            "numbers": numbers,
            "after": len(history.evaluations),
            "num_evals": history.num_evals + len(numbers),
        }
        self._append(history.id, "retry", retry)
        history.refresh()
