"""The search of what can be computed, on spaces small enough to compute everything."""

import itertools
import time
from dataclasses import replace

import numpy as np
import pytest

from engine.constraints import Constraint
from engine.evaluation.record import Evaluation
from engine.metrics import METRICS
from engine.pareto.front import non_dominated
from engine.search import computed
from engine.search.computed import ComputedSearch
from engine.search.problem import Problem
from engine.search.value_pool import ValuePool
from engine.space import Gene, SearchSpace

SPACE = SearchSpace(tuple(Gene(f"g{i}", (1, 2, 3)) for i in range(7)))  # 2,187 sub-networks
DEEP = SearchSpace(
    (
        Gene("depth", (1, 2, 3)),
        *(Gene("k", (3, 5, 7), switch=0, needs=d) for d in (1, 2, 3)),
        *(Gene("w", (8, 16, 24), switch=0, needs=d) for d in (1, 2, 3)),
    )
)


def values(rows):
    """Accuracy with interactions of neighbouring genes, MACs that add up, and a latency."""
    weights = np.arange(1, rows.shape[1] + 1)
    pairs = (rows[:, :-1] * rows[:, 1:]) @ np.cos(weights[:-1])
    return {
        "acc": 70 + rows @ np.sqrt(weights) / 3 + pairs,
        "macs": 1e6 * (1 + rows @ (1.0 + weights % 3)),
        "lat": 5 + rows @ (1.5 + np.sin(weights)),
    }


def problem(*objectives, space=SPACE, limits=()):
    constraints = [Constraint.parse(text) for text in limits]
    return Problem(space, [METRICS[name] for name in objectives], values, constraints)


def record(proposal, number):
    metrics = {name: float(v[0]) for name, v in values(proposal.genotype[None]).items()}
    genotype = tuple(proposal.genotype.tolist())
    return Evaluation(number, genotype, {}, proposal.cycle, "ok", metrics, {}, 0.0, 0.0)


def searched(strategy):
    """The evaluations that a log keeps, and the plans."""
    evaluations, plans = [], []
    strategy.on_plan = plans.append
    while proposals := strategy.ask_cycle():
        new = [record(p, len(evaluations) + i) for i, p in enumerate(proposals, 1)]
        evaluations += new
        strategy.tell(new)
    return evaluations, plans


def points(searched_problem, rows):
    computed_values = values(rows)
    return np.column_stack([o.sign * computed_values[o.name] for o in searched_problem.objectives])


