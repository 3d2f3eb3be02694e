"""NAS: a search from Python, without a browser."""

import warnings
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from engine import data_dir as data_folder
from engine.config import NASConfig
from engine.data_dir import DataFolder
from engine.errors import RunError
from engine.python_api.front import Front
from engine.runs.failures import failure_report
from engine.runs.history import RunHistory
from engine.runs.interrupts import wait_or_stop
from engine.runs.search_checks import checked_supernet, search_warnings
from engine.runs.service import RunService

_COLUMNS = (
    TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
)  # fmt: skip


class NAS:
    """`NAS(config).search()`: run a search here and return its measured Pareto set.

    `config` is a NASConfig or the path of a YAML file, which is only read. The run is kept in
    `data_dir` like one started in the dashboard, and can be seen there; nothing is written
    elsewhere. Searches in one process may have different data folders.
    """

    def __init__(self, config: NASConfig | str | Path, data_dir: str | Path | None = None) -> None:
        self._folder = DataFolder.at(data_dir) if data_dir else data_folder.current()
        with data_folder.using(self._folder):
            self.config = config if isinstance(config, NASConfig) else NASConfig.from_file(config)

    def search(self, progress: bool = True) -> Front:
        """Search until the budget is spent; raises RunError if the run fails or measures nothing.

        Ctrl-C stops the run and raises KeyboardInterrupt when what is being measured has been
        recorded; a second one does so at once. How to go on is written to stderr. Warns of settings
        that have no effect, and of metrics that the results file leaves out.
        """
        with data_folder.using(self._folder):
            sentences = warnings_before_search(self.config)
        for sentence in sentences:
            warnings.warn(sentence, UserWarning, stacklevel=2)
        return run_search(self.config, self._folder.path, progress)


def warnings_before_search(config: NASConfig) -> list[str]:
    """Sentences on settings without effect, and on metrics that the results file leaves out.

    Raises ConfigError or DataError for a search that cannot be started.
    """
    return search_warnings(config, checked_supernet(config))


def run_search(config: NASConfig, data_dir: Path, progress: bool = True) -> Front:
    """As `NAS.search`, without its warnings."""
    service = RunService(data_dir)
    try:
        run_id = service.start(config)
        errors = Console(stderr=True)  # stdout may be redirected to a file
        with Progress(*_COLUMNS, console=errors, disable=not progress) as bar:
            task = bar.add_task("searching", total=config.dynas.num_evals)
            service.on_evaluation(run_id, lambda e: bar.update(task, completed=e.number))
            wait_or_stop(service, run_id, lambda text: errors.print(text, soft_wrap=True))
            history = service.history(run_id)
            bar.update(task, completed=len(history.evaluations))
            bar.live.transient = not history.evaluations  # an error alone, without an empty bar
    finally:
        service.close()
    return measured_front(history)


def measured_front(history: RunHistory) -> Front:
    """The Pareto set of a run that has ended; raises RunError if it failed or measured nothing."""
    if history.state == "failed":
        raise RunError(failure_report(history))
    if not any(e.ok for e in history.evaluations):
        raise RunError(f"Run {history.id} ended before anything was measured. {history.message}")
    return Front(history)
