"""Every approach on spaces of every kind and of hardly any size."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from engine import search_methods
from engine.config import algorithms_for
from engine.constraints import Constraint
from engine.metrics import METRICS
from engine.search.approaches import APPROACHES
from engine.search.problem import Problem
from engine.space import Gene, SearchSpace
from tests.engine.records import evaluation
from tests.engine.search.driver import with_less_effort
from tests.engine.space.contract import spaces

ALL_KINDS = SearchSpace(
    (
        Gene("act", ("relu", "gelu", "silu"), kind="categorical"),
        Gene("d", (1, 2, 3)),
        Gene("width", range(8, 4097), switch=1, needs=2),
        Gene("heads", (1, 2, 4), switch=2, needs=1024),
        Gene("norm", ("batch", "layer"), switch=0, needs=("relu", "silu"), kind="categorical"),
        Gene("seed", range(2**31)),
    )
)

SEARCHES = [name for name in APPROACHES if name != "grid"]


def values(space, genotypes):
    features = space.features(genotypes)
    weights = np.random.default_rng(3).gamma(1.0, size=(features.shape[1], 2))
    gain, cost = (features @ weights).T
    return {"acc": 80 + 15 * np.tanh(gain / 9), "macs": 1e6 * (1 + cost)}


def problem(space, objectives=2, constraints=(), approach="dynas"):
    """Accuracy is computed where the approach measures nothing."""
    computed = ("acc", "macs") if search_methods.APPROACHES[approach].computes else ("macs",)
    return Problem(
        space,
        [METRICS[name] for name in ("acc", "macs")[:objectives]],
        lambda genotypes: {name: values(space, genotypes)[name] for name in computed},
        [Constraint.parse(text) for text in constraints],
    )


def proposed_keys(search_problem, approach, population, budget, algorithm=None):
    """The keys of all proposals, one by one, in their order."""
    strategy = with_less_effort(
        APPROACHES[approach](search_problem, population, budget, 0, algorithm)
    )
    keys = []
    while proposals := strategy.ask(1):
        genotype = proposals[0].genotype
        assert (search_problem.space.canonical(genotype) == genotype).all()
        keys.append(search_problem.space.key(genotype))
        metrics = {
            name: float(v[0]) for name, v in values(search_problem.space, genotype[None]).items()
        }
        strategy.tell([evaluation(genotype=tuple(map(int, genotype)), metrics=metrics)])
    return keys


def space_of_size(count):
    return SearchSpace((Gene("w", tuple(range(count))),))


@pytest.mark.parametrize("objectives", [1, 2])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 9])
@pytest.mark.parametrize("approach", APPROACHES)
def test_a_tiny_space_is_measured_once_and_to_its_end(approach, size, objectives):
    search_problem = problem(space_of_size(size), objectives, approach=approach)
    for population in (4, 20):
        keys = proposed_keys(search_problem, approach, population, 50)
        assert len(set(keys)) == len(keys) == size


@pytest.mark.parametrize("algorithm", algorithms_for(2))
@pytest.mark.parametrize("approach", ["evolutionary", "one_shot"])
def test_every_algorithm_ends_in_a_tiny_space(approach, algorithm):
    for size in (1, 3, 7):
        keys = proposed_keys(problem(space_of_size(size)), approach, 20, 50, algorithm)
        assert len(set(keys)) == len(keys) == size


@pytest.mark.parametrize("algorithm", algorithms_for(1))
def test_every_algorithm_for_one_objective_ends_in_a_tiny_space(algorithm):
    for size in (1, 3, 7):
        keys = proposed_keys(problem(space_of_size(size), 1), "evolutionary", 20, 50, algorithm)
        assert len(set(keys)) == len(keys) == size


@pytest.mark.parametrize("approach", APPROACHES)
def test_of_a_small_space_all_that_keeps_to_the_constraints_is_measured(approach):
    space = SearchSpace((Gene("w", range(40)), Gene("act", ("relu", "gelu"), kind="categorical")))
    search_problem = problem(space, constraints=["macs <= 6M"], approach=approach)
    feasible_genotypes = search_problem.feasible_genotypes(space.all_genotypes())
    assert 3 < len(feasible_genotypes) < 30
    keys = proposed_keys(search_problem, approach, 20, 200)
    assert len(set(keys)) == len(keys)
    assert set(keys) == set(space.keys(feasible_genotypes))


def test_random_search_reaches_every_one_of_600():
    space = SearchSpace((Gene("w", range(1, 301)), Gene("k", (3, 5))))
    keys = proposed_keys(problem(space), "random", 50, 10_000)
    assert len(set(keys)) == len(keys) == 600


@pytest.mark.parametrize("approach", SEARCHES)
def test_a_space_of_all_kinds_is_searched(approach):
    keys = proposed_keys(problem(ALL_KINDS, approach=approach), approach, 20, 60)
    assert len(set(keys)) == len(keys) == 60


@pytest.mark.parametrize("approach", SEARCHES)
def test_a_space_of_all_kinds_is_searched_under_a_constraint(approach):
    search_problem = problem(ALL_KINDS, constraints=["macs <= 5M"], approach=approach)
    keys = proposed_keys(search_problem, approach, 20, 60)
    assert len(set(keys)) == len(keys)
    assert len(keys) == 60 or search_methods.APPROACHES[approach].computes  # keeps some only
    assert (search_problem.computed_violation(ALL_KINDS.genotypes_from_keys(keys)) == 0).all()


@pytest.mark.parametrize(
    ("objectives", "algorithm"), [(n, name) for n in (1, 2) for name in algorithms_for(n)]
)
def test_every_algorithm_searches_a_space_of_all_kinds(objectives, algorithm):
    keys = proposed_keys(problem(ALL_KINDS, objectives), "evolutionary", 12, 40, algorithm)
    assert len(set(keys)) == len(keys) == 40


@pytest.mark.parametrize("approach", APPROACHES)
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(space=spaces(most_genes=4, most_choices=4))
def test_no_approach_measures_twice_and_all_reach_the_end(approach, space):
    budget = min(space.size, 24)
    keys = proposed_keys(problem(space, approach=approach), approach, 8, budget)
    assert len(set(keys)) == len(keys) == budget


def test_the_first_sample_is_spread_over_categories():
    """No choice of a category is an end of the space, so that none is preferred."""
    space = SearchSpace(
        (Gene("act", ("relu", "gelu", "silu", "tanh"), kind="categorical"), Gene("w", range(400)))
    )
    firsts = [
        space.genotypes_from_keys(
            [space.key(p.genotype) for p in APPROACHES["dynas"](problem(space), 8, 50, s).ask(4)]
        )
        for s in range(40)
    ]
    counts = np.bincount(np.concatenate(firsts)[:, 0], minlength=4)
    assert counts.min() > 0.6 * counts.mean()
    ends = np.concatenate([first[:2] for first in firsts])
    assert {*ends[:, 1].tolist()} >= {0, 399}
    assert len({*ends[:, 0].tolist()}) == 4


def stop_reason_of(search_problem, approach="random", budget=10_000):
    strategy = APPROACHES[approach](search_problem, 50, budget, 0)
    while proposals := strategy.ask(1):
        strategy.tell([evaluation(genotype=tuple(map(int, proposals[0].genotype)))])
    return strategy.stop_reason


def test_a_search_that_ends_before_its_budget_says_why():
    assert stop_reason_of(problem(space_of_size(9)), budget=9) == ""
    assert stop_reason_of(problem(space_of_size(9))) == (
        "All sub-networks of the space were proposed: there are 9."
    )
    small = SearchSpace((Gene("w", range(40)), Gene("k", (3, 5))))
    some = stop_reason_of(problem(small, constraints=["macs <= 4M"]))
    assert some == "Every sub-network that keeps to the constraints was proposed."
    large = SearchSpace((Gene("w", (1, 2)), *(Gene("k", tuple(range(9))),) * 9))
    few = f"macs <= {problem(large).exact(large.smallest[None])['macs'][0] * 1.0001:.0f}"
    assert stop_reason_of(problem(large, constraints=[few])).endswith("there may be more.")
