"""All meters: the engine's own, those of packages and of the script; lookups by metric."""

import functools
import importlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from importlib.metadata import EntryPoint
from typing import Any

from engine import cluster_kinds, metrics, plug_ins
from engine.errors import DataError, DynasError
from engine.evaluation_settings import EvaluationSettings
from engine.meters.base import Factor, Meter
from engine.meters.conditions import machine_facts
from engine.meters.costs import CostMeter
from engine.meters.int8 import Int8Meter
from engine.meters.latency import LatencyMeter
from engine.meters.memory import MemoryMeter
from engine.meters.own_metrics import OwnMeter
from engine.meters.quality import QualityMeter
from engine.metrics import Metric, Source, metric, order_metrics, register_provider
from engine.metrics import definition_problem as wrong_metric
from engine.options import Options
from engine.quoting import error_text
from engine.space import Genotypes
from engine.supernets import registry as supernets
from engine.supernets.base import Supernet
from engine.tasks.base import held_out_metric
from engine.tasks.int8_metrics import int8_metric, int8_name, int8_quality

QUALITY, COSTS, INT8 = QualityMeter(), CostMeter(), Int8Meter()
SCRIPT = OwnMeter()
BUILT_IN: tuple[Meter, ...] = (QUALITY, COSTS, LatencyMeter(), MemoryMeter(), INT8)


def all_meters() -> tuple[Meter, ...]:
    """Every usable meter, the engine's own first, and last that of the running script, if any."""
    plug_in_meters = [meter for meter in _plug_in_meters().values() if isinstance(meter, Meter)]
    return (*BUILT_IN, *plug_in_meters, *([SCRIPT] if SCRIPT.metrics else []))


def meters_by_name() -> dict[str, Meter]:
    """Every usable meter by its name."""
    return {meter.name: meter for meter in all_meters()}


def problems() -> list[str]:
    """A sentence for each meter of an installed package that cannot be used."""
    return [problem for problem in _plug_in_meters().values() if isinstance(problem, str)]


def meter_of(name: str) -> Meter:
    """The meter of a metric; quality and cost metrics need not be listed by their meters.

    Quality metrics on held-out data have the meter of the quality metric.
    """
    if (quality := held_out_metric(name)) is not None:
        return INT8 if _is_int8_quality(quality) else QUALITY
    for meter in all_meters():
        if any(definition.name == name for definition in meter.metrics):
            return meter
    if metric(name).computable:
        return COSTS
    return INT8 if _is_int8_quality(name) else QUALITY


def _is_int8_quality(name: str) -> bool:
    """Whether a metric is the int8 form of a task's metric, and not itself one of a task."""
    if (quality := int8_quality(name)) is None:
        return False
    names = supernets.quality_metric_names()
    return quality in names and name not in names


def is_quality(name: str) -> bool:
    """Whether a metric is a quality metric of a task, perhaps in int8 or on held-out data."""
    return meter_of(name) is QUALITY or is_quality_in_int8(name)


def is_quality_in_int8(name: str) -> bool:
    """Whether a metric is the quality of a sub-network in int8."""
    return meter_of(name) is INT8 and _is_int8_quality(held_out_metric(name) or name)


def option_meters(metric: str) -> tuple[str, ...]:
    """The meters whose options determine how a metric is measured: its own and related ones."""
    return meter_of(metric).option_meters(metric)


def sources(supernet: Supernet, settings: EvaluationSettings) -> dict[str, Source]:
    """The source of each available metric of a supernet under `settings`.

    The quality metrics of its task come first, in the order of the task.

    >>> supernet = load_supernet("ofa_mbv3_fashion_d234_e346_k357")
    >>> found = metric_sources(supernet, EvaluationSettings())
    >>> found["acc"], found["macs"]
    ('measured', 'exact')
    """
    quality_metrics = [quality.name for quality in supernet.task.metrics]
    by_metric = {
        n: s for meter in all_meters() for n, s in meter.sources(supernet, settings).items()
    }
    return {name: by_metric[name] for name in order_metrics(by_metric, first=quality_metrics)}


def subnetwork_sources(
    supernet: Supernet, genotype: Genotypes, settings: EvaluationSettings
) -> dict[str, str]:
    """As `sources`, for one sub-network `(genes,)`, whose values may be extrapolated."""
    return {**sources(supernet, settings), **supernet.subnetwork_sources(genotype, settings)}


def refusal(name: str, supernet: Supernet, settings: EvaluationSettings) -> str:
    """A sentence on why a metric of a supernet is unavailable under `settings`; may be empty."""
    available = sources(supernet, settings)
    if name in available:
        return ""
    reason = meter_of(name).refusal(supernet, settings)
    has_sources = len(supernet.quality_sources) > 1
    source_text = (
        f" with accuracy from the {supernet.quality_source(settings)}" if has_sources else ""
    )
    return (
        reason
        or f"{supernet.name} has no '{name}'{source_text}. Choose from {', '.join(available)}."
    )


def depends_on_machine(name: str, settings: EvaluationSettings) -> bool:
    """Whether the values of a metric under `settings` are measured and specific to this machine."""
    return "machine" in meter_of(name).factors(name, settings)


def is_machine_specific(name: str) -> bool:
    """Whether values of a metric are specific to a machine, unless they come from a table."""
    return depends_on_machine(name, EvaluationSettings())


def machine_metrics(names: Iterable[str], settings: EvaluationSettings) -> list[str]:
    """The metrics that are measured while nothing else is: they need a single worker."""
    return [name for name in names if depends_on_machine(name, settings)]


