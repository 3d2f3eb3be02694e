import numpy as np
import pytest

from engine.pareto.front import non_dominated
from engine.search import inner_search
from tests.engine.search.test_strategies import PROBLEM, SPACE, accuracy


def objectives(genes):
    return np.column_stack([-accuracy(genes), PROBLEM.exact(genes)["macs"] / 1e6])


def refine(predict, rounds):
    rng = np.random.default_rng(0)
    start = SPACE.sample_new(5, rng, set())
    return inner_search.refine(SPACE, predict, start, rng, rounds, 300)


def test_a_refinement_of_one_number_ends_with_better_sub_networks_first():
    genotypes = refine(lambda genes: -accuracy(genes)[:, None], 8)
    values = accuracy(genotypes)
    sampled = accuracy(SPACE.sample(5000, np.random.default_rng(1)))
    assert len(np.unique(genotypes, axis=0)) == len(genotypes)
    assert (np.diff(values) <= 0).all()
    assert values[0] > sampled.max()


def test_a_refinement_of_two_objectives_begins_with_the_front():
    genotypes = refine(objectives, 8)
    front = non_dominated(objectives(genotypes))
    assert len(genotypes) == len(np.unique(genotypes, axis=0)) <= 1500 + 300
    assert front[: front.sum()].all()
    assert front.sum() > 20


@pytest.mark.parametrize("predict", [objectives, lambda genes: objectives(genes)[:, :1]])
def test_without_rounds_it_only_sorts(predict):
    genotypes = refine(predict, 0)
    start = SPACE.sample_new(5, np.random.default_rng(0), set())
    assert {SPACE.key(g) for g in genotypes} == {SPACE.key(g) for g in start}
