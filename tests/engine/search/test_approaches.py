import functools
import pickle

import moocore
import numpy as np
import pytest

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.metrics import METRICS
from engine.pareto.front import minimised, non_dominated
from engine.search.approaches import APPROACHES, check
from engine.search.problem import Problem
from engine.space import mbconv_space
from engine.space.choices import choice_space
from engine.supernets.registry import DEFAULT, load
from tests.engine.records import evaluation
from tests.engine.search.driver import (
    complete_run,
    resumed_evaluations,
    run_to_end,
    with_less_effort,
)

SPACE = mbconv_space(stages=2, blocks=2, depths=(1, 2))
WEIGHTS = np.random.default_rng(3).gamma(1.0, size=(int(SPACE.choices.sum()), 2))
OBJECTIVES = ["acc", "macs", "params", "lat"]


def truth(genotypes):
    features = SPACE.features(genotypes)
    gain, cost = (features @ WEIGHTS).T
    macs = features @ np.arange(features.shape[1])
    return {
        "acc": 90 + 3 * np.tanh(gain / 5 + features[:, 0] * features[:, 4]),
        "macs": 1e6 + 1e4 * macs,
        "params": 1e5 + 1e3 * features.sum(axis=1),
        "lat": 1 + cost,
    }


def exact(genotypes):
    return {name: truth(genotypes)[name] for name in ("macs", "params")}


def problem(objectives):
    return Problem(SPACE, [METRICS[name] for name in OBJECTIVES[:objectives]], exact)


def evaluate(proposal):
    values = {name: float(v[0]) for name, v in truth(proposal.genotype[None]).items()}
    genotype = tuple(map(int, proposal.genotype))
    return evaluation(values["acc"], genotype=genotype, cycle=proposal.cycle, metrics=values)


def evaluations_of(strategy):
    return run_to_end(strategy, evaluate)


def all_genotypes():
    grid = np.stack(np.meshgrid(*map(range, SPACE.choices), indexing="ij"), axis=-1)
    return np.unique(SPACE.canonical(grid.reshape(-1, len(SPACE.genes))), axis=0)


def share_of_the_known_front(evaluations, objectives):
    values = np.array([truth(all_genotypes())[name] for name in OBJECTIVES[:objectives]]).T
    values = values * [METRICS[name].sign for name in OBJECTIVES[:objectives]]
    low, high = values.min(axis=0), values.max(axis=0) * 1.001 + 0.01
    reached_points = minimised(evaluations, problem(objectives).objectives)
    best_hypervolume, hypervolume = (
        moocore.hypervolume((points[non_dominated(points)] - low) / (high - low), ref=1.0)
        for points in (values, reached_points)
    )
    return hypervolume / best_hypervolume


def new_strategy(approach):
    return with_less_effort(APPROACHES[approach](problem(2), 8, 30, 3))


@functools.cache
def unbroken_run(approach):
    return complete_run(new_strategy(approach), evaluate)


@pytest.mark.parametrize("approach", ["evolutionary", "one_shot", "grid"])
@pytest.mark.parametrize("cut", [0, 1, 7, 8, 9, 20, 29])
def test_restored_from_a_log_it_goes_on_as_if_never_interrupted(approach, cut):
    evaluations = resumed_evaluations(new_strategy(approach), evaluate, unbroken_run(approach), cut)
    assert [e.genotype for e in evaluations] == [
        e.genotype for e in unbroken_run(approach)[0][cut:]
    ]


def test_a_generation_waits_for_the_one_before():
    strategy = APPROACHES["evolutionary"](problem(2), 6, 30, 0)
    first = strategy.ask(30)
    assert len(first) == 6
    strategy.tell([evaluate(p) for p in first[:5]])
    assert strategy.ask(1) == []
    strategy.tell([evaluate(first[5])])
    assert {p.cycle for p in strategy.ask(30)} == {1}


