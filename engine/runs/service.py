"""RunService: starts, controls and lists the runs of a data folder."""

import shutil
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from engine.config import NASConfig
from engine.data_dir import DataFolder, using
from engine.errors import LogError, RunError
from engine.evaluation.evaluator import MakeEvaluator, ProcessEvaluator
from engine.evaluation.record import Evaluation
from engine.log.cache import EvaluationCache
from engine.runs import warm_start
from engine.runs.baselines.measuring import BaselineMeasurements
from engine.runs.damaged_runs import DamagedRuns
from engine.runs.delayed_interrupts import interrupts_delayed
from engine.runs.evaluation_notes import KIND, note_data
from engine.runs.history import RunHistory
from engine.runs.imported_latencies import LatencyImport
from engine.runs.lease import Lease
from engine.runs.new_folder import remove_unfinished
from engine.runs.predictor_calibration import calibrated_config
from engine.runs.results_csv import ImportedResults
from engine.runs.run_control import RunControl
from engine.runs.run_creation import create_run
from engine.runs.run_index import RunIndex
from engine.runs.run_labels import clean_shortlist, label_events
from engine.runs.run_name import run_name
from engine.runs.run_summary import ACTIVE
from engine.runs.run_threads import RunThreads
from engine.runs.script_runs import script_entries
from engine.runs.search_checks import checked_import, checked_supernet, settings_to_check
from engine.runs.search_cluster import require_answer
from engine.runs.search_run import OnEvaluation
from engine.runs.side_measurements import SideMeasurements
from engine.runs.times.durations import Durations
from engine.runs.trash import Trash
from engine.runs.whole_space import most_evaluations


