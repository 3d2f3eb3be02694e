"""BaselineMeasurements: measures the baselines of a run's supernet, once for all its runs."""

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from engine.config import NASConfig
from engine.data_dir import using
from engine.errors import CancelledError, DynasError, EvaluationError, RunError, UnusableDataError
from engine.evaluation.measurement import Measurement
from engine.evaluation.record import Config
from engine.log.cache import EvaluationCache
from engine.meters import registry as meters
from engine.quoting import message_text
from engine.runs.baselines.finding import (
    baselines_path,
    baselines_refusal,
    find_baselines,
    supernet_of,
)
from engine.runs.baselines.record import Baseline, Baselines, write_baselines
from engine.runs.baselines.uniform_scaling import uniform_genotypes
from engine.runs.cached_measurements import CachedMeasurements
from engine.runs.history import RunHistory
from engine.runs.run_machine import logged_machine
from engine.runs.side_measurements import SideMeasurements
from engine.space import Genotypes
from engine.supernets.base import Supernet

OnProgress = Callable[[str, int, int | None], object]
"""Called with a task, the number of networks that are done and that of all."""

Measure = Callable[[Config, Sequence[str]], Measurement]


class BaselineMeasurements:
    """The baselines of runs. They are no evaluations of a run and cost nothing of its budget.

    They are measured with the metrics and the settings of a run, where the run measures. Values go
    into the evaluation cache, which searches use too. `admit` raises DynasError for a configuration
    that is not permitted. Thread-safe.
    """

    def __init__(
        self,
        cache: EvaluationCache,
        side_measurements: SideMeasurements,
        admit: Callable[[NASConfig], None],
    ) -> None:
        self._cache, self._side_measurements, self._admit = cache, side_measurements, admit

    def measure(
        self,
        history: RunHistory,
        cancelled: threading.Event | None = None,
        progress: OnProgress = lambda task, done, total: None,
    ) -> Baselines:
        """Measure what is not measured yet, and keep it in the data folder.

        What is measured before a cancellation is kept in the evaluation cache. Raises RunError for
        the reason of `baselines_refusal`, or if weights or data are no longer those of the run;
        CancelledError; DataError; EvaluationError if no network can be measured.
        """
        self._admit(history.config)
        reason, known = baselines_refusal(history), find_baselines(history)
        if reason and (known is None or known.networks):
            raise RunError(reason)
        if known is not None and not known.failed:
            return known
        with using(history.data_folder):
            networks = self._measured_networks(history, cancelled or threading.Event(), progress)
        if all(network.reason for network in networks):
            raise EvaluationError(networks[-1].reason)
        record = Baselines(supernet=history.supernet_name, networks=networks)
        write_baselines(baselines_path(history), record)
        found = find_baselines(history)
        assert found is not None
        return found

    def _measured_networks(
        self, history: RunHistory, cancelled: threading.Event, progress: OnProgress
    ) -> tuple[Baseline, ...]:
        config, supernet = history.config, supernet_of(history)
        supernet.check_data(config.settings)
        if history.fingerprint not in ("", supernet.fingerprint(config.settings)):
            raise RunError(
                "The weights or the data of the supernet have changed since this run was started. "
                "Restore them, or search anew."
            )
        cached = CachedMeasurements(self._cache, config, supernet)
        cached.machine = logged_machine(history)
        genotypes = uniform_genotypes(supernet)
        results: list[Measurement | DynasError] = []
        with ExitStack() as stack:
            measure: Measure | None = None
            for genotype in genotypes:
                progress("Measuring baselines", len(results), len(genotypes))
                known: Measurement | DynasError | None = cached.find(genotype)
                if known is None and measure is None:  # the first one waits for other measurements
                    place = self._side_measurements.as_in_search(config, supernet, cancelled)
                    measure = stack.enter_context(place)
                    known = cached.find(genotype)
                if known is None:
                    assert measure is not None
                    known = _measured(measure, supernet, cached, genotype)
                results.append(known)
        return _networks(history, supernet, genotypes, results)


def _measured(
    measure: Measure, supernet: Supernet, cached: CachedMeasurements, genotype: Genotypes
) -> Measurement | DynasError:
    """The measurement of a network, which the cache keeps, or why it failed."""
    try:
        result = measure(supernet.space.to_config(genotype), cached.measured_metrics)
    except (CancelledError, UnusableDataError):
        raise
    except DynasError as error:
        return error
    cached.store(genotype, result)
    return result


def _networks(
    history: RunHistory,
    supernet: Supernet,
    genotypes: Genotypes,
    results: Sequence[Measurement | DynasError],
) -> tuple[Baseline, ...]:
    """The measured networks and those that could not be, in the order of `genotypes`."""
    config, exact = history.config, supernet.exact_metrics(genotypes)
    names = dict.fromkeys([*config.all_metrics, "macs", "params"])
    networks = []
    for index, genotype in enumerate(genotypes):
        result = results[index]
        failure = result if isinstance(result, DynasError) else None
        measured = {} if isinstance(result, DynasError) else result.values
        values = {**measured, **{name: float(v[index]) for name, v in exact.items()}}
        metrics = {} if failure else {name: values[name] for name in names if name in values}
        sources = meters.subnetwork_sources(supernet, genotype, config.settings)
        networks.append(
            Baseline(
                kind="largest" if index == len(genotypes) - 1 else "uniform",
                genotype=tuple(int(gene) for gene in genotype),
                config=supernet.space.to_config(genotype),
                metrics=metrics,
                sources={name: sources[name] for name in metrics if name in sources},
                reason=message_text(failure) if failure else "",
            )
        )
    return tuple(networks)
