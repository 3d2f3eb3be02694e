"""Validates the configuration of a search before a run is created."""

from collections.abc import Callable, Collection
from dataclasses import replace

from engine.cluster_kinds import address_problem
from engine.config import NASConfig
from engine.errors import ConfigError
from engine.evaluation_settings import EvaluationSettings
from engine.meters import registry as meters
from engine.meters.machine import metrics_of_machine
from engine.meters.metrics import PARAMS
from engine.results_formats import RESULTS_FORMATS
from engine.runs.described_runs import logged_names
from engine.runs.results_writer import check_path
from engine.runs.unused_settings import unused_settings
from engine.supernets import registry
from engine.supernets.base import Supernet


def checked_supernet(
    config: NASConfig,
    admit: Callable[[NASConfig], None] = lambda config: None,
    given: Collection[str] = (),
) -> Supernet:
    """The supernet of a valid config. `admit` is called before any file that it names is read.

    Metrics that are `given` need not be measured here.

    Raises the errors of `admit`, ConfigError for inconsistent settings, and DataError for a latency
    table that cannot be read.
    """
    from engine.search import approaches  # takes seconds, and only a search needs it

    admit(config)
    if config.search.search_space is not None:
        raise ConfigError(
            f"{config.location('search', 'search_space')}search.search_space: it is searched by a "
            "script, whose functions evaluate it: NAS(config, evaluate=...).search()."
        )
    if config.dynas.cluster and (problem := address_problem(config.dynas.cluster)):
        raise ConfigError(f"{config.location('dynas', 'cluster')}cluster: {problem}.")
    if config.dynas.cluster and config.dynas.confirm:
        raise ConfigError(
            f"{config.location('dynas', 'confirm')}confirm: a front is confirmed on this machine "
            "only. Leave out confirm, or cluster."
        )
    supernet = registry.load(config.dynas.supernet)
    approaches.check(config, supernet, given)
    if config.dynas.results_csv_path:
        check_path(config.dynas.results_csv_path)
    _check_meters([n for n in config.all_metrics if n not in given], config)
    return supernet


def settings_to_check(config: NASConfig) -> EvaluationSettings:
    """The settings with which data is checked here.

    Of a search on a cluster, the device and the precision are those that every machine has: its
    workers tell whether they have the configured ones.
    """
    if config.dynas.cluster:
        return replace(config.settings, device="cpu", precision="fp32")
    return config.settings


def _check_meters(names: Collection[str], config: NASConfig) -> None:
    """Raise for options that are not possible here, or on any worker of the cluster."""
    if not config.dynas.cluster:
        meters.check(names, config.settings)
        return
    meters.check_options(config.settings)
    elsewhere = metrics_of_machine(names, config.settings)
    for meter in {meters.meter_of(name) for name in names if name not in elsewhere}:
        meter.check(settings_to_check(config))


def checked_import(
    config: NASConfig, admit: Callable[[NASConfig], None]
) -> tuple[NASConfig, Supernet]:
    """A valid config of a run of a results file, and its supernet; raises as `checked_supernet`.

    The file may have metrics that only logs describe. Parameters, which are recorded by default,
    are left out for a supernet that counts none.
    """
    supernet = registry.load(config.dynas.supernet)
    if supernet.no_network_reason and PARAMS.name in config.dynas.record:
        config = config.model_copy(deep=True)
        config.dynas.record = [name for name in config.dynas.record if name != PARAMS.name]
    return config, checked_supernet(config, admit, logged_names())


def search_warnings(config: NASConfig, supernet: Supernet) -> list[str]:
    """Sentences that a user should read before a valid search starts.

    On settings that have no effect, and on metrics that the results file leaves out.
    """
    return [*unused_settings(config, supernet), *_unwritten_metrics(config)]


def _unwritten_metrics(config: NASConfig) -> list[str]:
    """A sentence on the metrics without a column in the results file, if there are any.

    Parameters that are only recorded, as they are by default, are not named.
    """
    dynas, results_format = config.dynas, RESULTS_FORMATS[config.dynas.results_csv_format]
    needed = {*dynas.metrics, *(constraint.metric.name for constraint in config.constraints)}
    missing = [
        name
        for name in config.all_metrics
        if not results_format.has_column(name) and (name != "params" or name in needed)
    ]
    if not dynas.results_csv_path or not missing:
        return []
    *first, last = missing
    listed = f"{', '.join(first)} and {last}" if first else last
    return [
        f"The results file will not contain {listed}: results_csv_format "
        f"'{dynas.results_csv_format}' has no column for {'them' if first else 'it'}. "
        "Set results_csv_format to 'full' to have every metric in the file."
    ]
