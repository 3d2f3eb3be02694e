"""What is known of a run's baselines without measuring: whether it can have any, and those kept."""

import hashlib
import json
from pathlib import Path

import numpy as np

from engine.data_dir import using
from engine.errors import DynasError
from engine.meters import registry as meters
from engine.quoting import message_text
from engine.runs.baselines.record import Baselines, read_baselines
from engine.runs.baselines.uniform_scaling import SIZES
from engine.runs.history import RunHistory
from engine.runs.run_machine import logged_machine
from engine.runs.script_runs import missing_script_text
from engine.runs.times.forecast import seconds_per_evaluation
from engine.runs.times.time_range import TimeRange
from engine.supernets import registry
from engine.supernets.base import Supernet

BASELINE_COUNT = SIZES + 1
"""The number of networks that are measured, with the largest one."""

_SPREAD = 0.35  # standard deviation of the logarithm of the time that they take
_PROTOCOL = 1  # raised when other networks are chosen
_ORIGINAL_SOURCE = "measured on validation data before the network was made elastic"


def supernet_of(history: RunHistory) -> Supernet:
    """The supernet of a run with its options; raises ConfigError or DataError if it is missing."""
    with using(history.data_folder):
        return registry.load(history.supernet_name).with_options(history.config.settings)


def baselines_refusal(history: RunHistory) -> str:
    """Why a run can have no baselines, a sentence; empty if it can."""
    if history.imported:
        return (
            "The numbers of this run come from a file: what is measured here could not be compared "
            "with them."
        )
    try:
        supernet = supernet_of(history)
        if supernet.no_network_reason:
            return "This run searches choices of a script: there is no network that can be scaled."
        if "macs" not in meters.sources(supernet, history.config.settings):
            return f"The MACs of {supernet.name}, by which networks are scaled, are not known."
    except DynasError as error:
        return message_text(error)
    if _is_all_uniform(supernet):
        return (
            f"The networks of {supernet.name} are uniform scaling themselves: there is nothing to "
            "compare them with but the original."
        )
    if not supernet.space.directions.any():
        return f"No gene of {supernet.name} has an order in which networks could be scaled."
    return missing_script_text(history, "Measure baselines")


def find_baselines(history: RunHistory) -> Baselines | None:
    """The baselines of a run that are measured already; None if they are not.

    Those of another run of the supernet are the same if its metrics and its settings are. Where all
    sub-networks are uniform scaling, there is the original only, if its quality is known.
    """
    try:
        if not history.imported and _is_all_uniform(supernet := supernet_of(history)):
            return _original_alone(history, supernet)
        baselines = read_baselines(baselines_path(history))
        if baselines is None:
            return None
        supernet, largest = supernet_of(history), baselines.networks[-1].metrics
        costs = {name: value for name, value in largest.items() if not meters.is_quality(name)}
        if supernet.original_costs:  # it has another architecture than the largest
            costs = {name: v for name, v in supernet.original_costs.items() if name in costs}
    except DynasError:  # such as a package that is not installed
        return None
    return baselines.with_original(supernet.original_quality, costs, _ORIGINAL_SOURCE)


def _is_all_uniform(supernet: Supernet) -> bool:
    """Whether there is one gene, and it has an order: such as a list of sizes."""
    directions = supernet.space.directions[supernet.space.choices > 1]
    return len(directions) == 1 and bool(directions.all())


def _original_alone(history: RunHistory, supernet: Supernet) -> Baselines | None:
    """The original network, with what was known of it before; None if that is nothing."""
    if not supernet.original_quality:
        return None
    largest = supernet.exact_metrics(supernet.space.largest[None])
    costs = supernet.original_costs or {n: float(values[0]) for n, values in largest.items()}
    names = {*history.config.all_metrics, "macs", "params"}
    return Baselines(supernet=supernet.name, networks=()).with_original(
        supernet.original_quality,
        {name: value for name, value in costs.items() if name in names},
        _ORIGINAL_SOURCE,
    )


def baselines_path(history: RunHistory) -> Path:
    """The file of all that decides the numbers: supernet, weights, data, metrics and settings.

    Raises DynasError if the supernet or a meter is not installed.
    """
    config, machine = history.config, logged_machine(history)
    name, settings, any_genotype = history.supernet_name, config.settings, np.empty(0, np.int64)
    fingerprint = history.fingerprint
    if not fingerprint:  # of an old run
        with using(history.data_folder):
            fingerprint = supernet_of(history).fingerprint(settings)
    determinants = [
        meters.determinants(
            metric, name, fingerprint, any_genotype, settings,
            machine.determinants.get(metric) if machine else None,
        )
        for metric in sorted(config.all_metrics)
    ]  # fmt: skip
    content = json.dumps([_PROTOCOL, name, fingerprint, determinants], sort_keys=True)
    return history.data_folder.baselines / f"{hashlib.sha256(content.encode()).hexdigest()}.json"


def estimated_time(history: RunHistory) -> TimeRange | None:
    """How long all measurements take, from the run's own evaluations; None without any."""
    times, share_machine = history.times, not history.config.dynas.cluster
    if not times.measured:
        return None
    seconds = seconds_per_evaluation(times, 1, share_machine)
    return TimeRange.around(times.startup + BASELINE_COUNT * seconds, _SPREAD)
