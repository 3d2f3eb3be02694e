"""NAS: a search from Python, without a browser."""

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from engine import data_dir as data_folder
from engine.config import NASConfig
from engine.data_dir import DataFolder
from engine.errors import DynasError, RunError
from engine.meters.own_metrics import MetricFunction, OwnMetric
from engine.metric_settings import names_may_be_unknown
from engine.published_names import AGENT_PARTS
from engine.python_api.arguments import (
    checked_config,
    checked_data_folder,
    checked_flag,
    checked_text,
)
from engine.python_api.callbacks import Callbacks, OnEvaluation
from engine.python_api.front import Front
from engine.python_api.known_attributes import KnownAttributes
from engine.python_api.progress import in_notebook, shown_progress
from engine.python_api.run import Run, StopWhen
from engine.python_api.script_functions import ScriptFunctions
from engine.python_api.services import service_at
from engine.runs.cluster_job import cluster_warnings
from engine.runs.failures import failure_report
from engine.runs.history import RunHistory
from engine.runs.interrupts import wait_or_stop
from engine.runs.search_checks import checked_supernet, search_warnings
from engine.runs.times.time_range import TimeRange
from engine.space import Config
from engine.space.choices import Choices

_STOP_TIMEOUT = 10.0  # seconds that a run may take to stop at once


