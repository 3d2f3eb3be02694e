"""WarmStart: evaluations from an earlier run or a results CSV with which a search begins."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.config import NASConfig
from engine.data_dir import DataFolder
from engine.errors import ConfigError
from engine.evaluation.record import WARM_START_CYCLE, Evaluation
from engine.meters import registry as meters
from engine.meters.computed_metrics import computed_metrics
from engine.meters.conditions import describe_conditions, processor_name
from engine.metrics import order_metrics
from engine.quoting import quoted
from engine.runs.cluster_job import cluster_state
from engine.runs.genotypes import genotypes_of
from engine.runs.history import RunHistory
from engine.runs.importing.report import ImportReport
from engine.runs.importing.source_file import read_file
from engine.runs.latency_overlay import without_imported_latencies
from engine.runs.results_csv import ImportedResults, ResultsFile
from engine.runs.run_index import RunIndex
from engine.runs.sibling_source import sibling_start
from engine.runs.sibling_start import SiblingStart
from engine.runs.supernet_proposal import read_for_supernet
from engine.supernets.base import Supernet

_ADVICE = "Choose another, or leave warm_start out."


@dataclass(frozen=True)
class WarmStart:
    """The known evaluations of a search; for a file also the report on its rows.

    Where the numbers of a run are not those of the search, `sibling` has what is learnt from it,
    and no evaluation is known.
    """

    evaluations: Sequence[Evaluation] = ()
    report: ImportReport | None = None
    sibling: SiblingStart | None = None


def load_warm_start(
    config: NASConfig, supernet: Supernet, fingerprint: str, folder: DataFolder,
    history: Callable[[str], RunHistory],
) -> WarmStart:  # fmt: skip
    """Load the configured warm start: a run of `folder`, a file, or nothing.

    Raises ConfigError if it is neither, or as `evaluations_from_run`, `sibling_start` and
    `results_from_file` do.
    """
    source = config.dynas.warm_start
    if source is None:
        return WarmStart()
    if Path(source).name == source and (folder.runs / source / "log").is_dir():
        earlier_history = history(source)
        if not _has_numbers_of(earlier_history, supernet, fingerprint):
            required = required_metrics(config)
            return WarmStart(sibling=sibling_start(config, earlier_history, supernet, required))
        return WarmStart(evaluations_from_run(config, earlier_history, supernet))
    path = Path(source).expanduser()
    if not _may_exist(path):
        raise ConfigError(
            f"warm_start: there is no run and no file {quoted(source)}. Give the id of a run of "
            f"{folder.path}, or the path of a results CSV."
        )
    results = results_from_file(config, path, supernet)
    return WarmStart(results.evaluations, results.report)


def check_warm_start(config: NASConfig, supernet: Supernet, folder: DataFolder) -> str:
    """Raise as `load_warm_start` for a warm start with which no search in `folder` can begin.

    Returns what is taken from a run of a sibling supernet, as a sentence; empty without one.
    """
    if config.dynas.warm_start is None:
        return ""
    settings = config.with_absolute_paths(leave=("warm_start",)).settings
    fingerprint = supernet.fingerprint(settings)
    loaded = load_warm_start(config, supernet, fingerprint, folder, RunIndex(folder).history)
    return loaded.sibling.sentence if loaded.sibling else ""


def _has_numbers_of(history: RunHistory, supernet: Supernet, fingerprint: str) -> bool:
    """Whether a run measured the same supernet, with these weights and data as far as is known."""
    is_same = history.supernet_name == supernet.name
    return is_same and history.fingerprint in ("", fingerprint)


def _may_exist(path: Path) -> bool:
    """Whether `path` exists, or cannot be checked; reading then reports the reason."""
    try:
        return path.exists()
    except OSError:
        return True


def evaluations_from_run(
    config: NASConfig, history: RunHistory, supernet: Supernet
) -> list[Evaluation]:
    """The evaluations of an earlier run that have all metrics which `config` requires.

    The run measured the same supernet with the same weights and data. What this search computes,
    such as latency from a table, is computed for them. Raises ConfigError if it timed latency under
    other conditions or measured other metrics.
    """
    subject = f"warm_start: the run '{history.name}'"
    _check_timing(config, history, subject)
    candidates = [
        replace(
            without_imported_latencies(e),
            number=0,
            cycle=WARM_START_CYCLE,
            reused=True,
            predicted={},
            seconds=0.0,
            worker=history.id,
        )
        for e in history.evaluations
        if e.ok
    ]
    candidates = _with_computed_metrics(candidates, config, supernet)
    usable = [e for e in candidates if all(name in e.metrics for name in required_metrics(config))]
    if not usable:
        raise _no_usable_error(config, candidates, subject, _ADVICE)
    return usable


def _with_computed_metrics(
    evaluations: Sequence[Evaluation], config: NASConfig, supernet: Supernet
) -> list[Evaluation]:
    """The evaluations with the required metrics that the search computes from genotypes.

    Quality that an evaluation has stays as it is. Raises ConfigError for sub-networks outside the
    space of the supernet.
    """
    genotypes = genotypes_of(evaluations, supernet.space)
    computed = computed_metrics(supernet, config.settings).only(required_metrics(config))
    if not evaluations or not computed.names:
        return list(evaluations)
    values, sources = computed(genotypes), meters.sources(supernet, config.settings)
    completed = []
    for i, evaluation in enumerate(evaluations):
        there = evaluation.metrics
        new = [n for n in values if n not in there or not meters.is_quality(n)]
        completed.append(
            replace(
                evaluation,
                metrics={**there, **{n: float(values[n][i]) for n in new}},
                sources={**evaluation.sources, **{n: sources[n] for n in new}},
            )
        )
    return completed


def _check_timing(config: NASConfig, history: RunHistory, subject: str) -> None:
    """Raise ConfigError if the earlier run timed latency under other conditions."""
    settings, earlier_settings = config.settings, history.config.settings
    timed_metrics = meters.machine_metrics(required_metrics(config), settings)
    if not timed_metrics:
        return
    conditions = _timing_conditions(config, timed_metrics)
    default_conditions = {
        "device": earlier_settings.device,
        **meters.measurement_facts(timed_metrics, earlier_settings),
    }
    recorded = [e.conditions for e in history.evaluations if e.conditions]
    for earlier_conditions in recorded or [default_conditions]:
        if any(earlier_conditions.get(key, value) != value for key, value in conditions.items()):
            earlier_text, current_text = map(describe_conditions, (earlier_conditions, conditions))
            raise ConfigError(
                f"{subject} timed its latency on {earlier_text}, and here it would be "
                f"{current_text}: such numbers cannot be mixed. Set device, threads and "
                "latency_batch as they were, choose another run, or leave warm_start out."
            )


def _timing_conditions(config: NASConfig, timed_metrics: Sequence[str]) -> dict[str, Any]:
    """The conditions under which a search would time latency, here or on its cluster.

    Raises ConfigError if the cluster has no worker that could tell.
    """
    settings = config.settings
    facts = meters.measurement_facts(timed_metrics, settings)
    conditions = {"device": settings.device, **facts}
    if (state := cluster_state(config)) is not None:
        if state.machine is None:
            raise ConfigError(
                f"warm_start: whether latencies can be compared is known only when the cluster has "
                f"workers. {state.waiting_reason} Start some, or leave warm_start out."
            )
        there = state.machine.conditions
        names = [*conditions, "name", "runtime", "runtime_version", "int8_runtime"]
        return {name: there[name] for name in names if name in there}
    if settings.device == "cpu":
        conditions["name"] = processor_name()
    else:
        conditions.pop("threads", None)
    return conditions


def required_metrics(config: NASConfig) -> list[str]:
    """The metrics that every usable evaluation must have: objectives and constrained ones."""
    return [*config.dynas.metrics, *(c.metric.name for c in config.constraints)]


def results_from_file(config: NASConfig, path: Path, supernet: Supernet) -> ImportedResults:
    """The sub-networks of a results CSV; raises ConfigError if it cannot be used."""
    try:
        results = read_for_supernet(ResultsFile.read(read_file(path), path.name), supernet)
        return with_required_metrics(config, results, _ADVICE)
    except ConfigError as error:
        raise ConfigError(f"warm_start: {error}") from None


def with_required_metrics(
    config: NASConfig, results: ImportedResults, advice: str
) -> ImportedResults:
    """The sub-networks of a file that have all required metrics of `config`.

    Raises ConfigError, which ends with `advice`, if there are none.
    """
    usable = results.with_metrics(required_metrics(config))
    if not usable.evaluations:
        raise _no_usable_error(config, results.evaluations, results.report.origin, advice)
    return usable


def _no_usable_error(
    config: NASConfig, candidates: Sequence[Evaluation], subject: str, advice: str
) -> ConfigError:
    required = required_metrics(config)
    lacking = [name for name in required if not any(name in e.metrics for e in candidates)]
    there = order_metrics({name for e in candidates for name in e.metrics})
    return ConfigError(
        f"{subject} has no sub-network with {' and '.join(lacking or required)}, which this search "
        f"needs. It has {', '.join(there) or 'no metrics'}. {advice}"
    )
