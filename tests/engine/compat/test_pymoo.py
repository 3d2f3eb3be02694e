import numpy as np
from pymoo.algorithms.soo.nonconvex.cmaes import CMAES
from pymoo.algorithms.soo.nonconvex.ga import GA
from pymoo.core.population import Population
from pymoo.core.problem import Problem
from pymoo.operators.mutation.pm import PM

from engine.compat.pymoo import FunctionRepair, PolynomialMutation, has_converged
from tests.compat import changed

CHANGED = changed("pymoo")


class Sphere(Problem):
    def __init__(self):
        super().__init__(n_var=4, n_obj=1, xl=0.0, xu=1.0)

    def _evaluate(self, x, out, *args, **kwargs):
        out["F"] = ((x - 0.5) ** 2).sum(axis=1)


def population():
    return Population.new("X", np.random.default_rng(0).random((30, 4)))


def test_a_repair_decides_what_offspring_become():
    asked = []

    def rounded(problem, x):
        asked.append((problem, x.shape))
        return np.rint(x)

    problem = Sphere()
    repaired = FunctionRepair(rounded).do(problem, population()).get("X")
    assert asked == [(problem, (30, 4))], CHANGED
    assert np.array_equal(repaired, np.rint(population().get("X"))), CHANGED


def test_a_mutation_is_that_of_pymoo_and_can_be_changed_again():
    asked = []

    def changed_again(problem, x, mutated, random_state):
        asked.append((problem, x.copy(), mutated.copy(), random_state))
        return np.full_like(mutated, 0.25)

    problem, settings = Sphere(), {"prob": 1.0, "prob_var": 0.25, "eta": 3.0}
    mutation = PolynomialMutation(changed_again, **settings)
    ours = mutation(problem, population(), random_state=np.random.default_rng(1)).get("X")
    theirs = PM(**settings)(problem, population(), random_state=np.random.default_rng(1)).get("X")
    ((given, before, mutated, random_state),) = asked
    assert given is problem, CHANGED
    assert isinstance(random_state, np.random.Generator), CHANGED
    assert np.array_equal(before, population().get("X")), CHANGED
    assert np.array_equal(mutated, theirs), CHANGED
    assert (ours == 0.25).all(), CHANGED


def test_offspring_are_repaired_after_they_were_mutated():
    mutation = PolynomialMutation(
        lambda problem, x, mutated, random_state: mutated,
        prob=1.0,
        prob_var=0.25,
        eta=3.0,
        repair=FunctionRepair(lambda problem, x: np.rint(x)),
    )
    offspring = mutation(Sphere(), population(), random_state=np.random.default_rng(1)).get("X")
    assert set(offspring.ravel()) <= {0.0, 1.0}, CHANGED


def test_an_algorithm_says_that_it_has_converged():
    start = np.full((4, 4), 0.5)
    for algorithm in (GA(pop_size=4, sampling=start), CMAES(x0=start[0], tolfun=1e9)):
        algorithm.setup(Sphere(), termination=("n_gen", 10**9), seed=1, verbose=False)
        assert not has_converged(algorithm), CHANGED
    for _ in range(20):
        if not has_converged(algorithm):
            algorithm.next()
    assert has_converged(algorithm), CHANGED
