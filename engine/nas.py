"""NAS: a search from Python, without a browser."""

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from engine import data_dir as data_folder
from engine.analysis.goal import Where
from engine.config import NASConfig
from engine.data_dir import DataFolder
from engine.errors import RunError
from engine.evaluation.record import Config, Evaluation
from engine.export.chosen import ChosenSubNetwork, best_subnetwork
from engine.metrics import exported_value
from engine.runs.failures import failure_report
from engine.runs.history import RunHistory
from engine.runs.interrupts import wait_or_stop
from engine.runs.search_checks import checked_supernet
from engine.runs.service import RunService
from engine.runs.unused_settings import unused_settings
from engine.sources import source_column, source_remarks, uncalibrated_column

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = (
    TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
)  # fmt: skip


class ParetoSet(Sequence[Evaluation]):
    """The measured non-dominated sub-networks of a run, by their last objective.

    `history` holds the complete run.
    """

    def __init__(self, history: RunHistory) -> None:
        self.run_id = history.id
        self.history = history
        self._front = history.front()
        self._ending = _ending(history)
        names = dict.fromkeys(name for e in self._front for name in e.metrics)
        self._remarks = source_remarks(history.metric(name) for name in names)

    def __getitem__(self, index):  # type: ignore[no-untyped-def]
        return self._front[index]

    def __len__(self) -> int:
        return len(self._front)

    def __iter__(self) -> Iterator[Evaluation]:
        return iter(self._front)

    @property
    def remarks(self) -> list[str]:
        """A sentence for each metric whose numbers the search did not measure."""
        return list(self._remarks)

    @property
    def ending(self) -> str:
        """Why the run ended before its budget was spent, a sentence; empty if it was spent."""
        return self._ending

    @property
    def configs(self) -> list[Config]:
        """The configs of the sub-networks, in the notation of `ofa`."""
        return [dict(e.config) for e in self._front]

    def best(self, metric: str, where: Where | None = "") -> ChosenSubNetwork:
        """The best of the run in `metric` within the limits `where`, see `best_subnetwork`.

        `front.best("acc", where="macs <= 5M").export("folder")` writes it as model files.
        """
        return best_subnetwork(self.history, metric, where)

    def to_dataframe(self) -> "pd.DataFrame":
        """One row for each sub-network: its metrics, its config, the source of each metric.

        If a predictor was calibrated, the last columns hold the uncalibrated predictions.
        """
        import pandas as pd

        return pd.DataFrame([_row(e) for e in self._front])

    def __repr__(self) -> str:
        return str(self.to_dataframe().to_string())

    def _repr_html_(self) -> str:
        return str(self.to_dataframe().to_html())


def _ending(history: RunHistory) -> str:
    if history.message or history.state == "finished":
        return history.message
    count, budget = len(history.evaluations), history.budget
    return f"The run was {history.state} after {count:,} of {budget:,} evaluations."


def _row(e: Evaluation) -> dict[str, object]:
    return {
        **{name: exported_value(name, value) for name, value in e.metrics.items()},
        "config": e.config,
        **{source_column(name): e.sources.get(name, "") for name in e.metrics},
        **{uncalibrated_column(name): value for name, value in e.uncalibrated.items()},
    }


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

    def search(self, progress: bool = True) -> ParetoSet:
        """Search until the budget is spent; raises RunError if the run fails or measures nothing.

        Ctrl-C stops the run and raises KeyboardInterrupt when what is being measured has been
        recorded; a second one does so at once. How to go on is written to stderr. Warns of settings
        that have no effect.
        """
        with data_folder.using(self._folder):
            unused = settings_without_effect(self.config)
        for sentence in unused:
            warnings.warn(sentence, UserWarning, stacklevel=2)
        return run_search(self.config, self._folder.path, progress)


def settings_without_effect(config: NASConfig) -> list[str]:
    """A sentence for each reason for which settings of a search have no effect.

    Raises ConfigError or DataError for a search that cannot be started.
    """
    return unused_settings(config, checked_supernet(config))


def run_search(config: NASConfig, data_dir: Path, progress: bool = True) -> ParetoSet:
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


def measured_front(history: RunHistory) -> ParetoSet:
    """The Pareto set of a run that has ended; raises RunError if it failed or measured nothing."""
    if history.state == "failed":
        raise RunError(failure_report(history))
    if not any(e.ok for e in history.evaluations):
        raise RunError(f"Run {history.id} ended before anything was measured. {history.message}")
    return ParetoSet(history)