def determinants(
    name: str, supernet: str, fingerprint: str, genotype: Genotypes, settings: EvaluationSettings,
    how: Mapping[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Everything that determines the value of a metric of a sub-network, as plain data.

    `fingerprint` is that of the supernet under `settings`, and `how` the `how_measured` of the
    machine that measures; by default of this one.
    """
    factors = meter_of(name).factors(name, settings)
    keys: dict[str, Any] = {
        "supernet": supernet,
        "genotype": [int(gene) for gene in genotype],
        "metric": name,
    }
    if factors & {"weights", "data"}:
        keys["fingerprint"] = fingerprint
    return {**keys, **(how_measured(name, settings) if how is None else how)}


def how_measured(name: str, settings: EvaluationSettings) -> dict[str, Any]:
    """What determines the value of a metric here, besides sub-network, weights and data."""
    meter = meter_of(name)
    factors, keys = meter.factors(name, settings), dict[str, Any]()
    if meter is not QUALITY:  # whose protocol, precision and device are in the fingerprint
        keys["meter"] = [meter.name, meter.protocol]
        if "precision" in factors:
            keys["precision"] = settings.precision
        if "device" in factors:
            keys["device"] = settings.device
        if "machine" in factors:
            keys["machine"] = machine_facts(settings)
    return {**keys, **meter.determinants(name, settings)}


def check(names: Iterable[str], settings: EvaluationSettings) -> None:
    """Raise ConfigError or DataError for meter options that are not possible on this machine."""
    check_options(settings)
    for name in dict.fromkeys([*settings.meters, *sorted(meter_of(name).name for name in names)]):
        meters_by_name()[name].check(settings)


def check_options(settings: EvaluationSettings) -> None:
    """Raise ConfigError or DataError for meter options that are wrong on every machine."""
    meters = meters_by_name()
    for name in settings.meters:
        if name not in meters:
            raise DataError(
                f"meter_options: there is no meter '{name}'. Choose from {', '.join(meters)}."
            )
        meters[name].options(settings)


def measurement_facts(names: Sequence[str], settings: EvaluationSettings) -> dict[str, Any]:
    """Facts about the measurement of some metrics, such as batch and threads."""
    facts: dict[str, Any] = {}
    for name in names:
        facts |= meter_of(name).determinants(name, settings)
    return facts


@register_provider
def _metrics() -> Mapping[str, Metric | str]:
    """The metrics of installed meters, and those in int8 of installed supernets' tasks."""
    meters = _plug_in_meters()
    usable = [meter for meter in meters.values() if isinstance(meter, Meter)]
    problems = {name: why for name, why in meters.items() if isinstance(why, str)}
    in_int8 = map(int8_metric, supernets.added_quality_metrics())
    return {
        **problems,
        **{definition.name: definition for definition in in_int8},
        **{definition.name: definition for meter in usable for definition in meter.metrics},
    }


@functools.cache
def _plug_in_meters() -> dict[str, Meter | str]:
    """Each meter of an installed package, or a sentence on why it cannot be used."""
    meters: dict[str, Meter | str] = {}
    offered = plug_ins.find_entry_points(plug_ins.METERS)
    taken_metrics = {definition.name for meter in BUILT_IN for definition in meter.metrics}
    qualities = supernets.quality_metric_names() if offered else set()
    taken_metrics |= qualities | set(map(int8_name, qualities))
    for name, point in offered.items():
        try:
            meter = point.load()()
            problem = _problem(name, meter, taken_metrics)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a package may fail in any way
            meter, problem = None, _loading_problem(error)
        meters[name] = _problem_sentence(point, problem) if problem else meter
        taken_metrics |= set() if problem else {definition.name for definition in meter.metrics}
    return meters


def forget_plug_ins() -> None:
    """Forget supernets, metrics, meters and clusters of packages; the next call finds them.

    Supernets that are loaded do not change.
    """
    importlib.invalidate_caches()
    plug_ins.find_entry_points.cache_clear()
    metrics.forget_plug_ins()
    cluster_kinds.kinds.cache_clear()
    _plug_in_meters.cache_clear()


def _loading_problem(error: BaseException) -> str:
    reason = str(error) if isinstance(error, DynasError) else error_text(error)
    return f"it does not load ({reason})"


def _problem_sentence(point: EntryPoint, problem: str) -> str:
    return (
        f"The meter '{point.name}' of {plug_ins.describe_origin(point)} cannot be used: {problem}. "
        "Repair or uninstall that package."
    )


def _problem(name: str, meter: Any, taken_metrics: Collection[str]) -> str:
    """What keeps `meter` from being the meter called `name`; empty if nothing does.

    `taken_metrics` are the metrics that other meters measure.
    """
    if not isinstance(meter, Meter):
        return "it is not derived from engine.meters.base.Meter"
    if getattr(meter, "name", None) != name:
        return f"it calls itself '{getattr(meter, 'name', '')}'"
    if name in (built_in.name for built_in in BUILT_IN):
        return "its name is taken"
    missing = [n for n in ("label", "metrics", "depends_on") if not hasattr(meter, n)]
    if missing:
        return f"it lacks {', '.join(missing)}"
    options: Any = meter.Options
    if not (isinstance(options, type) and issubclass(options, Options)):
        return "its Options are not derived from engine.options.Options"
    if unknown := set(meter.depends_on) - set(Factor.__args__):  # type: ignore[attr-defined]
        return f"it depends on {', '.join(map(str, unknown))}, which is none of the factors"
    if not meter.metrics:
        return "it has no metrics"
    for definition in meter.metrics:
        label = getattr(definition, "name", "?")
        if label in taken_metrics:
            return f"it measures {label}, as another meter or a task does"
        if problem := wrong_metric(label, definition):
            return f"the metric {label}: {problem}"
    return ""
