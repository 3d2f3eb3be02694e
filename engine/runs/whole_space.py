"""How many evaluations a search can make at most: spaces may be smaller than budgets."""

from collections.abc import Sequence
from typing import Any

from engine.config import NASConfig
from engine.evaluation.record import Evaluation
from engine.log.event import Event
from engine.runs.genotypes import genotypes_of
from engine.supernets.base import Supernet

_ENTRY = "most_evaluations"
_LARGEST = 10**6  # sub-networks of a space that a budget may come near to
_COUNTED = 1000  # sub-networks whose costs are counted, if the budget is not larger


def most_evaluations(
    config: NASConfig, supernet: Supernet, known: Sequence[Evaluation] = ()
) -> dict[str, Any]:
    """The entry of the first event of a run on a space that a search may measure whole.

    How many evaluations there are when each sub-network that keeps to the computed constraints is
    measured, with the `known` ones. Empty for a large space.
    """
    from engine.search import approaches  # takes seconds, and only a search needs it

    size = supernet.space.size
    if size > _LARGEST:
        return {}
    problem = approaches.problem_for(config, supernet)
    if not problem.has_computed_constraints:
        return {_ENTRY: size}
    if size > max(config.dynas.num_evals, _COUNTED):
        return {}
    there = len(problem.feasible_genotypes(supernet.space.all_genotypes()))
    infeasible = 0
    if known:
        genotypes = genotypes_of(known, supernet.space)
        infeasible = len(known) - len(problem.feasible_genotypes(genotypes))
    return {_ENTRY: there + infeasible}


def planned_evaluations(config: NASConfig, supernet: Supernet) -> int:
    """The evaluations of a search that has not begun: its budget, or fewer in a small space."""
    return min(config.dynas.num_evals, supernet.space.size)


def within_space(budget: int, events: Sequence[Event], done: int, retries: int) -> int:
    """A budget, or what can be measured of a small space if that is less; at least `done`."""
    most = events[0].data.get(_ENTRY) if events else None
    return budget if most is None else max(done, min(budget, most + retries))
