import functools
import re

import numpy as np
import pytest

from engine.config import NASConfig
from engine.constraints import Constraint, violations
from engine.errors import ConfigError
from engine.metrics import METRICS
from engine.search.approaches import APPROACHES, check
from engine.search.feasibility import infeasibility
from engine.search.problem import Problem
from engine.space import Gene, SearchSpace, mbconv_space
from engine.supernets.registry import DEFAULT, load
from tests.engine.search.driver import complete_run, resumed_evaluations, with_less_effort
from tests.engine.search.test_approaches import (
    SPACE,
    all_genotypes,
    evaluate,
    evaluations_of,
    exact,
    truth,
)

MACS = float(np.quantile(truth(all_genotypes())["macs"], 0.2))
LATENCY = float(np.quantile(truth(all_genotypes())["lat"], 0.1))


def problem(*constraints, metrics=("acc", "macs")):
    parsed = [Constraint.parse(text) for text in constraints]
    return Problem(SPACE, [METRICS[name] for name in metrics], exact, parsed)


def strategy_of(approach, *arguments, **effort):
    return with_less_effort(APPROACHES[approach](*arguments), **effort)


@pytest.mark.parametrize("approach", [a for a in APPROACHES if a != "computed"])
def test_what_can_be_computed_is_kept_to_by_every_proposal(approach):
    limits = problem(f"macs <= {MACS}", "params >= 100004")
    evaluations = evaluations_of(strategy_of(approach, limits, 8, 40, 0))
    assert len({e.genotype for e in evaluations}) == len(evaluations) == 40
    assert all(violations(limits.constraints, e.metrics) == 0 for e in evaluations)


def share_feasible(approach, constraint, metrics=("acc", "macs")):
    limits = problem(constraint, metrics=metrics)
    evaluations = evaluations_of(strategy_of(approach, limits, 16, 60, 2, rounds=20))[20:]
    return np.mean([violations(limits.constraints, e.metrics) == 0 for e in evaluations])


def test_a_measured_metric_is_predicted_and_kept_to_mostly():
    by_chance = share_feasible("random", f"lat <= {LATENCY}")
    assert share_feasible("evolutionary", f"lat <= {LATENCY}") > by_chance
    assert share_feasible("dynas", f"lat <= {LATENCY}") > max(0.8, 1.5 * by_chance)


def test_a_constrained_objective_is_searched_on_the_right_side():
    floor = float(np.quantile(truth(all_genotypes())["acc"], 0.3))
    assert share_feasible("dynas", f"acc >= {floor}") > 0.8


def test_the_best_under_the_constraint_is_found():
    limits = problem(f"lat <= {LATENCY}", metrics=("acc",))
    values = truth(all_genotypes())
    best = values["acc"][values["lat"] <= LATENCY].max()
    evaluations = evaluations_of(strategy_of("dynas", limits, 16, 60, 0))
    found = max(e.metrics["acc"] for e in evaluations if e.metrics["lat"] <= LATENCY)
    assert found >= best - 0.02 * np.ptp(values["acc"])


def test_nothing_changes_where_nothing_is_constrained():
    never = evaluations_of(strategy_of("dynas", problem(), 8, 30, 5))
    idle = evaluations_of(strategy_of("dynas", problem("macs <= 1e12"), 8, 30, 5))
    assert {e.genotype for e in never[:2]} == {e.genotype for e in idle[:2]}
    assert len(idle) == 30


def test_a_narrow_corner_of_a_large_space_is_found():
    space = mbconv_space(5, 4)

    def size(genotypes):
        return {"macs": 1e6 + 1e5 * space.features(genotypes).sum(axis=1)}

    floor = size(space.smallest[None])["macs"][0]
    tight = Problem(space, [METRICS["macs"]], size, [Constraint.parse(f"macs <= {floor + 4e5}")])
    drawn = tight.sample_new(30, np.random.default_rng(0), set())
    assert len(set(space.keys(drawn))) == 30
    assert (size(drawn)["macs"] <= floor + 4e5).all()


def test_more_than_all_images_cannot_be_asked_for():
    config = NASConfig(dynas={"constraints": ["acc >= 900"]})
    with pytest.raises(
        ConfigError, match=r"keeps to Top-1 accuracy ≥ 900 %\. Top-1 accuracy is 100 % at most"
    ):
        check(config, load(DEFAULT))


