"""All meters: the engine's own and those of installed packages; what they say of every metric."""

import functools
import importlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from importlib.metadata import EntryPoint
from typing import Any

from engine import metrics, plug_ins
from engine.errors import DataError, DynasError
from engine.evaluation_settings import EvaluationSettings
from engine.meters.base import Factor, Meter
from engine.meters.conditions import machine_facts
from engine.meters.costs import CostMeter
from engine.meters.latency import LatencyMeter
from engine.meters.memory import MemoryMeter
from engine.meters.quality import QualityMeter
from engine.metrics import Metric, Source, metric, ordered, provide
from engine.metrics import problem as wrong_metric
from engine.options import Options
from engine.quoting import error_text
from engine.space import Genotypes
from engine.supernets import registry as supernets
from engine.supernets.base import Supernet
from engine.tasks.base import held_out_metric

QUALITY, COSTS = QualityMeter(), CostMeter()
BUILT_IN: tuple[Meter, ...] = (QUALITY, COSTS, LatencyMeter(), MemoryMeter())


def all_meters() -> tuple[Meter, ...]:
    """Every meter that can be used, the engine's own first."""
    return (*BUILT_IN, *(found for found in _added().values() if isinstance(found, Meter)))


def by_name() -> dict[str, Meter]:
    """Every meter that can be used by its name."""
    return {meter.name: meter for meter in all_meters()}


def problems() -> list[str]:
    """A sentence for each meter of an installed package that cannot be used."""
    return [found for found in _added().values() if isinstance(found, str)]


def meter_of(name: str) -> Meter:
    """The meter that gives a metric: qualities and exact numbers are not listed by theirs.

    Qualities on held-out data, by their names, count as what they are.
    """
    if held_out_metric(name) is not None:
        return QUALITY
    for meter in all_meters():
        if any(known.name == name for known in meter.metrics):
            return meter
    return COSTS if metric(name).computable else QUALITY


def options_used(metric: str) -> tuple[str, ...]:
    """The meters whose options decide how a metric is measured: its own, and that it borrows of."""
    meter = meter_of(metric)
    return meter.name, *meter.borrows_options_of


def sources(supernet: Supernet, settings: EvaluationSettings) -> dict[str, Source]:
    """Where the number of each metric of a supernet comes from under `settings`.

    The qualities of its task come first, as the task lists them. A metric that is not here cannot
    be had with them.
    """
    qualities = [known.name for known in supernet.task.metrics]
    found = {n: s for meter in all_meters() for n, s in meter.sources(supernet, settings).items()}
    return {name: found[name] for name in ordered(found, first=qualities)}


def sources_of(
    supernet: Supernet, genotype: Genotypes, settings: EvaluationSettings
) -> dict[str, str]:
    """As `sources`, and what holds for one sub-network `(genes,)` alone.

    Such as that a number is extrapolated.
    """
    return {**sources(supernet, settings), **supernet.subnetwork_sources(genotype, settings)}


def refusal(name: str, supernet: Supernet, settings: EvaluationSettings) -> str:
    """Why a metric cannot be had of a supernet under `settings`, a sentence; empty if it can."""
    there = sources(supernet, settings)
    if name in there:
        return ""
    said = meter_of(name).refusal(supernet, settings)
    several = len(supernet.quality_sources) > 1
    how = f" with accuracy from the {supernet.quality_source(settings)}" if several else ""
    return said or f"{supernet.name} has no '{name}'{how}. Choose from {', '.join(there)}."


def needs_this_machine(name: str, settings: EvaluationSettings) -> bool:
    """Whether the number of a metric is measured, and holds for this machine alone."""
    return "machine" in meter_of(name).factors(name, settings)


def holds_for_a_machine(name: str) -> bool:
    """Whether numbers of a metric hold for one machine, unless they come from a table."""
    return "machine" in meter_of(name).depends_on


def alone(names: Iterable[str], settings: EvaluationSettings) -> list[str]:
    """Those metrics that are measured while nothing else is, so that one worker is enough."""
    return [name for name in names if needs_this_machine(name, settings)]


