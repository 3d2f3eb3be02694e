"""A cluster on a simulated clock, around the real loop, planner and log of a search.

The clock runs by the processor seconds of the thread that searches, and jumps to the next event
where that thread would wait. Plans are made in the same thread; the clock counts them as those of
a second thread, which is ready when their processor seconds have passed.
"""

import heapq
import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from engine.config import NASConfig
from engine.data_dir import DataFolder, using
from engine.errors import EvaluationError
from engine.evaluation.evaluator import Evaluator
from engine.evaluation.measurement import Measurement
from engine.evaluation.record import Config
from engine.evaluation_settings import EvaluationSettings
from engine.log.cache import EvaluationCache
from engine.runs import search_run
from engine.runs.planner import Planner
from engine.runs.run_creation import create_run
from engine.runs.run_index import RunIndex
from engine.runs.run_workers import RunWorkers
from engine.runs.running_evaluations import RunningEvaluations
from engine.runs.search_run import SearchRun
from engine.runs.worker_pool import WorkerPool
from engine.supernets import registry

SIGMA = 0.5
"""The deviation of the logarithm of durations."""
FAILURES = 0.01
"""The share of evaluations that fail."""

_BLOCK = 1024  # durations that are drawn at a time

Accuracy = Callable[[Config], float]


class SimulatedClock:
    """Seconds since it was made. With `work` 0, processor seconds do not count."""

    def __init__(self, work: float = 1.0) -> None:
        self._work = work
        self._offset = -work * time.thread_time()
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()

    @property
    def now(self) -> float:
        """The simulated time in seconds."""
        return self._offset + self._work * time.thread_time()

    def at(self, moment: float, event: Callable[[], None]) -> None:
        """Let something happen at a time."""
        heapq.heappush(self._events, (moment, next(self._numbers), event))

    def advance(self, is_waiting: Callable[[], bool]) -> None:
        """Let all happen that is due; then go on to the next event as long as `is_waiting()`."""
        while self._events and (self._events[0][0] <= self.now or is_waiting()):
            moment, _, event = heapq.heappop(self._events)
            self._offset += max(moment - self.now, 0.0)
            event()

    @contextmanager
    def aside(self) -> Iterator[list[float]]:
        """What is done within does not move the clock; the list gets its processor seconds."""
        seconds: list[float] = []
        begun = time.thread_time()
        yield seconds
        seconds.append(time.thread_time() - begun)
        self._offset -= self._work * seconds[0]


class SimulatedThread(Executor):
    """Runs a call at once; its result is there when its processor seconds have passed."""

    def __init__(self, clock: SimulatedClock, work: float = 1.0) -> None:
        self._clock, self._work = clock, work
        self.seconds = 0.0

    def submit(self, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """The future of a call; an error of the call is raised here."""
        future: Future[Any] = Future()
        with self._clock.aside() as seconds:
            result = call(*args, **kwargs)
        self.seconds += seconds[0]
        ready = self._clock.now + self._work * seconds[0]
        self._clock.at(ready, lambda: future.set_result(result))
        return future


class SimulatedCluster:
    """An Evaluator whose measurements take log-normal times of mean `mean` and give `accuracy`.

    `busy` are the seconds that workers measured, and `submitted` when measurements began.
    """

    waiting_reason = ""
    machine = None

    def __init__(
        self, clock: SimulatedClock, workers: int, mean: float, accuracy: Accuracy, seed: int = 0,
        failures: float = FAILURES,
    ) -> None:  # fmt: skip
        self.clock, self.workers, self._mean = clock, workers, mean
        self._accuracy, self._failures = accuracy, failures
        self._rng = np.random.default_rng(seed)
        self._drawn: list[tuple[float, bool]] = []
        self.submitted: list[float] = []
        self.ended: list[float] = []

    def submit(
        self, config: Config, metrics: Sequence[str], settings: EvaluationSettings
    ) -> "Future[Measurement]":
        """Begin a measurement; the search never begins more than there are workers."""
        future: Future[Measurement] = Future()
        future.set_running_or_notify_cancel()
        if not self._drawn:
            seconds = self._rng.lognormal(-(SIGMA**2) / 2, SIGMA, _BLOCK) * self._mean
            is_failed = self._rng.random(_BLOCK) < self._failures
            self._drawn = list(zip(seconds.tolist(), is_failed.tolist(), strict=True))
        seconds, is_failed = self._drawn.pop()
        begun = self.clock.now
        self.submitted.append(begun)
        self.ended.append(begun + seconds)
        self.clock.at(begun + seconds, lambda: self._end(future, config, seconds, is_failed))
        return future

    def abandon(self, future: "Future[Measurement]") -> None:
        """Nothing takes too long here."""

    def close(self) -> None:
        """Nothing is left open."""

    @property
    def utilisation(self) -> float:
        """The share of their time that workers measured, from the first to the last submission."""
        first, last = self.submitted[0], self.submitted[-1]
        pairs = zip(self.submitted, self.ended, strict=True)
        busy = sum(min(ended, last) - begun for begun, ended in pairs)
        return busy / (self.workers * (last - first))

    def _end(
        self, future: "Future[Measurement]", config: Config, seconds: float, is_failed: bool
    ) -> None:
        with self.clock.aside():
            values = {"acc": self._accuracy(config)}
        if is_failed:
            future.set_exception(EvaluationError("The worker ran out of memory."))
        else:
            future.set_result(Measurement(values, seconds, "simulated"))


class _Waiting(RunningEvaluations):
    """Where a search would wait, the clock goes on."""

    def __init__(self, evaluator: Evaluator, in_order: bool, clock: SimulatedClock) -> None:
        super().__init__(evaluator, in_order)
        self._clock = clock

    def wait(self, timeout: float) -> None:
        """Go on to the first event after which there is something to do."""
        self._clock.advance(lambda: self._next() is None and not self._wake.is_set())
        self._wake.clear()


def simulated_run(
    folder: Path, supernet: str, cluster: SimulatedCluster, num_evals: int, **dynas: Any
) -> SearchRun:
    """A run of a data folder, which is not started yet."""
    with using(DataFolder.at(folder).create()):
        settings: Mapping[str, Any] = {
            "supernet": supernet, "num_evals": num_evals, "metrics": ["acc", "macs"],
            "evaluation_timeout": 1e6, **dynas,
        }  # fmt: skip
        config = NASConfig(dynas=settings)
        fingerprint = registry.load(supernet).fingerprint(config.settings)
        index = RunIndex(DataFolder.at(folder))
        created = {"name": "simulated", "fingerprint": fingerprint}
        run_id = create_run(index.folder, config, created, [], "queued")
        history = index.history(run_id)
        pool = WorkerPool("the simulated cluster", lambda: cluster.workers, divisible=True)
        cache = EvaluationCache(DataFolder.at(folder).evaluations)
        return SearchRun(history.log, history, cache, RunWorkers(pool, history), lambda: cluster)


def run_on(cluster: SimulatedCluster, run: SearchRun) -> float:
    """Run a search on the clock of a cluster; returns the processor seconds of its plans."""
    planning = SimulatedThread(cluster.clock)
    with patch.multiple(
        search_run,
        Planner=lambda strategy: Planner(strategy, planning, time.thread_time),
        RunningEvaluations=lambda evaluator, in_order: _Waiting(evaluator, in_order, cluster.clock),
    ):
        run.run()
    return planning.seconds
