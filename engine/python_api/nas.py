"""NAS: a search from Python, without a browser."""

import warnings
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from engine import data_dir as data_folder
from engine.config import NASConfig
from engine.data_dir import DataFolder
from engine.errors import RunError
from engine.meters.own_metrics import MetricFunction, OwnMetric
from engine.metric_settings import names_of_script
from engine.python_api.front import Front
from engine.python_api.script_functions import ScriptFunctions
from engine.runs.failures import failure_report
from engine.runs.history import RunHistory
from engine.runs.interrupts import wait_or_stop
from engine.runs.search_checks import checked_supernet, search_warnings
from engine.runs.service import RunService
from engine.space import Config
from engine.space.choices import Choices

_COLUMNS = (
    TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
)  # fmt: skip


class NAS:
    """`NAS(config).search()`: run a search here and return its measured Pareto set.

    `config` is a NASConfig or the path of a YAML file, which is only read. The run is kept in
    `data_dir` like one started in the dashboard, and can be seen there; nothing is written
    elsewhere. Searches in one process may have different data folders.

    `metrics` maps names to functions that measure a sub-network, or to `OwnMetric`s; the
    configuration may use these names. With a `search_space`, here or in the configuration, there is
    no supernet: either `evaluate` returns the metrics of a config, a mapping of names to choices;
    or `model_builder` makes a model of it, `train_func` trains that, and `eval_func` returns the
    metrics. These functions may also be set as attributes before the search.
    """

    def __init__(
        self, config: NASConfig | str | Path, data_dir: str | Path | None = None, *,
        metrics: Mapping[str, MetricFunction | OwnMetric] = MappingProxyType({}),
        search_space: Choices | None = None,
        evaluate: Callable[[Config], Any] | None = None,
        model_builder: Callable[[Config], Any] | None = None,
        train_func: Callable[[Any], Any] | None = None,
        eval_func: Callable[[Any], Any] | None = None,
    ) -> None:  # fmt: skip
        self._folder = DataFolder.at(data_dir) if data_dir else data_folder.current()
        self.metrics, self.search_space, self.evaluate = dict(metrics), search_space, evaluate
        self.model_builder, self.train_func, self.eval_func = model_builder, train_func, eval_func
        names_are_known = not metrics and search_space is None
        with (
            data_folder.using(self._folder),
            nullcontext() if names_are_known else names_of_script(),
        ):
            self.config = config if isinstance(config, NASConfig) else NASConfig.from_file(config)

    def offer(self) -> NASConfig:
        """Make the functions known to this process; returns the configuration of the run.

        `search` does this. Before a run is resumed that another process has started, call it on an
        object with the same functions. Raises ConfigError for what does not fit together.
        """
        functions = ScriptFunctions(
            self.metrics, self.search_space, self.evaluate, self.model_builder, self.train_func,
            self.eval_func,
        )  # fmt: skip
        with data_folder.using(self._folder):
            return functions.offer(self.config)

    def search(self, progress: bool = True) -> Front:
        """Search until the budget is spent; raises RunError if the run fails or measures nothing.

        Ctrl-C stops the run and raises KeyboardInterrupt when what is being measured has been
        recorded; a second one does so at once. How to go on is written to stderr. Warns of settings
        that have no effect, and of metrics that the results file leaves out.
        """
        config = self.offer()
        with data_folder.using(self._folder):
            sentences = warnings_before_search(config)
        for sentence in sentences:
            warnings.warn(sentence, UserWarning, stacklevel=2)
        return run_search(config, self._folder.path, progress)

    def __call__(self) -> Front:
        """As `search`."""
        return self.search()


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