def front_of(searched_problem, rows):
    """The feasible front of `(n, genes)` genotypes, by brute force, as a set of points."""
    feasible = rows[searched_problem.computed_violation(rows) == 0]
    found = np.unique(points(searched_problem, feasible), axis=0)
    front = set()
    for part in np.array_split(found, max(len(found) // 200, 1)):
        is_no_worse = (found[None] <= part[:, None]).all(axis=2)
        is_better = (found[None] < part[:, None]).any(axis=2)
        front.update(map(tuple, part[~(is_no_worse & is_better).any(axis=1)].tolist()))
    return front


PROBLEMS = [
    problem("acc", "macs"),
    problem("acc", "macs", "lat"),
    problem("acc", "macs", limits=["lat <= 14", "acc >= 71"]),
    problem("acc", limits=["macs <= 15e6"]),
    problem("acc"),
    problem("acc", "macs", space=DEEP),
]


@pytest.mark.parametrize("case", range(len(PROBLEMS)))
def test_the_front_of_a_space_within_the_budget_is_the_true_one(case, monkeypatch):
    monkeypatch.setattr(computed, "KEPT_SAMPLE", 400)
    searched_problem = PROBLEMS[case]
    strategy = ComputedSearch(searched_problem, 50, 100_000, seed=0)
    evaluations, plans = searched(strategy)
    everything = searched_problem.space.all_genotypes()
    rows = np.array([e.genotype for e in evaluations])
    assert front_of(searched_problem, rows) == front_of(searched_problem, everything)
    assert (searched_problem.computed_violation(rows) == 0).all(), "nothing outside the limits"
    assert (
        len(np.unique(rows, axis=0))
        == len(rows)
        <= computed.KEPT_SAMPLE + len(front_of(searched_problem, everything))
    )
    if searched_problem.space.size > len(rows):
        assert strategy.stop_reason.startswith(f"All {len(everything):,} sub-networks")
    counts = [plan.computed for plan in plans]
    assert counts == sorted(counts)
    assert counts[-1] <= searched_problem.space.size


@pytest.mark.parametrize("case", range(5))
def test_within_a_smaller_budget_the_front_is_near_the_true_one(case):
    searched_problem, budget = PROBLEMS[case], 1_400
    strategy = ComputedSearch(searched_problem, 50, budget, seed=1)
    evaluations, plans = searched(strategy)
    assert max(plan.computed for plan in plans) <= budget
    rows = np.array([e.genotype for e in evaluations])
    true = front_of(searched_problem, SPACE.all_genotypes())
    share = len(front_of(searched_problem, rows) & true) / len(true)
    assert share >= (1.0 if len(searched_problem.objectives) == 1 else 0.8)
    assert strategy.stop_reason.endswith("No change of a single gene improves the front.")


def test_a_front_that_climbed_cannot_be_improved_by_one_gene():
    searched_problem = problem("acc", "macs")
    strategy = ComputedSearch(searched_problem, 50, 1_400, seed=3)
    evaluations, _ = searched(strategy)
    assert "No change" in strategy.stop_reason
    rows = np.array([e.genotype for e in evaluations])
    front = rows[non_dominated(points(searched_problem, rows))]
    for row, gene in itertools.product(front, range(7)):
        for choice in range(3):
            changed = row.copy()
            changed[gene] = choice
            both = np.vstack([front, changed[None]])
            is_new = non_dominated(points(searched_problem, both))[-1]
            assert not is_new, (row, gene, choice)


@pytest.mark.parametrize("budget", [900, 100_000])
def test_it_goes_on_after_any_plan_as_if_it_had_not_stopped(budget):
    searched_problem = problem("acc", "macs", limits=["lat <= 14"])
    whole, plans = searched(ComputedSearch(searched_problem, 50, budget, seed=2))
    for cut in range(1, len(plans), 4):
        told = sum(len(plan.proposals) for plan in plans[:cut])
        again = ComputedSearch(searched_problem, 50, budget, seed=2)
        again.restore(whole[: told - 3], [replace(plan) for plan in plans[:cut]])  # torn plan
        rest, _ = searched(again)
        assert [e.genotype for e in rest] == [e.genotype for e in whole[told - 3 :]]


def test_a_larger_budget_keeps_what_is_in_the_log():
    searched_problem = problem("acc", "macs")
    first, plans = searched(ComputedSearch(searched_problem, 50, 500, seed=2))
    extended = ComputedSearch(searched_problem, 50, 1_500, seed=2)
    extended.restore(first, plans)
    rest, _ = searched(extended)
    genotypes = [e.genotype for e in [*first, *rest]]
    assert len(set(genotypes)) == len(genotypes)
    assert extended.computed_count > 500


def test_a_sub_network_is_computed_once():
    rows_computed = []

    def counted(rows):
        rows_computed.append(len(rows))
        return values(rows)

    searched_problem = replace(problem("acc", "macs"), exact=counted)
    pool = ValuePool(searched_problem)
    rows = SPACE.sample(500, np.random.default_rng(0))
    distinct = len(np.unique(rows, axis=0))
    first = pool.search_values(rows)
    np.testing.assert_array_equal(pool.search_values(rows), first)
    assert len(pool) == distinct == sum(rows_computed)


def test_it_takes_little_time():
    before = time.process_time()
    searched(ComputedSearch(problem("acc", "macs"), 50, 1_500, seed=0))
    assert time.process_time() - before < 10
