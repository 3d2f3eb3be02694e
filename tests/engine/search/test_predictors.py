"""Searches with each predictor; the space and its known front are those of test_approaches."""

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import ConfigError
from engine.metrics import METRICS
from engine.search.baselines import RandomSearch
from engine.search.dynas import Dynas
from engine.search.problem import Problem
from engine.search.surrogate import Surrogate
from engine.search_methods import PREDICTORS
from tests.engine.records import evaluation
from tests.engine.search.driver import (
    complete_run,
    resumed_evaluations,
    run_to_end,
    with_less_effort,
)
from tests.engine.search.test_approaches import (
    SPACE,
    WEIGHTS,
    evaluate,
    evaluations_of,
    problem,
    share_of_the_known_front,
    truth,
)


def dynas(predictor, seed=1, **changes):
    strategy = Dynas(problem(2), **{"population": 32, "budget": 40, "seed": seed, **changes})
    strategy.predictor = predictor
    return with_less_effort(strategy)


# Random search comes to 0.92 to 0.96 with five seeds. Ridge regression, which cannot learn how
# accuracy saturates here, comes to 0.94 to 0.97: it is held to where genes add up.
@pytest.mark.parametrize("predictor", sorted(PREDICTORS.keys() - {"ridge"}))
def test_comes_nearer_to_the_known_front_than_random_search(predictor):
    assert share_of_the_known_front(evaluations_of(dynas(predictor)), 2) > 0.962


@pytest.mark.parametrize("predictor", PREDICTORS)
@pytest.mark.parametrize("seed", [0, 1])
def test_where_genes_add_up_it_finds_more_than_thrice_as_many_random_ones(predictor, seed):
    def additive(genotype):
        return float(90 - np.abs(SPACE.features(genotype[None])[0] - WEIGHTS[:, 0]).sum())

    def best(strategy):
        evaluations = run_to_end(strategy, lambda p: evaluation(
            additive(p.genotype), genotype=tuple(map(int, p.genotype)), cycle=p.cycle
        ))  # fmt: skip
        return max(e.metrics["acc"] for e in evaluations)

    search_problem = Problem(SPACE, [METRICS["acc"]], lambda g: {"macs": np.zeros(len(g))})
    strategy = with_less_effort(Dynas(search_problem, 16, 24, seed))
    strategy.predictor = predictor
    assert best(strategy) > best(RandomSearch(search_problem, 16, 72, seed))


def test_a_plan_notes_the_predictor_and_what_it_learnt_from():
    strategy, plans = dynas("auto"), []
    strategy.on_plan = plans.append
    evaluations_of(strategy)
    assert plans[0].fitted_predictors == {}
    assert [plan.fitted_predictors["acc"].trained_on for plan in plans[1:]] == [
        p.evaluation_count for p in plans[1:]
    ]
    assert all(set(plan.fitted_predictors) == {"acc"} for plan in plans[1:])  # MACs are computed
    assert (
        plans[-1].fitted_predictors["acc"].tau[plans[-1].fitted_predictors["acc"].predictor] > 0.3
    )


def test_a_plan_without_predictors_notes_none():
    strategy, plans = dynas("ridge"), []
    strategy.on_plan = plans.append
    first = strategy.ask(8)
    strategy.tell([replace(evaluate(p), status="failed") for p in first])
    strategy.ask(1)
    assert [plan.fitted_predictors for plan in plans] == [{}, {}]


@pytest.mark.parametrize("predictor", ["mlp", "auto"])
def test_restored_from_a_log_it_goes_on_as_if_never_interrupted(predictor):
    run = complete_run(dynas(predictor, budget=34), evaluate)
    evaluations = resumed_evaluations(dynas(predictor, budget=34), evaluate, run, 21)
    assert [e.genotype for e in evaluations] == [e.genotype for e in run[0][21:]]


def test_a_surrogate_learns_with_the_predictor_it_is_told():
    genotypes = SPACE.sample_new(20, np.random.default_rng(0), set())
    values = -truth(genotypes)["acc"][:, None]
    alone = Problem(SPACE, [METRICS["acc"]], lambda g: {})
    surrogate = Surrogate.fit(alone, genotypes, values, "ridge", 3)
    assert surrogate.fitted_predictors["acc"].predictor == "ridge"
    assert surrogate.models[0].seed == 3
    with pytest.raises(ConfigError, match="there is no 'oracle'"):
        Surrogate.fit(alone, genotypes, values, "oracle")
