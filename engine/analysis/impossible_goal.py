"""Whether any sub-network of a run's supernet can keep to the limits of a goal."""

from collections.abc import Sequence

from engine.constraints import Constraint
from engine.errors import DynasError
from engine.gene_names import capitalised
from engine.runs.history import RunHistory
from engine.search.feasibility import impossibility
from engine.search.problem import Problem
from engine.supernets import registry


def impossible_text(history: RunHistory, limits: Sequence[Constraint]) -> str:
    """A sentence on limits that no sub-network of the run's supernet can keep to.

    Empty where that is not proven, or where the supernet is not installed.
    """
    try:
        supernet = registry.load(history.supernet_name).with_options(history.config.settings)
    except DynasError:
        return ""
    costs = supernet.exact_metric_names
    problem = Problem(supernet.space, history.objectives, supernet.exact_metrics, limits)
    return capitalised(impossibility(problem, costs))
