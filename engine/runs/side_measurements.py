"""Measurements beside a search: one timed for an estimate, what was chosen on held-out data."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import wait
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np

from engine import data_dir
from engine.config import NASConfig
from engine.data_dir import DataFolder, using
from engine.errors import CancelledError, EvaluationError
from engine.evaluation.evaluator import Evaluator
from engine.evaluation.measurement import Measurement
from engine.evaluation.record import Config, Evaluation
from engine.log.cache import EvaluationCache
from engine.meters import registry as meters
from engine.metrics import metric
from engine.runs.history import RunHistory
from engine.runs.predictor_calibration import uncalibrated_metrics
from engine.runs.time_limit import TimeLimit
from engine.supernets import registry
from engine.supernets.base import EvaluationSettings, Supernet
from engine.tasks.base import held_out_name

STARTUP_SECONDS = 6.0  # seconds that workers need to come up, for estimates
_LOOK = 0.2  # seconds between two looks at whether to go on
_TRIAL_BATCH = 50


@dataclass(frozen=True)
class Estimate:
    """How long a search will take, from one evaluation that was timed."""

    seconds_per_evaluation: float
    workers: int
    total_seconds: float


class SideMeasurements:
    """One worker a supernet of a data folder, started when it is first needed. Thread-safe.

    The folder is the current one unless it is given.
    One measurement at a time: two would slow each other. Each takes as long as it takes; once its
    event `cancelled` is set it ends with CancelledError.
    """

    def __init__(
        self, cache: EvaluationCache, make_evaluator: Callable[[str, int], Evaluator],
        most_workers: int = 1, folder: DataFolder | None = None,
    ) -> None:  # fmt: skip
        self._cache, self._make_evaluator = cache, make_evaluator
        self._most_workers, self._folder = most_workers, folder or data_dir.current()
        self._evaluators: dict[str, Evaluator] = {}
        self._lock, self._turn = threading.Lock(), threading.Lock()

    def estimate(self, config: NASConfig, cancelled: threading.Event | None = None) -> Estimate:
        """Time one evaluation of the largest sub-network, as `config` has it measured.

        The smallest goes first: a worker's first evaluation loads weights and data. Raises
        EvaluationError, also where one takes longer than its `evaluation_timeout`.
        """
        name, settings, stop = config.dynas.supernet, config.settings, _event(cancelled)
        limit = config.dynas.evaluation_timeout
        measured = [name for name in config.all_metrics if not metric(name).computable]
        with using(self._folder):
            space = registry.load(name).space
        with self._alone(stop):
            self._measure(name, settings, space.to_config(space.smallest), measured, stop, limit)
            largest = space.to_config(space.largest)
            each = self._measure(name, settings, largest, measured, stop, limit).seconds
        workers = min(config.dynas.workers, self._most_workers)
        total = STARTUP_SECONDS + config.dynas.num_evals * each / workers
        return Estimate(each, workers, total)

    def try_out(
        self, name: str, settings: EvaluationSettings, cancelled: threading.Event | None = None
    ) -> Evaluation:
        """Measure a random sub-network in every metric that can be had; raises EvaluationError."""
        with using(self._folder):
            supernet, stop = registry.load(name).with_options(settings), _event(cancelled)
        genotype = supernet.space.sample(1, np.random.default_rng())[0]
        config = supernet.space.to_config(genotype)
        exact = {
            metric: float(v[0]) for metric, v in supernet.exact_metrics(genotype[None]).items()
        }
        sources = meters.subnetwork_sources(supernet, genotype, settings)
        wanted = [metric for metric in sources if metric not in exact]
        settings = replace(settings, batch_size=_TRIAL_BATCH)
        with self._alone(stop):
            measured = self._measure(name, settings, config, wanted, stop)
        values = {**measured.values, **{m: v for m, v in exact.items() if m in sources}}
        return Evaluation(
            number=0,
            genotype=tuple(int(gene) for gene in genotype),
            config=config,
            cycle=0,
            status="ok",
            metrics=values,
            sources={metric: sources[metric] for metric in values},
            seconds=measured.seconds,
            finished=time.time(),
            conditions=measured.conditions,
            uncalibrated=uncalibrated_metrics(supernet, genotype, settings, values),
        )

    def held_out_quality(
        self,
        history: RunHistory,
        evaluation: Evaluation,
        cancelled: threading.Event | None = None,
    ) -> float:
        """The main quality on held-out data, which no search sees; measured once, then known."""
        known = self.cached_held_out_quality(history, evaluation)
        if known is None:
            stop, settings = _event(cancelled), history.config.settings
            name, config = history.supernet_name, evaluation.config
            wanted = self._held_out(history)
            with self._alone(stop):
                values = self._measure(name, settings, config, [wanted], stop).values
            known = values[wanted]
            self._cache.put(self._key(history, evaluation), known)
        return known

    def cached_held_out_quality(self, history: RunHistory, evaluation: Evaluation) -> float | None:
        """The quality on held-out data if it was measured before."""
        return self._cache.get(self._key(history, evaluation))

    def _held_out(self, history: RunHistory) -> str:
        """What the main quality of a run's supernet on held-out data is called."""
        return held_out_name(self._supernet(history).task.metrics[0].name)

    def _key(self, history: RunHistory, evaluation: Evaluation) -> dict[str, object]:
        """What decides that quality of a sub-network."""
        settings = replace(history.config.settings, batch_size=EvaluationSettings.batch_size)
        with using(self._folder):
            fingerprint = self._supernet(history).fingerprint(settings)
        return {
            "supernet": history.supernet_name,
            "fingerprint": fingerprint,
            "genotype": [int(gene) for gene in evaluation.genotype],
            "metric": self._held_out(history),
        }

    def _supernet(self, history: RunHistory) -> Supernet:
        with using(self._folder):
            return registry.load(history.supernet_name)

    def close(self) -> None:
        """End the workers."""
        with self._lock:
            for evaluator in self._evaluators.values():
                evaluator.close()
            self._evaluators.clear()

    @contextmanager
    def _alone(self, cancelled: threading.Event) -> Iterator[None]:
        while not self._turn.acquire(timeout=_LOOK):
            _go_on(cancelled)
        try:
            yield
        finally:
            self._turn.release()

    def _measure(
        self,
        supernet: str,
        settings: EvaluationSettings,
        subnetwork: Config,
        metrics: Sequence[str],
        cancelled: threading.Event,
        limit: float | None = None,
    ) -> Measurement:
        _go_on(cancelled)
        with self._lock:
            if supernet not in self._evaluators:
                with using(self._folder):
                    self._evaluators[supernet] = self._make_evaluator(supernet, 1)
            evaluator = self._evaluators[supernet]
        future = evaluator.submit(subnetwork, metrics, settings)
        begun: float | None = None
        while not wait([future], timeout=_LOOK).done:
            if cancelled.is_set():
                evaluator.abandon(future)
                _go_on(cancelled)
            if begun is None and future.running():
                begun = time.monotonic()
            if limit is not None and begun is not None and time.monotonic() - begun > limit:
                evaluator.abandon(future)
                raise EvaluationError(TimeLimit(limit).sentence(limit))
        return future.result()


def _event(given: threading.Event | None) -> threading.Event:
    return given or threading.Event()


def _go_on(cancelled: threading.Event) -> None:
    if cancelled.is_set():
        raise CancelledError("Cancelled.")
