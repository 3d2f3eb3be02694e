import functools

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from engine.metrics import METRICS
from engine.pareto.front import FrontTracker, minimised
from engine.search.baselines import RandomSearch
from engine.search.dynas import Dynas
from engine.search.problem import Problem
from engine.search.strategy import Plan, Proposal
from engine.space import Gene, SearchSpace, mbconv_space
from tests.engine.records import evaluation
from tests.engine.search.driver import (
    complete_run,
    resumed_evaluations,
    run_to_end,
    with_less_effort,
)

SPACE = mbconv_space(stages=2, blocks=3, depths=(1, 2, 3))
WEIGHTS = np.random.default_rng(7).normal(size=int(SPACE.choices.sum()))


def exact(genotypes):
    features = SPACE.features(genotypes)
    return {"macs": 1e6 * (1 + features @ np.arange(features.shape[1]) / 100)}


def accuracy(genotypes):
    return (
        85 + 2 * np.log(exact(genotypes)["macs"] / 1e6) + 0.1 * SPACE.features(genotypes) @ WEIGHTS
    )


PROBLEM = Problem(SPACE, [METRICS["acc"], METRICS["macs"]], exact)


def evaluate(proposal, **changes):
    g = proposal.genotype[None]
    fields = {"genotype": tuple(map(int, g[0])), "cycle": proposal.cycle, **changes}
    return evaluation(float(accuracy(g)[0]), float(exact(g)["macs"][0]), **fields)


def evaluations_of(strategy):
    return run_to_end(strategy, evaluate)


@pytest.mark.parametrize("approach", [Dynas, RandomSearch])
@pytest.mark.parametrize(("population", "budget"), [(10, 35), (2, 9), (20, 20), (30, 7)])
def test_exactly_the_budget_and_never_a_duplicate(approach, population, budget):
    evaluations = evaluations_of(with_less_effort(approach(PROBLEM, population, budget, seed=1)))
    assert len(evaluations) == budget
    assert len({e.genotype for e in evaluations}) == budget


@pytest.mark.parametrize("approach", [Dynas, RandomSearch])
def test_a_small_space_is_searched_to_the_end(approach):
    space = SearchSpace((Gene("k", (3, 5, 7)), Gene("k", (3, 5, 7))))
    problem = Problem(space, [METRICS["acc"]], lambda g: {})
    strategy = approach(problem, 4, 100, seed=0)
    keys = set()
    while proposals := strategy.ask(1):
        g = proposals[0].genotype
        keys.add(space.key(g))
        strategy.tell([evaluation(float(g.sum()), genotype=tuple(map(int, g)))])
    assert len(keys) == 9


def new_strategy(approach):
    return with_less_effort(approach(PROBLEM, 10, 25, seed=3))


@functools.cache
def unbroken_run(approach):
    return complete_run(new_strategy(approach), evaluate)


@pytest.mark.parametrize("approach", [Dynas, RandomSearch])
@pytest.mark.parametrize("cut", [0, 1, 9, 10, 13, 22])
def test_restored_from_a_log_it_goes_on_as_if_never_interrupted(approach, cut):
    evaluations = resumed_evaluations(new_strategy(approach), evaluate, unbroken_run(approach), cut)
    assert [e.genotype for e in evaluations] == [
        e.genotype for e in unbroken_run(approach)[0][cut:]
    ]


def test_the_first_population_holds_both_ends():
    genotypes = [p.genotype.tolist() for p in Dynas(PROBLEM, 10, 10, seed=0).ask(4)]
    assert genotypes[:2] == [SPACE.smallest.tolist(), SPACE.largest.tolist()]


@pytest.mark.parametrize(("known", "size"), [(8, 4), (300, 7), (2000, 32)])
def test_a_cycle_grows_with_what_is_known_up_to_a_population(known, size):
    strategy = Dynas(PROBLEM, 32, 10_000, seed=0)
    random = SPACE.sample_new(known, np.random.default_rng(0), set())
    strategy.restore([], [Plan(0, 0, [Proposal(genotype, 0) for genotype in random])])
    assert strategy.batch_size() == size


@pytest.mark.parametrize(
    ("budget", "planned", "columns"),
    [(250, 24, 0), (250, 25, 1), (250, 149, 1), (250, 150, 0), (120, 19, 0), (120, 25, 0)],
)
def test_an_end_of_the_front_is_looked_for_where_enough_of_the_budget_is_left(
    budget, planned, columns
):
    strategy = Dynas(PROBLEM, 50, budget, seed=0)
    random = SPACE.sample_new(planned, np.random.default_rng(0), set())
    strategy.restore([], [Plan(0, 0, [Proposal(genotype, 0) for genotype in random])])
    assert len(strategy.extreme_columns()) == columns


def test_an_end_of_the_front_is_looked_for_only_while_it_rises():
    genotypes = SPACE.sample_new(60, np.random.default_rng(0), set())
    *others, best = genotypes[np.argsort(accuracy(genotypes))]
    plan = Plan(0, 0, [Proposal(g, 0) for g in genotypes])

    def columns(order):
        strategy = Dynas(PROBLEM, 40, 400, seed=0)
        strategy.restore([evaluate(Proposal(g, 0)) for g in order], [plan])
        return list(strategy.extreme_columns())

    assert columns([*others, best]) == [0]
    assert columns([best, *others]) == []


def test_part_of_a_batch_is_chosen_for_accuracy_alone():
    strategy, plans = Dynas(PROBLEM, 40, 200, seed=0), []
    strategy.on_plan = plans.append
    while len(plans) < 14:
        for proposal in strategy.ask(1):
            strategy.tell([evaluate(proposal)])
    predicted = np.array([[p.predicted["acc"] for p in plan.proposals] for plan in plans[4:]])
    assert predicted.shape == (10, 5)
    assert predicted[:, :2].mean() > predicted[:, 2:].mean() + predicted.std() / 2


def test_failed_evaluations_do_not_stop_the_search():
    strategy, count = Dynas(PROBLEM, 8, 30, seed=0), 0
    while proposals := strategy.ask(1):
        count += 1
        failed = {"ok": False} if count % 3 == 0 else {}
        strategy.tell([evaluate(proposals[0], **failed)])
    assert count == 30


def test_proposals_carry_predictions_of_measured_objectives_only():
    strategy = Dynas(PROBLEM, 10, 20, seed=0)
    for _ in range(8):
        strategy.tell([evaluate(p) for p in strategy.ask(1)])
    assert all(set(p.predicted) == {"acc"} for p in strategy.ask(5))


def test_dynas_dominates_more_than_random_search():
    def hypervolume(approach, seed):
        tracker = FrontTracker(np.array([-84.0, 4e6]), np.array([-92.0, 1e6]))
        for point in minimised(
            evaluations_of(with_less_effort(approach(PROBLEM, 10, 40, seed))), PROBLEM.objectives
        ):
            tracker.add(point)
        return tracker.hypervolume

    assert all(hypervolume(Dynas, s) > hypervolume(RandomSearch, s) for s in range(3))


def test_planning_leaves_the_other_cores_to_the_workers():
    class Watching(RandomSearch):
        def plan(self, cycle, n):
            self.threads = [library["num_threads"] for library in threadpool_info()]
            return super().plan(cycle, n)

    strategy = Watching(PROBLEM, 4, 4, seed=0)
    strategy.ask(1)
    assert set(strategy.threads) == {1}
