"""The strategies by the name of their approach, and checks of a configuration."""

import math
from collections.abc import Collection, Mapping
from dataclasses import replace

from engine import search_methods
from engine.config import NASConfig
from engine.errors import ConfigError
from engine.meters import registry as meters
from engine.meters.computed_metrics import computed_metrics, measured_metrics
from engine.metrics import metric
from engine.pareto.points import Points
from engine.search.feasibility import infeasibility
from engine.search.predictor_based import PredictorBasedSearch
from engine.search.problem import Problem
from engine.search.sibling import Sibling
from engine.search.strategy import Strategy
from engine.search_methods import implementation
from engine.space import Genotypes
from engine.space.gene_order import is_traversable
from engine.supernets.base import Supernet

LARGEST_GRID = 1_000_000

APPROACHES: dict[str, type[Strategy]] = {
    name: implementation(entry) for name, entry in search_methods.APPROACHES.items()
}


def check(config: NASConfig, supernet: Supernet, given: Collection[str] = ()) -> None:
    """Raise ConfigError if the configuration contradicts itself or does not fit the supernet.

    Metrics that are `given` need not be measured here.
    """
    config.require_valid()
    for name in config.all_metrics:
        if name not in given and (reason := meters.refusal(name, supernet, config.settings)):
            raise ConfigError(f"{_requesting_setting(config, name)}: {reason}")
    _check_computed(config, supernet)
    space = supernet.space
    exhaustive = search_methods.APPROACHES[config.approach].exhaustive
    problem = problem_for(config, supernet)
    can_begin = is_traversable(space) and not problem.has_computed_constraints
    if exhaustive and space.size > LARGEST_GRID and not can_begin:
        raise ConfigError(
            f"{config.location('approach')}approach: a grid measures every sub-network, and "
            f"{config.dynas.supernet} has {_rounded(space.size)} of them. Choose another approach, "
            f"or a supernet with at most {LARGEST_GRID:,}."
        )
    limited = problem.computed_names.intersection(c.metric.name for c in config.constraints)
    limits = replace(problem, exact=computed_metrics(supernet, config.settings).only(limited))
    costs = supernet.with_options(config.settings).exact_metric_names
    if why := infeasibility(limits, costs):
        raise ConfigError(f"{config.location('dynas', 'constraints')}dynas.constraints: {why}")


def _check_computed(config: NASConfig, supernet: Supernet) -> None:
    """Raise ConfigError if an approach that measures nothing would have to."""
    limited = [constraint.metric.name for constraint in config.constraints]
    measured = measured_metrics(
        dict.fromkeys([*config.dynas.metrics, *limited, *config.dynas.record]),
        supernet,
        config.settings,
    )
    if search_methods.APPROACHES[config.approach].computes and measured:
        name = measured[0]
        why = meters.meter_of(name).no_computation_reason(supernet, config.settings)
        instead = f"'{name}' cannot be computed. {why}"
        if not why:
            instead = (
                f"'{name}' would be measured here. Leave it out, or choose another approach. "
                "Latency can be computed from a table of parts, accuracy by a published predictor."
            )
        raise ConfigError(
            f"{_requesting_setting(config, name)}: the approach {config.approach} measures "
            f"nothing, and {instead}"
        )


def can_compute(config: NASConfig, supernet: Supernet) -> bool:
    """Whether every metric of a search is computed, so that no measurement is needed."""
    return not measured_metrics(config.all_metrics, supernet, config.settings)


def _requesting_setting(config: NASConfig, name: str) -> str:
    """The setting that requests a metric, with its place in the text that it was read from."""
    constrained = [constraint.metric.name for constraint in config.constraints]
    metrics_by_setting = {
        "metrics": config.dynas.metrics,
        "constraints": constrained,
        "record": config.dynas.record,
    }
    for setting, names in metrics_by_setting.items():
        if name in names:
            return f"{config.location('dynas', setting, names.index(name))}dynas.{setting}"
    raise LookupError(name)


def _rounded(count: int) -> str:
    """Such as `2.2e+19`; a count may be larger than any floating-point number."""
    return f"{count:.1e}" if count < 10**300 else f"10^{math.floor(math.log10(count))}"


def problem_for(config: NASConfig, supernet: Supernet) -> Problem:
    """The search problem of a configuration and a supernet."""
    computed = computed_metrics(supernet, config.settings)
    exact = computed.only(names_known_to_search(config, computed.names))
    return Problem(supernet.space, config.objectives, exact, config.constraints)


def names_known_to_search(config: NASConfig, computed_names: Collection[str]) -> set[str]:
    """Those of the computed metrics that a search with `config` computes, and never predicts.

    Where every objective could be computed, a search with a budget takes quality for a measurement:
    it shows what so many measurements would find.
    """
    names = {m.name for m in (*config.objectives, *(c.metric for c in config.constraints))}
    computes = search_methods.APPROACHES[config.approach].computes
    if not computes and all(o.name in computed_names for o in config.objectives):
        names = {n for n in names if metric(n).computable or not meters.is_quality(n)}
    return names.intersection(computed_names)


def strategy_for(
    config: NASConfig, problem: Problem, budget: int,
    sibling: tuple[Genotypes, Mapping[str, Points]] | None = None,
) -> Strategy:  # fmt: skip
    """The strategy of a configuration in its initial state.

    `sibling` has the sub-networks and values of a sibling supernet, as `Sibling` takes them.
    """
    strategy = APPROACHES[config.approach](
        problem, config.dynas.population, budget, config.search.seed, config.search_algorithm
    )
    strategy.synchronous = config.search.deterministic
    if isinstance(strategy, PredictorBasedSearch):
        strategy.predictor = config.search.predictor
    if sibling is not None:
        strategy.sibling = Sibling(problem, *sibling)
    return strategy
