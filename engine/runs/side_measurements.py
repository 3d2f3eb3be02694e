"""SideMeasurements: timings, trial evaluations and held-out quality outside searches."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np

from engine import data_dir
from engine.config import NASConfig
from engine.data_dir import DataFolder, using
from engine.errors import CancelledError, ConfigError, EvaluationError
from engine.evaluation.evaluator import Evaluator, MakeEvaluator
from engine.evaluation.measurement import Measurement
from engine.evaluation.record import Config, Evaluation
from engine.log.cache import EvaluationCache
from engine.meters import registry as meters
from engine.meters.computed_metrics import computed_metrics, measured_metrics
from engine.runs.history import RunHistory
from engine.runs.predictor_calibration import uncalibrated_metrics
from engine.runs.search_cluster import single_evaluator
from engine.runs.time_limit import TimeLimit
from engine.runs.times.forecast import timed_times
from engine.runs.times.run_times import RunTimes
from engine.supernets import registry
from engine.supernets.base import EvaluationSettings, Supernet
from engine.tasks.base import held_out_metric, held_out_name

_POLL_INTERVAL = 0.2  # seconds between two checks for cancellation
_TRIAL_BATCH = 50


@dataclass(frozen=True)
class Timed:
    """The times of single measurements, and how many a search makes at a time."""

    times: RunTimes
    workers: int


class SideMeasurements:
    """One worker per supernet and part of the cores, started when it is first needed. Thread-safe.

    `folder` defaults to the current data folder. Measurements run one at a time, since two would
    slow each other, and without a time limit unless stated. They raise CancelledError once
    `cancelled` is set.
    """

    def __init__(
        self, cache: EvaluationCache, make_evaluator: MakeEvaluator,
        max_workers: int = 1, folder: DataFolder | None = None,
    ) -> None:  # fmt: skip
        self._cache, self._make_evaluator = cache, make_evaluator
        self._max_workers, self._folder = max_workers, folder or data_dir.current()
        self._evaluators: dict[tuple[str, int], Evaluator] = {}
        self._lock, self._measurement_lock = threading.Lock(), threading.Lock()

    def timed(self, config: NASConfig, cancelled: threading.Event | None = None) -> Timed:
        """Time the largest and the smallest sub-network with the settings of `config`.

        The smallest is measured once before, because a worker's first evaluation loads weights and
        data. They are measured where the search would be, on this machine or on its cluster.
        Raises EvaluationError, also if one takes longer than `evaluation_timeout`.
        """
        settings, limit = config.settings, config.dynas.evaluation_timeout
        cancel_event = _event_or_new(cancelled)
        with using(self._folder):
            supernet = registry.load(config.dynas.supernet).with_options(settings)
            measured = measured_metrics(config.all_metrics, supernet, settings)
        space = supernet.space
        with self._exclusive(cancel_event), self._of_search(config, supernet) as place:
            evaluator, workers = place
            seconds = [
                self._measured(
                    evaluator, settings, space.to_config(genotype), measured, cancel_event, limit
                ).seconds
                for genotype in (space.smallest, space.largest, space.smallest)
            ]
        return Timed(timed_times(seconds[1:], workers), workers)

    def try_out(
        self, name: str, settings: EvaluationSettings, cancelled: threading.Event | None = None
    ) -> Evaluation:
        """Measure all available metrics of a random sub-network; raises EvaluationError."""
        with using(self._folder):
            supernet = registry.load(name).with_options(settings)
            cancel_event = _event_or_new(cancelled)
        genotype = supernet.space.sample(1, np.random.default_rng())[0]
        config = supernet.space.to_config(genotype)
        exact = {
            metric: float(v[0]) for metric, v in supernet.exact_metrics(genotype[None]).items()
        }
        sources = meters.subnetwork_sources(supernet, genotype, settings)
        others = [metric for metric in sources if metric not in exact]
        settings = replace(settings, batch_size=_TRIAL_BATCH)
        with self._exclusive(cancel_event):
            measurement = self._measure(name, settings, config, others, cancel_event)
        values = {**measurement.values, **{m: v for m, v in exact.items() if m in sources}}
        return Evaluation(
            number=0,
            genotype=tuple(int(gene) for gene in genotype),
            config=config,
            cycle=0,
            status="ok",
            metrics=values,
            sources={metric: sources[metric] for metric in values},
            seconds=measurement.seconds,
            finished=time.time(),
            conditions=measurement.conditions,
            quality_conditions=measurement.quality_conditions,
            uncalibrated=uncalibrated_metrics(supernet, genotype, settings, values),
        )

    def values(
        self,
        name: str,
        settings: EvaluationSettings,
        subnetwork: Config,
        metrics: Sequence[str],
        cancelled: threading.Event | None = None,
    ) -> dict[str, float]:
        """The `metrics` of a sub-network of the supernet `name`, measured anew.

        Raises SpaceError for a sub-network that is not in its space, ConfigError for a metric that
        it does not have, EvaluationError if one cannot be measured, DataError for missing weights
        or data, which costs do not need.
        """
        with using(self._folder):
            supernet = registry.load(name).with_options(settings)
            genotype = supernet.space.encode(subnetwork)
            available = meters.subnetwork_sources(supernet, genotype, settings)
            for metric_name in metrics:
                if (held_out_metric(metric_name) or metric_name) not in available:
                    raise ConfigError(meters.refusal(metric_name, supernet, settings))
            computed = computed_metrics(supernet, settings).only(metrics)(genotype[None])
            exact = {name: float(v[0]) for name, v in computed.items()}
        others = [metric_name for metric_name in metrics if metric_name not in exact]
        values = dict(exact)
        if others:
            with using(self._folder):
                supernet.check_data(settings)
            config, cancel_event = supernet.space.to_config(genotype), _event_or_new(cancelled)
            with self._exclusive(cancel_event):
                measurement = self._measure(name, settings, config, others, cancel_event)
            values |= measurement.values
        return {metric_name: values[metric_name] for metric_name in metrics}

    @contextmanager
    def as_in_search(
        self, config: NASConfig, supernet: Supernet, cancelled: threading.Event
    ) -> Iterator[Callable[[Config, Sequence[str]], Measurement]]:
        """A function that measures a sub-network's metrics where a search would, one at a time."""
        settings, limit = config.settings, config.dynas.evaluation_timeout
        with self._exclusive(cancelled), self._of_search(config, supernet) as (evaluator, _):
            yield lambda subnetwork, metrics: self._measured(
                evaluator, settings, subnetwork, metrics, cancelled, limit
            )

    def held_out_quality(
        self,
        history: RunHistory,
        evaluation: Evaluation,
        cancelled: threading.Event | None = None,
    ) -> float:
        """The main quality on held-out data, which no search uses; measured once, then cached."""
        quality = self.cached_held_out_quality(history, evaluation)
        if quality is None:
            cancel_event, settings = _event_or_new(cancelled), history.config.settings
            name, config = history.supernet_name, evaluation.config
            metric_name = self._held_out_metric(history)
            with self._exclusive(cancel_event):
                values = self._measure(name, settings, config, [metric_name], cancel_event).values
            quality = values[metric_name]
            self._cache.put(self._determinants(history, evaluation), quality)
        return quality

    def cached_held_out_quality(self, history: RunHistory, evaluation: Evaluation) -> float | None:
        """The quality on held-out data if it is in the cache."""
        return self._cache.get(self._determinants(history, evaluation))

    def _held_out_metric(self, history: RunHistory) -> str:
        """The name of the metric for the main quality on held-out data."""
        return held_out_name(self._supernet(history).task.metrics[0].name)

    def _determinants(self, history: RunHistory, evaluation: Evaluation) -> dict[str, object]:
        """The key of that quality in the evaluation cache."""
        settings = replace(history.config.settings, batch_size=EvaluationSettings.batch_size)
        with using(self._folder):
            fingerprint = self._supernet(history).fingerprint(settings)
        return {
            "supernet": history.supernet_name,
            "fingerprint": fingerprint,
            "genotype": [int(gene) for gene in evaluation.genotype],
            "metric": self._held_out_metric(history),
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
    def _exclusive(self, cancelled: threading.Event) -> Iterator[None]:
        while not self._measurement_lock.acquire(timeout=_POLL_INTERVAL):
            _raise_if_cancelled(cancelled)
        try:
            yield
        finally:
            self._measurement_lock.release()

    def _measure(
        self,
        supernet: str,
        settings: EvaluationSettings,
        subnetwork: Config,
        metrics: Sequence[str],
        cancelled: threading.Event,
        limit: float | None = None,
    ) -> Measurement:
        evaluator = self._own_evaluator(supernet)
        return self._measured(evaluator, settings, subnetwork, metrics, cancelled, limit)

    def _own_evaluator(self, supernet: str, workers: int = 1) -> Evaluator:
        """The worker for a supernet on this machine, with its part of the cores of `workers`."""
        with self._lock:
            key = (supernet, workers)
            if key not in self._evaluators:
                with using(self._folder):
                    self._evaluators[key] = self._make_evaluator(supernet, workers)
            return self._evaluators[key]

    @contextmanager
    def _of_search(self, config: NASConfig, supernet: Supernet) -> Iterator[tuple[Evaluator, int]]:
        """An evaluator where a search measures, and how many measurements it makes at a time."""
        if not config.dynas.cluster:
            workers = min(config.dynas.workers, self._max_workers)
            yield self._own_evaluator(config.dynas.supernet, workers), workers
            return
        with using(self._folder):
            fingerprint = supernet.fingerprint(config.settings)
        with single_evaluator(config, fingerprint) as on_cluster:
            yield on_cluster

    def _measured(
        self,
        evaluator: Evaluator,
        settings: EvaluationSettings,
        subnetwork: Config,
        metrics: Sequence[str],
        cancelled: threading.Event,
        limit: float | None,
    ) -> Measurement:
        _raise_if_cancelled(cancelled)
        future = evaluator.submit(subnetwork, metrics, settings)
        try:
            self._wait(future, cancelled, limit)
        except BaseException:  # such as KeyboardInterrupt
            evaluator.abandon(future)
            raise
        return future.result()

    def _wait(
        self, future: "Future[Measurement]", cancelled: threading.Event, limit: float | None
    ) -> None:
        started_at: float | None = None
        while not wait([future], timeout=_POLL_INTERVAL).done:
            _raise_if_cancelled(cancelled)
            if started_at is None and future.running():
                started_at = time.monotonic()
            if (
                limit is not None
                and started_at is not None
                and time.monotonic() - started_at > limit
            ):
                raise EvaluationError(TimeLimit(limit).sentence(limit))


def _event_or_new(event: threading.Event | None) -> threading.Event:
    return event or threading.Event()


def _raise_if_cancelled(cancelled: threading.Event) -> None:
    if cancelled.is_set():
        raise CancelledError("Cancelled.")
