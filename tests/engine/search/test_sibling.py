"""Searches that begin with a run of a sibling; the space and its front are of test_approaches."""

from dataclasses import replace

import numpy as np
import pytest

from engine.constraints import Constraint
from engine.errors import SpaceError
from engine.metrics import METRICS
from engine.search.approaches import APPROACHES
from engine.search.sibling import Sibling
from tests.engine.search.driver import complete_run, resumed_evaluations, with_less_effort
from tests.engine.search.test_approaches import (
    SPACE,
    evaluate,
    evaluations_of,
    problem,
    share_of_the_known_front,
    truth,
)

GENOTYPES = SPACE.sample_new(150, np.random.default_rng(5), set())
LEARNING = ["dynas", "one_shot", "evolutionary"]


def accuracy_there(genotypes):
    """On another scale than here, and with differences of its own."""
    here = truth(genotypes)["acc"]
    return 20 + 0.5 * here + 0.05 * np.sin(genotypes.sum(axis=1))


def sibling(search_problem, genotypes=GENOTYPES):
    return Sibling(search_problem, genotypes, {"acc": accuracy_there(genotypes)})


def strategy(approach="dynas", begins_with_sibling=True, seed=1, search_problem=None):
    search_problem = search_problem or problem(2)
    made = with_less_effort(APPROACHES[approach](search_problem, 16, 20, seed))
    if begins_with_sibling:
        made.sibling = sibling(search_problem)
    return made


@pytest.mark.parametrize("approach", LEARNING)
def test_the_best_of_the_sibling_is_measured_first(approach):
    first = strategy(approach).ask(3)
    leading = {SPACE.key(g) for g in sibling(problem(2)).leading(3)}
    assert {SPACE.key(p.genotype) for p in first} == leading


@pytest.mark.parametrize("approach", ["dynas", "evolutionary"])
def test_a_search_gets_further_with_a_sibling(approach):
    def shares(begins_with_sibling):
        return [
            share_of_the_known_front(evaluations_of(strategy(approach, begins_with_sibling, s)), 2)
            for s in range(3)
        ]

    assert np.mean(shares(True)) > np.mean(shares(False)) + 0.01


def test_no_number_of_the_sibling_becomes_a_result():
    evaluations, plans = complete_run(strategy(), evaluate)
    assert len(evaluations) == 20
    for e in evaluations:
        assert e.metrics["acc"] == truth(np.array([e.genotype]))["acc"][0]
    proposals = [p for plan in plans for p in plan.proposals if p.predicted]
    assert len(proposals) == 16
    errors = [p.predicted["acc"] - truth(p.genotype[None])["acc"][0] for p in proposals]
    assert np.abs(errors).mean() < 1.0  # in the unit of the search, not of the sibling


def test_leading_sub_networks_are_on_its_front_the_best_first():
    found = sibling(problem(2)).leading(1000)
    costs, gains = truth(found)["macs"], accuracy_there(found)
    order = np.argsort(costs)
    assert (np.diff(gains[order]) > 0).all()
    assert np.array_equal(sibling(problem(2)).leading(4), found[:4])


def test_costs_are_those_of_the_supernet_that_is_searched():
    """A sibling that would compute other MACs has another front than its values there."""
    reverse = replace(problem(2), exact=lambda g: {"macs": -truth(g)["macs"]})
    largest = sibling(reverse).leading(1)[0]
    assert truth(largest[None])["macs"] > np.median(truth(GENOTYPES)["macs"])


def test_limits_exclude_sub_networks_of_the_sibling():
    limit = float(np.median(truth(GENOTYPES)["macs"]))
    limited = replace(problem(2), constraints=[Constraint(METRICS["macs"], False, limit)])
    assert (truth(sibling(limited).leading(50))["macs"] <= limit).all()
    made = strategy(search_problem=limited)
    assert all(e.metrics["macs"] <= limit for e in evaluations_of(made))
    none = replace(problem(2), constraints=[Constraint(METRICS["macs"], False, 1.0)])
    assert len(sibling(none).leading(5)) == 0


@pytest.mark.parametrize("approach", LEARNING)
def test_an_interrupted_search_goes_on_from_its_log(approach):
    run = complete_run(strategy(approach), evaluate)
    rest = resumed_evaluations(strategy(approach), evaluate, run, 13)
    assert [e.genotype for e in rest] == [e.genotype for e in run[0][13:]]


def test_genotypes_of_another_space_are_refused():
    with pytest.raises(SpaceError):
        Sibling(problem(2), GENOTYPES[:, :-1], {"acc": np.zeros(len(GENOTYPES))})