class NAS(KnownAttributes):
    """`NAS(config).search()`: run a search here and return its measured Pareto front.

    `config` is a NASConfig or the path of a YAML file, which is only read. The run is kept in
    `data_dir`, by default `$DYNAS_DATA_DIR` or `~/.dynas-studio`, like one started in the
    dashboard, and can be seen there; nothing is written elsewhere. Searches in one process may have
    different data folders. A script needs no `if __name__ == "__main__":`, although sub-networks
    are measured in processes of their own.

    `metrics` maps names to functions that measure a sub-network, or to `OwnMetric`s; the
    configuration may use these names. With a `search_space`, here or in the configuration, there is
    no supernet: either `evaluate` returns the metrics of a config, a mapping of names to choices;
    or `model_builder` makes a model of it, `train_func` trains that, and `eval_func` returns the
    metrics. These functions may also be set as attributes before the search; others are refused.

    Raises ConfigError for an invalid configuration or a wrong argument, LogError for what cannot be
    a data folder.

    >>> nas = NAS(config)
    >>> front = nas.search(progress=False)
    >>> front == nas.run.front()
    True
    """

    _settable = (
        "config", "metrics", "search_space", "evaluate", "model_builder", "train_func", "eval_func",
    )  # fmt: skip

    def __init__(
        self, config: NASConfig | str | Path, data_dir: str | Path | None = None, *,
        metrics: Mapping[str, MetricFunction | OwnMetric] = MappingProxyType({}),
        search_space: Choices | None = None,
        evaluate: Callable[[Config], Any] | None = None,
        model_builder: Callable[[Config], Any] | None = None,
        train_func: Callable[[Any], Any] | None = None,
        eval_func: Callable[[Any], Any] | None = None,
    ) -> None:  # fmt: skip
        self._folder = checked_data_folder(data_dir)
        self._run: Run | None = None
        self.metrics, self.search_space, self.evaluate = metrics, search_space, evaluate
        self.model_builder, self.train_func, self.eval_func = model_builder, train_func, eval_func
        self.metrics = dict(self._functions.metrics)
        names_are_known = not metrics and search_space is None
        with (
            data_folder.using(self._folder),
            nullcontext() if names_are_known else names_may_be_unknown(),
        ):
            self.config = checked_config(config)

    def estimate(self) -> TimeRange | None:
        """How long the search takes, from the times of earlier runs of the data folder.

        None before a search has measured the same on this machine. Raises ConfigError as `search`.

        >>> str(nas.estimate()).startswith("about ")
        True
        """
        config = self.offer()
        return service_at(self._folder).durations.forecast(config.with_absolute_paths())

    def offer(self) -> NASConfig:
        """Make the functions known to this process; returns the configuration of the run.

        `search` does this. Before a run is resumed that another process has started, call it on an
        object with the same functions. Raises ConfigError for what does not fit together.
        """
        functions = self._functions
        with data_folder.using(self._folder):
            return functions.offer(self.config)

    @property
    def _functions(self) -> ScriptFunctions:
        """The attributes, checked; raises ConfigError."""
        return ScriptFunctions(
            self.metrics, self.search_space, self.evaluate, self.model_builder, self.train_func,
            self.eval_func,
        )  # fmt: skip

    @property
    def run(self) -> Run | None:
        """The run of the last `search` or `start`, also of an interrupted one; None before."""
        return self._run

    def search(
        self,
        progress: bool = True,
        on_evaluation: OnEvaluation | None = None,
        stop_when: StopWhen | None = None,
        *,
        name: str | None = None,
    ) -> Front:
        """Search until the budget is spent; returns the front of the run, which is `name`d.

        `on_evaluation(evaluation)` is called after each evaluation is in the log, one call at a
        time, in the thread of the run. `stop_when(run)` is called next; once it returns something
        true, the run stops after the running measurements. What one of them raises stops the run in
        the same way and is raised here.

        Raises RunError if the run fails or measures nothing, ConfigError or DataError if it cannot
        start. Ctrl-C, or an interrupt of the notebook's kernel, stops the run and raises
        KeyboardInterrupt when what is being measured has been recorded; a second one does so at
        once. How to go on is written to stderr; `run` has what was measured. Warns of settings that
        have no effect, of metrics that the results file leaves out, and of workers of a cluster
        that are not used.

        >>> front = nas.search(progress=False, stop_when=lambda run: len(run.front()) >= 2)
        >>> nas.run.state
        'stopped'
        >>> front.ending.startswith("stop_when ended the search after ")
        True
        """
        progress = checked_flag("progress", progress)
        callbacks = Callbacks(on_evaluation, stop_when)
        with stopped_on_error(callbacks):
            return followed(self._started(name, callbacks), callbacks, progress)

    def start(
        self,
        name: str | None = None,
        on_evaluation: OnEvaluation | None = None,
        stop_when: StopWhen | None = None,
    ) -> Run:
        """Start the search in the background and return its Run at once; arguments as of `search`.

        What a callback raises is raised by `wait` of this Run. When the program ends, the run is
        stopped within seconds, and can be resumed. Raises and warns as `search`.

        >>> run = nas.start("in the background")
        >>> run.wait()
        True
        >>> len(run.evaluations)
        12
        """
        callbacks = Callbacks(on_evaluation, stop_when)
        with stopped_on_error(callbacks):
            return self._started(name, callbacks)

    def __call__(self) -> Front:
        """`search()`, as in Neural Compressor."""
        callbacks = Callbacks()
        with stopped_on_error(callbacks):
            return followed(self._started(None, callbacks), callbacks, progress=True)

    def _started(self, name: str | None, callbacks: Callbacks) -> Run:
        """Start the search for a public method, at whose caller warnings point."""
        name = None if name is None else checked_text("name", name)
        config = self.offer()
        with data_folder.using(self._folder):
            sentences = warnings_before_search(config)
        for sentence in sentences:
            warnings.warn(sentence, UserWarning, stacklevel=3)
        earlier_run = self._run
        try:
            return started(config, self._folder, name, callbacks, self._set_run)
        except BaseException:
            if self._run is not None and not service_at(self._folder).exists(self._run.id):
                self._run = earlier_run
            raise

    def _set_run(self, run: Run) -> None:
        self._run = run

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Raise AttributeError; for a published attribute it says what to use instead."""
            if (instead := AGENT_PARTS.get(name)) is None:
                return super().__getattribute__(name)
            raise AttributeError(
                f"NAS has no {name}, a part of Neural Compressor's agent: {instead}.",
                name=name, obj=self,
            )  # fmt: skip


def warnings_before_search(config: NASConfig) -> list[str]:
    """Sentences on settings without effect, unwritten metrics and unused workers of a cluster.

    Raises ConfigError or DataError for a search that cannot be started.
    """
    return [*search_warnings(config, checked_supernet(config)), *cluster_warnings(config)]


def run_search(config: NASConfig, data_dir: Path, progress: bool = True) -> Front:
    """As `NAS.search`, without its warnings."""
    callbacks = Callbacks()
    with stopped_on_error(callbacks):
        run = started(config, DataFolder.at(data_dir), None, callbacks)
        return followed(run, callbacks, progress)


def started(
    config: NASConfig,
    folder: DataFolder,
    name: str | None,
    callbacks: Callbacks,
    created: Callable[[Run], object] = lambda run: None,
) -> Run:
    """Start a search in a data folder; the callbacks are called with its Run.

    `created` is called with the Run before the search begins.
    """
    runs: list[Run] = []

    def tell(run_id: str) -> None:
        runs.append(Run(run_id, folder.path, callbacks=callbacks))
        created(runs[0])

    service_at(folder).start(config, name, callbacks, tell)
    return runs[0]


def followed(run: Run, callbacks: Callbacks, progress: bool) -> Front:
    """Show the progress of a run of this process until it has ended; returns its front.

    Raises as `NAS.search`.
    """
    history, service = run.history, service_at(DataFolder.at(run.data_dir))
    words = _notebook_words(run.id) if in_notebook() else ()
    unit = history.summary().unit
    with shown_progress(
        progress, history.free_count, history.planned, lambda: history.spent,
        lambda: service.durations.remaining(history), unit,
    ) as display:  # fmt: skip
        callbacks.progress = lambda number: display.update(max(number, history.spent))
        wait_or_stop(service, run.id, display.say, *words)
    run.wait()
    return measured_front(run.history)


def _notebook_words(run_id: str) -> tuple[str, str]:
    """How to interrupt a notebook, and how to go on with a run that was interrupted."""
    front = f"nas.run.front(), or Run({run_id!r}).front(), returns its front"
    return "Interrupt the kernel", f"{front}; nas.run.resume() goes on with it."


@contextmanager
def stopped_on_error(callbacks: Callbacks) -> Iterator[None]:
    """If anything ends the block early, stop the run that it has started for the callbacks."""
    try:
        yield
    except BaseException:
        if (run := callbacks.run) is not None:
            service = service_at(DataFolder.at(run.data_dir))
            with suppress(DynasError):  # it has ended, or was not started
                service.stop_now(run.id)
            service.wait(run.id, _STOP_TIMEOUT)
        raise


def measured_front(history: RunHistory) -> Front:
    """The front of a run that has ended; raises RunError if it failed or measured nothing."""
    if history.state == "failed":
        raise RunError(failure_report(history))
    if not any(e.ok for e in history.evaluations):
        raise RunError(f"Run {history.id} ended before anything was measured. {history.message}")
    return Front(history)