def determinants(
    name: str, supernet: str, fingerprint: str, genotype: Genotypes, settings: EvaluationSettings
) -> dict[str, Any]:
    """Everything that decides the number of a metric of a sub-network, as plain data.

    `fingerprint` is that of the supernet under `settings`.
    """
    meter = meter_of(name)
    factors = meter.factors(name, settings)
    keys: dict[str, Any] = {
        "supernet": supernet,
        "genotype": [int(gene) for gene in genotype],
        "metric": name,
    }
    if factors & {"weights", "data"}:
        keys["fingerprint"] = fingerprint
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
    """Raise ConfigError or DataError for options of meters that cannot be kept to."""
    known = by_name()
    wanted = {meter_of(name).name for name in names}
    for name in dict.fromkeys([*settings.meters, *sorted(wanted)]):
        if name not in known:
            raise DataError(
                f"meter_options: there is no meter '{name}'. Choose from {', '.join(known)}."
            )
        known[name].check(settings)


def facts(names: Sequence[str], settings: EvaluationSettings) -> dict[str, Any]:
    """What the meters of some metrics tell of how they measure, such as batch and threads."""
    found: dict[str, Any] = {}
    for name in names:
        found |= meter_of(name).determinants(name, settings)
    return found


@provide
def _metrics() -> Mapping[str, Metric | str]:
    """The metrics of installed meters."""
    found = _added()
    usable = [meter for meter in found.values() if isinstance(meter, Meter)]
    broken = {name: why for name, why in found.items() if isinstance(why, str)}
    return {**broken, **{known.name: known for meter in usable for known in meter.metrics}}


@functools.cache
def _added() -> dict[str, Meter | str]:
    """Each meter that an installed package adds, or a sentence on why it cannot be used."""
    added: dict[str, Meter | str] = {}
    offered = plug_ins.offered(plug_ins.METERS)
    taken = {known.name for meter in BUILT_IN for known in meter.metrics}
    taken |= supernets.qualities() if offered else set()
    for name, point in offered.items():
        try:
            found = point.load()()
            problem = _problem(name, found, taken)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a package may fail in any way
            found, problem = None, _reason(error)
        added[name] = _refused(point, problem) if problem else found
        taken |= set() if problem else {known.name for known in found.metrics}
    return added


def forget_added() -> None:
    """Look anew for what installed packages offer when it is asked for next.

    That holds for supernets, metrics and meters. A supernet that is loaded stays as it is.
    """
    importlib.invalidate_caches()
    plug_ins.offered.cache_clear()
    metrics.forget_added()
    _added.cache_clear()


def _reason(error: BaseException) -> str:
    said = str(error) if isinstance(error, DynasError) else error_text(error)
    return f"it does not load ({said})"


def _refused(point: EntryPoint, problem: str) -> str:
    return (
        f"The meter '{point.name}' of {plug_ins.origin(point)} cannot be used: {problem}. Repair "
        "or uninstall that package."
    )


def _problem(name: str, found: Any, taken: Collection[str]) -> str:
    """What keeps `found` from being the meter called `name`; empty if nothing does.

    `taken` are the metrics that other meters measure.
    """
    if not isinstance(found, Meter):
        return "it is not derived from engine.meters.base.Meter"
    if getattr(found, "name", None) != name:
        return f"it calls itself '{getattr(found, 'name', '')}'"
    if any(meter.name == name for meter in BUILT_IN):
        return "its name is taken"
    lacking = [n for n in ("label", "metrics", "depends_on") if not hasattr(found, n)]
    if lacking:
        return f"it lacks {', '.join(lacking)}"
    options: Any = found.Options
    if not (isinstance(options, type) and issubclass(options, Options)):
        return "its Options are not derived from engine.options.Options"
    if unknown := set(found.depends_on) - set(Factor.__args__):  # type: ignore[attr-defined]
        return f"it depends on {', '.join(map(str, unknown))}, which is none of the factors"
    if not found.metrics:
        return "it has no metrics"
    for known in found.metrics:
        label = getattr(known, "name", "?")
        if label in taken:
            return f"it measures {label}, as another meter or a task does"
        if wrong := wrong_metric(label, known):
            return f"the metric {label}: {wrong}"
    return ""