def test_constraints_that_nothing_keeps_to_are_refused_with_the_range():
    config, supernet = NASConfig(dynas={"constraints": ["macs <= 1000"]}), load(DEFAULT)
    extremes = np.stack([supernet.space.smallest, supernet.space.largest])
    low, high = supernet.exact_metrics(extremes)["macs"]
    with pytest.raises(ConfigError, match=r"no sub-network keeps to MACs ≤ 1 k\.") as refused:
        check(config, supernet)
    ends = re.search(r"MACs go from (\S+) M to (\S+) M", str(refused.value)).groups()
    least, most = (1e6 * float(end) for end in ends)
    assert low <= least < 1.01 * low
    assert 0.99 * high < most <= high, "limits that are copied from the sentence can be kept"


TRIED = r"none of [\d,]{5,} sub-networks that were tried keeps to"
_PEAK = 3  # the choice of each gene that is best


def peaked(genotypes):
    """Values that are largest in the middle of the space, and those of both ends are equal."""
    ratio = 1 - np.abs(genotypes - _PEAK).sum(axis=1) / (_PEAK * genotypes.shape[1])
    return {"acc": 70 + 10 * ratio, "macs": 1e8 + 1e5 * genotypes.sum(axis=1)}


def peaked_problem(*constraints):
    space = SearchSpace([Gene("width", tuple(range(2 * _PEAK + 1))) for _ in range(20)])
    parsed = [Constraint.parse(text) for text in constraints]
    return Problem(space, [METRICS["acc"], METRICS["macs"]], peaked, parsed)


@pytest.mark.parametrize(
    "limits", [("acc >= 79.8",), ("acc >= 79.4", "macs >= 1.061e8", "macs <= 1.062e8")]
)
@pytest.mark.parametrize("seed", range(3))
def test_limits_between_the_ends_that_few_keep_to_are_reached(limits, seed):
    narrow = peaked_problem(*limits)
    assert not len(narrow.feasible_genotypes(narrow.space.sample(5_000, np.random.default_rng(9))))
    drawn = narrow.sample_new(5, np.random.default_rng(seed), set())
    assert len(drawn)
    assert (narrow.computed_violation(drawn) == 0).all()
    assert infeasibility(narrow, ["macs"]) == ""


def test_what_was_not_found_is_not_called_impossible():
    sentence = infeasibility(peaked_problem("acc >= 85"), ["macs"])
    assert re.match(
        TRIED + " Top-1 accuracy ≥ 85 %. Among them Top-1 accuracy goes from ", sentence
    )
    between = infeasibility(peaked_problem("macs > 1.061e8", "macs < 1.06100001e8"), ["macs"])
    assert re.match(TRIED, between)


def test_what_is_proven_is_said_without_a_search():
    beyond = infeasibility(peaked_problem("macs <= 1M"), ["macs"])
    assert beyond.startswith("no sub-network keeps to MACs ≤ 1 M. In this supernet MACs go from")
    assert re.match(TRIED, infeasibility(peaked_problem("macs <= 1M")))
    opposed = infeasibility(peaked_problem("macs >= 3M", "macs <= 2M"), ["macs"])
    assert opposed == (
        "no sub-network keeps to MACs ≥ 3 M and MACs ≤ 2 M: they exclude each other."
    )
    for bound in ("acc > 100", "acc < 0", "lat < 0"):
        assert infeasibility(peaked_problem(bound)).startswith(
            f"no sub-network keeps to {Constraint.parse(bound).label}."
        )
    assert infeasibility(peaked_problem("acc >= 75", "acc <= 75.5")) == ""


def test_a_cost_that_does_not_grow_with_every_gene_proves_nothing():
    sentence = infeasibility(peaked_problem("acc >= 79.9"), ["acc"])
    assert sentence == ""


def test_both_ends_of_a_range_have_the_same_decimals():
    sentence = infeasibility(peaked_problem("acc >= 85"))
    low, high = re.search(r"from (\S+) to (\d+\.\d+)", sentence).groups()
    assert len(low.split(".")[1]) == len(high.split(".")[1]) > 0


def new_strategy(approach):
    return strategy_of(approach, problem(f"macs <= {MACS}", f"lat <= {LATENCY}"), 8, 30, 3)


@functools.cache
def unbroken_run(approach):
    return complete_run(new_strategy(approach), evaluate)


@pytest.mark.parametrize("approach", ["dynas", "evolutionary", "one_shot", "random"])
@pytest.mark.parametrize("cut", [0, 1, 9, 25])
def test_restored_it_goes_on_as_if_never_interrupted(approach, cut):
    evaluations = resumed_evaluations(new_strategy(approach), evaluate, unbroken_run(approach), cut)
    assert [e.genotype for e in evaluations] == [
        e.genotype for e in unbroken_run(approach)[0][cut:]
    ]