def test_failed_evaluations_do_not_stop_an_evolution():
    strategy, count = APPROACHES["evolutionary"](problem(2), 8, 40, 0), 0
    while proposals := strategy.ask(1):
        count += 1
        fields = {"ok": False} if count % 3 == 0 or count < 9 else {}
        evaluations = evaluate(proposals[0])
        failed = evaluation(1.0, genotype=evaluations.genotype, **fields)
        strategy.tell([failed if fields else evaluations])
    assert count == 40


@pytest.mark.parametrize("approach", ["evolutionary", "one_shot", "grid"])
def test_a_small_space_is_searched_to_the_end(approach):
    space = mbconv_space(stages=1, blocks=2, depths=(1, 2))
    small = Problem(space, [METRICS["acc"]], lambda genotypes: {})
    strategy, keys = APPROACHES[approach](small, 20, 1000, 0), set()
    while proposals := strategy.ask(1):
        genotype = tuple(map(int, proposals[0].genotype))
        keys.add(genotype)
        strategy.tell([evaluation(float(sum(genotype)), genotype=genotype)])
    assert len(keys) == space.size == 90


def test_a_grid_of_an_endless_space_is_refused():
    with pytest.raises(ConfigError, match=r"a grid measures every sub-network.*2\.2e\+19"):
        check(NASConfig(approach="grid"), load("ofa_mbv3_d234_e346_k357_w1.0"))


def test_a_grid_of_plain_choices_measures_the_first_ones_of_any_number():
    space = choice_space({f"gene{i}": list(range(10)) for i in range(30)})
    strategy = APPROACHES["grid"](Problem(space, [METRICS["acc"]], lambda genotypes: {}), 2, 12, 0)
    genotypes = []
    while proposals := strategy.ask(1):
        genotypes.append(proposals[0].genotype.tolist())
        strategy.tell([evaluation(1.0, genotype=tuple(genotypes[-1]))])
    assert [g[-2:] for g in genotypes] == [[i // 10, i % 10] for i in range(12)]
    assert not any(any(g[:-2]) for g in genotypes)


_FILE = """nas:
  approach: {approach}
  dynas:
    supernet: {supernet}
    metrics: [{metrics}]
    record:
    - params
    - {record}
    constraints: [{constraints}]
"""
_LARGE = "ofa_mbv3_d234_e346_k357_w1.0"


@pytest.mark.parametrize(
    ("changes", "begin"),
    [
        ({"metrics": "macs, error"}, "Line 5, column 21, dynas.metrics: "),
        ({"record": "error"}, "Line 8, column 7, dynas.record: "),
        ({"constraints": "error <= 3"}, "Line 9, column 19, dynas.constraints: "),
        ({"constraints": "macs <= 3"}, "Line 9, column 5, dynas.constraints: no sub-network"),
        ({"constraints": "acc >= 101"}, "Line 9, column 5, dynas.constraints: no sub-network"),
        ({"approach": "grid", "supernet": _LARGE}, "Line 2, column 3, approach: a grid"),
    ],
)
def test_what_does_not_fit_the_supernet_is_told_with_its_place_in_the_file(changes, begin, install):
    install(metrics={"error": "tests.engine.search.offered_error:ERROR"})
    usual = {"approach": "random", "supernet": DEFAULT, "metrics": "acc, macs", "record": "size",
             "constraints": "macs <= 5M"}  # fmt: skip
    config = NASConfig.from_yaml(_FILE.format(**{**usual, **changes}))
    with pytest.raises(ConfigError) as raised:
        check(config, load(config.dynas.supernet))
    assert str(raised.value).startswith(begin)


def test_a_setting_that_was_set_since_has_no_place_in_the_file():
    config = NASConfig.from_yaml("nas:\n  dynas:\n    constraints: [macs <= 3]\n    metrics: [acc]")
    assert config.location("dynas", "constraints") == "Line 3, column 5, "
    assert config == NASConfig(dynas={"constraints": ["macs <= 3"], "metrics": ["acc"]})
    config.dynas.constraints = ["macs <= 4"]
    assert config.location("dynas", "constraints") == ""
    assert config.location("dynas", "metrics", 0) == "Line 4, column 15, "
    assert pickle.loads(pickle.dumps(config)) == config  # noqa: S301 - made a line above
    assert NASConfig().location("dynas", "metrics") == ""
