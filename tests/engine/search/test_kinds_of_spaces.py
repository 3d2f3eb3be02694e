"""Every approach on spaces of every kind and of hardly any size."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from engine.config import algorithms_for
from engine.constraints import Constraint
from engine.metrics import METRICS
from engine.search.approaches import APPROACHES
from engine.search.problem import Problem
from engine.space import Gene, SearchSpace
from tests.engine.records import evaluation
from tests.engine.search.driver import quick
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


def problem(space, objectives=2, constraints=()):
    return Problem(
        space,
        [METRICS[name] for name in ("acc", "macs")[:objectives]],
        lambda genotypes: {"macs": values(space, genotypes)["macs"]},
        [Constraint.parse(text) for text in constraints],
    )


def searched(what, approach, population, budget, algorithm=None):
    """The keys of all proposals, one by one, in their order."""
    strategy = quick(APPROACHES[approach](what, population, budget, 0, algorithm))
    keys = []
    while asked := strategy.ask(1):
        genotype = asked[0].genotype
        assert (what.space.canonical(genotype) == genotype).all()
        keys.append(what.space.key(genotype))
        measured = {name: float(v[0]) for name, v in values(what.space, genotype[None]).items()}
        strategy.tell([evaluation(genotype=tuple(map(int, genotype)), metrics=measured)])
    return keys


def of_size(count):
    return SearchSpace((Gene("w", tuple(range(count))),))


@pytest.mark.parametrize("objectives", [1, 2])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 9])
@pytest.mark.parametrize("approach", APPROACHES)
def test_a_tiny_space_is_measured_once_and_to_its_end(approach, size, objectives):
    what = problem(of_size(size), objectives)
    for population in (4, 20):
        keys = searched(what, approach, population, 50)
        assert len(set(keys)) == len(keys) == size


@pytest.mark.parametrize("algorithm", algorithms_for(2))
@pytest.mark.parametrize("approach", ["evolutionary", "one_shot"])
def test_every_algorithm_ends_in_a_tiny_space(approach, algorithm):
    for size in (1, 3, 7):
        keys = searched(problem(of_size(size)), approach, 20, 50, algorithm)
        assert len(set(keys)) == len(keys) == size


@pytest.mark.parametrize("algorithm", algorithms_for(1))
def test_every_algorithm_for_one_objective_ends_in_a_tiny_space(algorithm):
    for size in (1, 3, 7):
        keys = searched(problem(of_size(size), 1), "evolutionary", 20, 50, algorithm)
        assert len(set(keys)) == len(keys) == size


@pytest.mark.parametrize("approach", APPROACHES)
def test_of_a_small_space_all_that_keeps_to_the_constraints_is_measured(approach):
    space = SearchSpace((Gene("w", range(40)), Gene("act", ("relu", "gelu"), kind="categorical")))
    what = problem(space, constraints=["macs <= 6M"])
    allowed = what.allowed(space.every())
    assert 3 < len(allowed) < 30
    keys = searched(what, approach, 20, 200)
    assert len(set(keys)) == len(keys)
    assert set(keys) == set(space.keys(allowed))


def test_random_search_reaches_every_one_of_600():
    space = SearchSpace((Gene("w", range(1, 301)), Gene("k", (3, 5))))
    keys = searched(problem(space), "random", 50, 10_000)
    assert len(set(keys)) == len(keys) == 600


@pytest.mark.parametrize("approach", SEARCHES)
def test_a_space_of_all_kinds_is_searched(approach):
    keys = searched(problem(ALL_KINDS), approach, 20, 60)
    assert len(set(keys)) == len(keys) == 60


@pytest.mark.parametrize("approach", SEARCHES)
def test_a_space_of_all_kinds_is_searched_under_a_constraint(approach):
    what = problem(ALL_KINDS, constraints=["macs <= 5M"])
    keys = searched(what, approach, 20, 60)
    assert len(set(keys)) == len(keys) == 60
    assert (what.computed_violation(ALL_KINDS.from_keys(keys)) == 0).all()


@pytest.mark.parametrize(
    ("objectives", "algorithm"), [(n, name) for n in (1, 2) for name in algorithms_for(n)]
)
def test_every_algorithm_searches_a_space_of_all_kinds(objectives, algorithm):
    keys = searched(problem(ALL_KINDS, objectives), "evolutionary", 12, 40, algorithm)
    assert len(set(keys)) == len(keys) == 40


@pytest.mark.parametrize("approach", APPROACHES)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(space=spaces(most_genes=4, most_choices=4))
def test_no_approach_measures_twice_and_all_reach_the_end(approach, space):
    budget = min(space.size, 40)
    keys = searched(problem(space), approach, 8, budget)
    assert len(set(keys)) == len(keys) == budget


def test_the_first_sample_is_spread_over_categories():
    """No choice of a category is an end of the space, so that none is preferred."""
    space = SearchSpace(
        (Gene("act", ("relu", "gelu", "silu", "tanh"), kind="categorical"), Gene("w", range(400)))
    )
    firsts = [
        space.from_keys(
            [space.key(p.genotype) for p in APPROACHES["dynas"](problem(space), 8, 50, s).ask(4)]
        )
        for s in range(40)
    ]
    counts = np.bincount(np.concatenate(firsts)[:, 0], minlength=4)
    assert counts.min() > 0.6 * counts.mean()
    ends = np.concatenate([first[:2] for first in firsts])
    assert {*ends[:, 1].tolist()} >= {0, 399}
    assert len({*ends[:, 0].tolist()}) == 4


def exhausted(what, approach="random", budget=10_000):
    strategy = APPROACHES[approach](what, 50, budget, 0)
    while asked := strategy.ask(1):
        strategy.tell([evaluation(genotype=tuple(map(int, asked[0].genotype)))])
    return strategy.ending


def test_a_search_that_ends_before_its_budget_says_why():
    assert exhausted(problem(of_size(9)), budget=9) == ""
    assert exhausted(problem(of_size(9))) == (
        "All sub-networks of the space were proposed: there are 9."
    )
    small = SearchSpace((Gene("w", range(40)), Gene("k", (3, 5))))
    some = exhausted(problem(small, constraints=["macs <= 4M"]))
    assert some == "Every sub-network that keeps to the constraints was proposed."
    large = SearchSpace((Gene("w", (1, 2)), *(Gene("k", tuple(range(9))),) * 9))
    few = f"macs <= {problem(large).exact(large.smallest[None])['macs'][0] * 1.0001:.0f}"
    assert exhausted(problem(large, constraints=[few])).endswith("there may be more.")
