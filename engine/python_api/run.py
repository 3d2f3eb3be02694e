"""Run: a search of a data folder, which this or another process drives."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.analysis.goal import Where
from engine.config import NASConfig
from engine.errors import RunError
from engine.export.chosen import ChosenSubNetwork, best_subnetwork
from engine.python_api.arguments import (
    checked_count,
    checked_data_folder,
    checked_flag,
    checked_priority,
    checked_seconds,
    checked_text,
    checked_workers,
)
from engine.python_api.callbacks import Callbacks, OnEvaluation, check_not_called_by
from engine.python_api.dataframe import evaluations_dataframe
from engine.python_api.front import Front, front_after
from engine.python_api.run_records import RunRecords
from engine.python_api.services import service_of_run
from engine.runs.baselines.record import Baselines
from engine.runs.history import RunHistory
from engine.runs.run_summary import ACTIVE, RunSummary
from engine.runs.share import Workers
from engine.runs.times.time_range import TimeRange

if TYPE_CHECKING:
    import pandas as pd

StopWhen = Callable[["Run"], object]
"""Called with the run after each evaluation; the run is stopped once it returns something true."""

_POLL_INTERVAL, _MOST_EVALUATIONS = 0.2, 10**9  # seconds between two looks; what can be asked for


class Run(RunRecords):
    """A run of a data folder, whichever process drives it: this one, a dashboard, a command.

    `id` is its name in the folder, as `runs` and `dynas-studio runs` list it. `data_dir` is the
    path of the data folder, by default `$DYNAS_DATA_DIR` or `~/.dynas-studio`. Every property is
    read anew: a run that goes on can be watched. Functions that draw or choose take a Run.
    `callbacks` are those of the search that this object has started; scripts leave them out.

    Raises RunError if there is no such run, ConfigError or LogError for an id or a folder that
    cannot be one. If the log of the run cannot be read, its `state` is `damaged` or `unreadable`,
    `message` says why, and what needs the log raises LogError.

    >>> run = runs()[0]
    >>> run.state, len(run.evaluations)
    ('finished', 12)
    >>> run == Run(run.id)
    True
    """

    def __init__(
        self, id: str, data_dir: str | Path | None = None, *, callbacks: Callbacks | None = None
    ) -> None:
        self._id = checked_text("id", id)
        self._folder = checked_data_folder(data_dir)
        service_of_run(self._id, self._folder)
        self._callbacks = callbacks or Callbacks()
        self._callbacks.set_run(self)

    @property
    def id(self) -> str:
        """The name of the run in its data folder, which never changes."""
        return self._id

    @property
    def data_dir(self) -> Path:
        """The absolute path of the data folder."""
        return self._folder.path

    @property
    def name(self) -> str:
        """The name that people see; the id if the log cannot be read."""
        summary = self._summary()
        return summary.name if isinstance(summary, RunSummary) else self._id

    @property
    def state(self) -> str:
        """Such as `running`, `paused`, `stopped`, `finished`, `failed` or `damaged`.

        A run that has not ended is `queued`, `running`, `pausing`, `paused` or `stopping`; one that
        has is `stopped`, `finished`, `failed` or, if its process died, `interrupted`. A run whose
        log cannot be read is `damaged` or `unreadable`.
        """
        return self._summary().state

    @property
    def message(self) -> str:
        """Why the run is in its state, a sentence; empty if there is nothing to say."""
        summary = self._summary()
        return summary.message if isinstance(summary, RunSummary) else summary.reason

    @property
    def config(self) -> NASConfig:
        """A copy of the configuration of the search."""
        config = self.history.config.model_copy(deep=True)
        config.set_definitions({})
        return config

    @property
    def budget(self) -> int:
        """The evaluations after which it ends, with known ones: no more than its space holds."""
        return self.history.planned

    @property
    def remaining(self) -> TimeRange | None:
        """How long the run goes on once it runs, as the dashboard shows it; None if nothing tells.

        >>> run.state, run.remaining
        ('finished', None)
        """
        return self._service.durations.remaining(self.history)

    @property
    def history(self) -> RunHistory:
        """The evaluations and events of the log, as of now; for figures and for more details."""
        return self._service.history(self._id)

    @property
    def evaluations(self) -> "pd.DataFrame":
        """One row for each evaluation, failed ones as well, by its number from 1.

        Columns: `cycle`, `status` (`ok` or `failed`), `feasible`, `front`, each metric in its own
        unit (NaN where it was not measured), `seconds`, `finished`, `reused`, `reason` (of a
        failure), `config`, and the source of each metric; `note` if there are notes.

        >>> run.evaluations.loc[1, ["status", "acc_source"]].tolist()
        ['ok', 'measured']
        """
        return evaluations_dataframe(self.history)

    @property
    def hypervolume(self) -> npt.NDArray[np.float64]:
        """`(n,)` the share of the reference box, in [0, 1], dominated after each evaluation.

        Empty while the box is unknown: before two evaluations have succeeded.

        >>> run.hypervolume.shape, bool(run.hypervolume[-1] > run.hypervolume[0])
        ((12,), True)
        """
        return self.history.hypervolume

    def front(self, at: int | None = None) -> Front:
        """The Pareto front, as of now or after the first `at` evaluations.

        Raises ConfigError if `at` is not from 0 to the number of evaluations.

        >>> [len(run.front(at=count)) for count in (0, 1, 12)] == [0, 1, len(run.front())]
        True
        """
        history = self.history
        if at is None:
            return Front(history)
        return front_after(history, checked_count("at", at, 0, len(history.evaluations)))

    def baselines(self) -> Baselines:
        """Uniform scaling and the original network, measured once; RunError if there are none."""
        return self._service.baselines.measure(self.history)

    def best(self, metric: str, where: Where | None = "") -> ChosenSubNetwork:
        """The best measured sub-network in `metric` within limits, see `best_subnetwork`."""
        return best_subnetwork(self.history, metric, where)

    def subnetwork(self, number: int) -> ChosenSubNetwork:
        """The sub-network of an evaluation by its number from 1, to be exported.

        Raises ConfigError for a number that no evaluation has.
        """
        history = self.history
        number = checked_count("number", number, 1, len(history.evaluations))
        return ChosenSubNetwork(history, history.evaluations[number - 1])

    def pause(self) -> None:
        """Pause after the running measurements; RunError if the run is not running."""
        self._service.pause(self._id)

    def resume(
        self,
        retry_failed: bool = False,
        *,
        on_evaluation: OnEvaluation | None = None,
        stop_when: StopWhen | None = None,
    ) -> None:
        """Go on with a run that is paused, or here with one that has ended early; at once.

        With `retry_failed`, failed evaluations are measured again in addition to the budget. The
        callbacks are those of `NAS.start`. Without them, those that this object has remain, but for
        a `stop_when` that has stopped the run. Raises RunError if its state does not allow it.
        """
        retry_failed = checked_flag("retry_failed", retry_failed)
        callbacks = Callbacks(on_evaluation, stop_when)
        callbacks.set_run(self)
        service, is_active = self._service, self.state in ACTIVE
        if not callbacks.has_functions:
            callbacks = self._callbacks if is_active else self._callbacks.again()
        elif is_active and not service.history(self._id).is_run_by_this_process:
            raise RunError(
                f"Another process drives the run {self._id} and cannot call functions of this "
                "script. Resume it without them."
            )
        service.resume(self._id, retry_failed, callbacks if callbacks.has_functions else None)
        self._callbacks = callbacks

    def stop(self, now: bool = False) -> None:
        """Stop after the running measurements, or abandon them `now`; RunError if it has ended."""
        service = self._service
        (service.stop_now if checked_flag("now", now) else service.stop)(self._id)

    def extend(self, n: int) -> None:
        """Add `n` evaluations to the budget, from 1 on; a run that has ended goes on here.

        Raises ConfigError for another `n`, RunError for a run that is stopping.
        """
        number = checked_count("n", n, 1, _MOST_EVALUATIONS)
        callbacks = self._callbacks if self.state in ACTIVE else self._callbacks.again()
        self._service.extend(self._id, number, callbacks)
        self._callbacks = callbacks

    def set_share(self, workers: Workers | None = None, priority: int | None = None) -> None:
        """Change how many workers it may have, a number or `all`, and its priority.

        Raises ConfigError for other arguments, RunError for what the run cannot have.
        """
        self._service.set_share(self._id, checked_workers(workers), checked_priority(priority))

    def go_first(self) -> None:
        """Let a queued run come before all others that wait; RunError if it is not queued."""
        self._service.go_first(self._id)

    def run_beside(self) -> None:
        """Let a queued run begin at once, beside those that have the workers.

        All of them measure more slowly then. Raises RunError if it waits for no other run.
        """
        self._service.run_beside(self._id)

    def rename(self, name: str) -> None:
        """Give the run another name; raises ConfigError for an empty one."""
        self._service.rename(self._id, checked_text("name", name))

    def delete(self) -> None:
        """Move it to the trash; its numbers stay in the cache. RunError if it has not ended."""
        self._service.delete(self._id)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the run has ended, at most `timeout` seconds; returns whether it has ended.

        A paused run has not ended. Raises what `on_evaluation` or `stop_when` raised. Ctrl-C ends
        the waiting, not the run.

        >>> run.wait(timeout=60)
        True
        """
        check_not_called_by(self._id)
        seconds = checked_seconds("timeout", timeout)
        end = None if seconds is None else time.monotonic() + seconds
        service = self._service
        service.wait(self._id, seconds)
        while self.state in ACTIVE and (end is None or time.monotonic() < end):
            time.sleep(_POLL_INTERVAL)  # another process drives it
        self._callbacks.raise_error()
        return self.state not in ACTIVE
