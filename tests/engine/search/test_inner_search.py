import numpy as np
import pytest

from engine.pareto.front import non_dominated
from engine.search import inner_search
from tests.engine.search.test_strategies import PROBLEM, SPACE, accuracy


def objectives(genes):
    return np.column_stack([-accuracy(genes), PROBLEM.exact(genes)["macs"] / 1e6])


def refined(predict, rounds):
    rng = np.random.default_rng(0)
    start = SPACE.sample_new(5, rng, set())
    return inner_search.refined(SPACE, predict, start, rng, rounds, 300)


def test_a_refinement_of_one_number_ends_with_better_sub_networks_first():
    found = refined(lambda genes: -accuracy(genes)[:, None], 8)
    values = accuracy(found)
    sampled = accuracy(SPACE.sample(5000, np.random.default_rng(1)))
    assert len(np.unique(found, axis=0)) == len(found)
    assert (np.diff(values) <= 0).all()
    assert values[0] > sampled.max()


def test_a_refinement_of_two_objectives_begins_with_the_front():
    found = refined(objectives, 8)
    front = non_dominated(objectives(found))
    assert len(found) == len(np.unique(found, axis=0)) <= 1500 + 300
    assert front[: front.sum()].all()
    assert front.sum() > 20


@pytest.mark.parametrize("predict", [objectives, lambda genes: objectives(genes)[:, :1]])
def test_without_rounds_it_only_sorts(predict):
    found = refined(predict, 0)
    start = SPACE.sample_new(5, np.random.default_rng(0), set())
    assert {SPACE.key(g) for g in found} == {SPACE.key(g) for g in start}