class RunService(RunControl):
    """Starts, controls and lists runs. Thread-safe; use one per process and data folder.

    `admit` raises DynasError for a configuration that is not permitted.
    """

    def __init__(
        self, data_dir: Path, make_evaluator: MakeEvaluator = ProcessEvaluator,
        admit: Callable[[NASConfig], None] = lambda config: None,
    ) -> None:  # fmt: skip
        self.folder = DataFolder.at(data_dir).create()
        self._cache = EvaluationCache(self.folder.evaluations)
        index = RunIndex(self.folder)
        super().__init__(index, RunThreads(index, self._cache, make_evaluator), admit)
        self.side_measurements = SideMeasurements(
            self._cache, make_evaluator, self._threads.max_workers, self.folder
        )
        self.baselines = BaselineMeasurements(self._cache, self.side_measurements, self._admit)
        self.durations = Durations(self, index, self.folder)
        self.trash = Trash(self.folder.trash)
        self.trash.empty()
        self.damaged = DamagedRuns(self._index, self.trash)
        remove_unfinished(self._index.folder)

    @property
    def data_dir(self) -> Path:
        """The path of the data folder."""
        return self.folder.path

    def start(
        self, config: NASConfig, name: str | None = None,
        on_evaluation: OnEvaluation | None = None,
        created: Callable[[str], object] = lambda run_id: None,
    ) -> str:  # fmt: skip
        """Start a search in the background; returns the run's id.

        Without a `name`, the run is called for what it does, as `run_name` says. `created` is
        called with the id before the search begins. `on_evaluation` is called in the
        run's thread, here and where a run is resumed or extended. Paths in `config` become
        absolute, so that the run can be resumed from another folder.

        Raises ConfigError for inconsistent settings, DataError for missing weights or data, and
        LogError if nothing can be written; then nothing is started, and no run is left. Ctrl-C
        either leaves no run, or one that `created` was called with.
        """
        with using(self.folder):
            make_run = self._creation(config, name)
        with interrupts_delayed():
            run_id = make_run()
            try:
                created(run_id)
                self._start_thread(run_id, on_evaluation)
            except BaseException:
                if not self._threads.is_running(run_id):
                    self._forget(run_id)
                    shutil.rmtree(self._run_folder(run_id), ignore_errors=True)
                raise
        return run_id

    def _creation(self, config: NASConfig, name: str | None) -> Callable[[], str]:
        """A function that creates a queued run and returns its id; raises as `start`."""
        config = config.model_copy()
        config.set_definitions({})  # metrics are those of this process
        supernet = checked_supernet(config, self._admit)
        config = calibrated_config(config, supernet)
        supernet.check_data(settings_to_check(config))
        require_answer(config)
        other_run = self.exists(config.dynas.warm_start or "")
        absolute = config.with_absolute_paths(leave=("warm_start",) if other_run else ())
        fingerprint = supernet.fingerprint(absolute.settings)
        loaded = warm_start.load_warm_start(
            config, supernet, fingerprint, self.folder, self.history
        )
        name = name or run_name(config, supernet)
        created = {
            "name": name, "fingerprint": fingerprint, **script_entries(config, supernet),
            **most_evaluations(config, supernet, loaded.evaluations),
        }  # fmt: skip
        return partial(
            create_run, self._index.folder, absolute, created, loaded.evaluations, "queued",
            loaded.report, loaded.sibling,
        )  # fmt: skip

    def import_parsed_results(
        self, results: ImportedResults, config: NASConfig, name: str = ""
    ) -> str:
        """Create a finished run from the parsed results of a CSV; returns the run's id.

        If the run is extended, it searches with `config` and begins with the imported evaluations.
        Raises ConfigError if no sub-network has all metrics that `config` requires.
        """
        with using(self.folder):
            config, supernet = checked_import(config, self._admit)
            advice = "Choose metrics and constraints that the file can tell of."
            usable = warm_start.with_required_metrics(config, results, advice)
            title = name.strip() or results.report.origin
            created = {
                "name": title, "num_evals": 0, **script_entries(config, supernet),
                **most_evaluations(config, supernet, usable.evaluations),
            }  # fmt: skip
            config = config.with_absolute_paths()
            return create_run(
                self._index.folder, config, created, usable.evaluations, "finished", usable.report
            )

    def import_latencies(self, run_id: str, latencies: LatencyImport) -> None:
        """Give the sub-networks of a run these latencies, as metrics of their own."""
        if latencies.latencies:
            self._append(run_id, "latencies", latencies.event_data())

    def resume(
        self, run_id: str, retry_failed: bool = False, on_evaluation: OnEvaluation | None = None
    ) -> None:
        """Continue a paused run, or resume a stopped, interrupted or failed run from its log.

        With `retry_failed`, failed evaluations are repeated, also those of a finished run, and the
        budget grows by their number. The failed evaluations remain in the log. Raises RunError if
        the run needs functions of another script.
        """
        if retry_failed:
            self._check_action(run_id, "retry")
            self._start_thread(run_id, on_evaluation, retry_failed)
        elif self._check_action(run_id, "resume") in ACTIVE:
            self._request_state(run_id, "running", on_evaluation)
        else:
            self._start_thread(run_id, on_evaluation)

    def extend(self, run_id: str, extra: int, on_evaluation: OnEvaluation | None = None) -> None:
        """Add `extra` evaluations to the budget; a run that has ended is resumed.

        Raises DataError, and leaves the run as it is, if what it needs to measure is missing.
        """
        if extra < 1:
            raise RunError("Extend by at least one evaluation.")
        self._check_action(run_id, "extend")
        budget = self.history(run_id).num_evals + extra
        is_running = (
            self._threads.is_running(run_id) or Lease(self._run_folder(run_id)).is_held_elsewhere()
        )
        self._append(run_id, "extended", {"num_evals": budget})
        if not is_running:
            self._start_thread(run_id, on_evaluation)

    def label(
        self, run_id: str, *, tags: "Sequence[str] | None" = None, note: str | None = None,
        archived: bool | None = None, shortlist: "Sequence[int] | None" = None,
    ) -> None:  # fmt: skip
        """Change the given labels of the run; raises RunError for an invalid one."""
        history = self.history(run_id)
        if shortlist is not None:
            shortlist = clean_shortlist(shortlist, history)
        old_labels = self._index.labels_of(history)
        for kind, data in label_events(old_labels, tags, note, archived, shortlist):
            self._append(run_id, kind, data)

    def note_evaluation(self, run_id: str, number: int, text: str) -> None:
        """Put a note on an evaluation, in place of an earlier one; an empty text removes it.

        Raises RunError for an evaluation that the run does not have, or a text that is too long.
        """
        if (data := note_data(self.history(run_id), number, text)) is not None:
            self._append(run_id, KIND, data)

    def delete(self, run_id: str) -> None:
        """Move the run to the trash. Measured values stay in the evaluation cache.

        A run whose log cannot be read can be moved too.
        """
        with suppress(LogError):
            self._check_action(run_id, "delete")
        lease = Lease(self._run_folder(run_id))
        lease.acquire()  # so that no process resumes it meanwhile
        try:
            self.trash.put(self._run_folder(run_id))
        finally:
            lease.release()
        self._forget(run_id)

    def restore(self, run_id: str) -> None:
        """Restore a deleted run from the trash."""
        self.trash.restore(run_id, self.folder.runs)

    def held_out_quality(
        self, run_id: str, number: int, cancelled: threading.Event | None = None
    ) -> float:
        """The main quality on data that no search uses; measured once, then cached."""
        return self.side_measurements.held_out_quality(*self._evaluation(run_id, number), cancelled)

    def cached_held_out_quality(self, run_id: str, number: int) -> float | None:
        """The quality on held-out data if it is in the cache."""
        return self.side_measurements.cached_held_out_quality(*self._evaluation(run_id, number))

    def wait(self, run_id: str, timeout: float | None = None) -> None:
        """Block until the run's thread has ended."""
        self._threads.wait(run_id, timeout)

    def close(self) -> None:
        """Stop all runs of this process within seconds.

        Longer measurements are abandoned; a resume repeats them.
        """
        self.side_measurements.close()
        self._threads.close()

    def _evaluation(self, run_id: str, number: int) -> tuple[RunHistory, Evaluation]:
        history = self.history(run_id)
        if not 1 <= number <= len(history.evaluations):
            raise RunError(f"Run '{history.name}' has no evaluation {number}.")
        self._admit(history.config)
        return history, history.evaluations[number - 1]

    def _run_folder(self, run_id: str) -> Path:
        return self.folder.runs / run_id

    def _start_thread(
        self, run_id: str, on_evaluation: OnEvaluation | None, retry_failed: bool = False
    ) -> None:
        """Run the search in a background thread; `retry_failed` repeats failed evaluations."""

        def load_history() -> RunHistory:
            history = self.history(run_id)
            if retry_failed:
                self._log_retry(history)
            return history

        self._threads.start(run_id, load_history, on_evaluation)

    def _log_retry(self, history: RunHistory) -> None:
        numbers = history.retriable_numbers()
        event_data = {
            "numbers": numbers,
            "after": len(history.evaluations),
            "num_evals": history.num_evals + len(numbers),
        }
        self._append(history.id, "retry", event_data)
        history.refresh()
