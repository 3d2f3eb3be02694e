"""Every algorithm in every approach that has one; the space is that of test_approaches."""

import numpy as np
import pytest

from engine.config import algorithms_for
from engine.search.algorithms import Evolution
from engine.search.approaches import APPROACHES
from tests.engine.search import test_constrained as constrained
from tests.engine.search.driver import with_less_effort
from tests.engine.search.test_approaches import (
    SPACE,
    evaluations_of,
    problem,
    share_of_the_known_front,
    truth,
)

CELLS = [(name, count) for count in (1, 2, 3, 4) for name in algorithms_for(count)]
FEW = [(name, count) for name, count in CELLS if count < 3]
MANY = [(name, count) for name, count in CELLS if count > 2]  # choosing takes long there


def slow_unless_default(case):
    """With many objectives `evolutionary` tries every algorithm: elsewhere one is enough."""
    return case if case[-2] == "nsga2" else pytest.param(*case, marks=pytest.mark.slow)


# With two, three and four objectives random search comes to 0.95, 0.88 and 0.79 after 40
# evaluations and to 0.97, 0.93 and 0.84 after 96 (median of five seeds); after 24, with three and
# four, to 0.86 and 0.76.
@pytest.mark.parametrize(
    ("approach", "population", "budget", "near", "algorithm", "objectives"),
    [
        *[("dynas", 40, 40, 0.94, *cell) for cell in FEW],
        *[
            slow_unless_default(("dynas", 40, 24, {3: 0.89, 4: 0.83}[cell[1]], *cell))
            for cell in MANY
        ],
        *[("evolutionary", 12, 96, 0.87, *cell) for cell in CELLS],
        *[("one_shot", 20, 40, 0.93, *cell) for cell in FEW],
        *[slow_unless_default(("one_shot", 20, 40, 0.93, *cell)) for cell in MANY],
    ],
)
def test_spends_exactly_the_budget_and_comes_near_the_known_front(
    approach, population, budget, near, algorithm, objectives
):
    strategy = APPROACHES[approach](problem(objectives), population, budget, 1, algorithm)
    evaluations = evaluations_of(
        with_less_effort(strategy, generations=12 if approach == "one_shot" else 5)
    )
    assert len({e.genotype for e in evaluations}) == len(evaluations) == budget
    assert share_of_the_known_front(evaluations, objectives) > near


@pytest.mark.parametrize("algorithm", algorithms_for(1))
def test_an_algorithm_that_has_converged_starts_again(algorithm):
    evolution = Evolution(
        algorithm, SPACE, 1, SPACE.sample_new(12, np.random.default_rng(0), set()), 0
    )
    for _ in range(300):
        genotypes = evolution.ask()
        assert len(genotypes) > 0
        evolution.tell(-truth(genotypes)["acc"][:, None])


@pytest.mark.parametrize("algorithm", algorithms_for(2))
@pytest.mark.parametrize("approach", ["dynas", "evolutionary"])
def test_every_algorithm_keeps_to_a_computable_constraint(approach, algorithm):
    limits = constrained.problem(f"macs <= {constrained.MACS}")
    evaluations = evaluations_of(
        with_less_effort(APPROACHES[approach](limits, 12, 24, 0, algorithm))
    )
    assert all(e.metrics["macs"] <= constrained.MACS for e in evaluations)
