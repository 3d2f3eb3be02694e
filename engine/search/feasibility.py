"""Whether any sub-network can satisfy the constraints of a search."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from engine.bound_text import COUNT_UNITS, PREFIXES
from engine.constraints import Constraint
from engine.metrics import Metric
from engine.pareto.front import Points
from engine.search.problem import Problem
from engine.space import Genotypes

_RANDOM_SAMPLE_SIZE = 1000  # random sub-networks that have to be in the range of a cost as well
_SHOWN_DIGITS = 3  # of the width of a range


def infeasibility(problem: Problem, costs: Collection[str] = ()) -> str:
    """Sentences on why no sub-network was found that satisfies the constraints; empty if one was.

    That there is none is said only where it is proven: by the possible values of a metric; by two
    bounds that exclude each other; by one of the `costs`, which grow with every gene, where the
    limit is beyond its values of the smallest and the largest sub-network; or by all sub-networks
    of a small space. Otherwise the sentences say how many were tried.
    """
    if why := impossibility(problem, costs):
        return why
    if not problem.has_computed_constraints:
        return ""
    tried: set[bytes] = set()
    ranges: dict[str, Points] = {}

    def recorded(genotypes: Genotypes) -> Mapping[str, Points]:
        values = problem.exact(genotypes)
        tried.update(problem.space.keys(genotypes))
        for name, column in values.items():
            seen = np.append(column, ranges.get(name, []))
            ranges[name] = np.array([seen.min(), seen.max()])
        return values

    recording = replace(problem, exact=recorded)
    if len(recording.sample_new(1, np.random.default_rng(0), set())):
        return ""
    limits = _joined(problem.constraints)
    limited = {c.metric.name: c.metric for c in problem.constraints if c.metric.name in ranges}
    range_texts = "; ".join(_range_text(metric, ranges[name]) for name, metric in limited.items())
    if problem.is_enumerable:
        return f"no sub-network keeps to {limits}. In this supernet {range_texts}."
    return (
        f"none of {len(tried):,} sub-networks that were tried keeps to {limits}. Among them "
        f"{range_texts}. Set a wider limit."
    )


def impossibility(problem: Problem, costs: Collection[str] = ()) -> str:
    """As `infeasibility`, but empty unless it is proven without going through sub-networks."""
    if why := _contradiction(problem.constraints):
        return why
    return _beyond_ends(problem, costs) if problem.has_computed_constraints else ""


def _contradiction(constraints: Sequence[Constraint]) -> str:
    """A sentence on a bound that no value satisfies, or on two that no value satisfies both."""
    for constraint in constraints:
        limited = constraint.metric
        best = limited.highest if constraint.at_least else limited.lowest
        if best is not None and constraint.violation(best) > 0:
            most, side = ("most", "below") if constraint.at_least else ("least", "above")
            value = f"{best:g} {limited.unit}".rstrip()
            return (
                f"no sub-network keeps to {constraint.label}. {limited.label} is {value} at "
                f"{most}: set a limit {side} that."
            )
    for one, other in combinations(constraints, 2):
        is_pair = one.metric.name == other.metric.name and one.at_least != other.at_least
        if is_pair and max(one.violation(other.limit), other.violation(one.limit)) > 0:
            return f"no sub-network keeps to {_joined([one, other])}: they exclude each other."
    return ""


def _beyond_ends(problem: Problem, costs: Collection[str]) -> str:
    """A sentence on limits beyond the costs of the smallest and the largest sub-network.

    Categorical genes have no ends, and costs that random sub-networks exceed do not grow with every
    gene: these prove nothing.
    """
    limited = [c for c in problem.constraints if c.metric.name in costs]
    space = problem.space
    if not limited or not space.ordered.all():
        return ""
    ends = problem.exact(np.array([space.smallest, space.largest]))
    missed = [c for c in limited if c.violation(ends[c.metric.name]).min() > 0]
    if not missed:
        return ""
    sample = problem.exact(space.sample(_RANDOM_SAMPLE_SIZE, np.random.default_rng(0)))
    for constraint in missed:
        values, bounds = sample[constraint.metric.name], ends[constraint.metric.name]
        if bounds.min() <= values.min() and values.max() <= bounds.max():
            range_text = _range_text(constraint.metric, bounds)
            return f"no sub-network keeps to {constraint.label}. In this supernet {range_text}."
    return ""


def _joined(constraints: Sequence[Constraint]) -> str:
    return " and ".join(constraint.label for constraint in constraints)


def _range_text(metric: Metric, values: Points) -> str:
    """The range of `values`, both ends with the same decimals.

    Such as `Top-1 accuracy goes from 71.9 to 79.5 %` or `MACs go from 121.3 M to 566.1 M`. Ends of
    counts are rounded into the range, so that a limit that is copied from the sentence can be kept.
    """
    low, high = float(values.min()), float(values.max())
    if metric.unit not in COUNT_UNITS:
        decimals = _decimals(high - low or abs(high) or 1.0, _SHOWN_DIGITS)
        unit = f" {metric.unit}".rstrip()
        return f"{metric.label} goes from {low:,.{decimals}f} to {high:,.{decimals}f}{unit}"
    prefix, exponent = next(
        ((p, e) for p, e in reversed(PREFIXES.items()) if high >= 10**e), ("", 0)
    )
    low, high = low / 10**exponent, high / 10**exponent
    decimals = min(_decimals(high - low or high or 1.0, _SHOWN_DIGITS + 1), exponent)
    step = 10**decimals
    inner = math.ceil(low * step) / step, math.floor(high * step) / step
    first, last = inner if inner[0] <= inner[1] else (low, high)
    ends = (f"{first:,.{decimals}f} {prefix}".rstrip(), f"{last:,.{decimals}f} {prefix}".rstrip())
    return f"{metric.label} go from {ends[0]} to {ends[1]}"


def _decimals(width: float, digits: int) -> int:
    """The decimals with which a value as large as `width` has so many digits."""
    return max(0, digits - 1 - math.floor(math.log10(width)))
