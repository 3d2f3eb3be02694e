"""Optuna's samplers for several objectives as methods of the suite.

Sources: Optuna 5, `TPESampler` (multi-objective and multivariate, Watanabe, arXiv 2304.11127) and
`GPSampler` (a Gaussian process for each objective, log expected hypervolume improvement). Every
gene is an integer or, without an order, a category. Settings are Optuna's own, but for the number
of random sub-networks at the start, which is that of the engine's initial sample.
"""

import warnings

import numpy as np
import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    IntDistribution,
)
from optuna.samplers import BaseSampler, GPSampler, TPESampler

from engine.evaluation.record import Evaluation
from engine.search.problem import Problem
from engine.search.strategy import Proposal
from engine.space import Genotypes

_INITIAL_SHARE = 4  # a population is this many initial samples
_MOST_REPEATS = 50  # in a row, which cost no evaluation; then a random sub-network is taken


class _Sampler:
    """A study that is asked for one trial at a time.

    A sub-network that was evaluated before is told again from memory and costs no evaluation.
    """

    def __init__(self, problem: Problem, sampler: BaseSampler, seed: int) -> None:
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)
        self._problem, self._rng = problem, np.random.default_rng(seed)
        directions = ["minimize"] * len(problem.objectives)
        self._study = optuna.create_study(directions=directions, sampler=sampler)
        self._distributions = {
            f"gene {number}": _distribution(count, bool(ordered))
            for number, (count, ordered) in enumerate(
                zip(problem.space.choices, problem.space.ordered, strict=True)
            )
        }
        self._told: dict[bytes, list[float]] = {}

    def ask(self) -> Proposal:
        """The next sub-network that was not evaluated before."""
        space = self._problem.space
        for _ in range(_MOST_REPEATS):
            self._trial = self._study.ask(self._distributions)
            choices = [self._trial.params[name] for name in self._distributions]
            genotype = space.canonical(np.array(choices, dtype=np.int64))
            known = self._told.get(space.key(genotype))
            if known is None:
                return Proposal(genotype, 0)
            self._study.tell(self._trial, known)
        return self._random()

    def _random(self) -> Proposal:
        """A random sub-network that was not evaluated before, as a trial of the study."""
        (genotype,) = self._problem.sample_new(1, self._rng, set(self._told))
        choices = {name: int(c) for name, c in zip(self._distributions, genotype, strict=True)}
        self._study.enqueue_trial(choices)
        self._trial = self._study.ask(self._distributions)
        return Proposal(genotype, 0)

    def tell(self, evaluation: Evaluation) -> None:
        """Report the evaluation."""
        values = [o.sign * evaluation.metrics[o.name] for o in self._problem.objectives]
        self._told[self._problem.space.key(np.array(evaluation.genotype))] = values
        self._study.tell(self._trial, values)


class Tpe(_Sampler):
    """The tree-structured Parzen estimator, all genes together."""

    def __init__(self, problem: Problem, population: int, budget: int, seed: int) -> None:
        start = population // _INITIAL_SHARE
        sampler = TPESampler(seed=seed, multivariate=True, n_startup_trials=start)
        super().__init__(problem, sampler, seed)


class LimitedTpe(_Sampler):
    """TPE under computed constraints: what violates one is told as infeasible, at no cost."""

    def __init__(self, problem: Problem, population: int, budget: int, seed: int) -> None:
        sampler = TPESampler(
            seed=seed, multivariate=True, n_startup_trials=population // _INITIAL_SHARE,
            constraints_func=self._violations,
        )  # fmt: skip
        super().__init__(problem, sampler, seed)

    def ask(self) -> Proposal:
        """The next sub-network that was not evaluated before and violates nothing."""
        for _ in range(_MOST_REPEATS):
            proposal = super().ask()
            if not self._violation(proposal.genotype):
                return proposal
            ignored = [0.0] * len(self._problem.objectives)  # infeasible trials rank by violation
            self._told[self._problem.space.key(proposal.genotype)] = ignored
            self._study.tell(self._trial, ignored)
        return self._random()

    def _violations(self, trial: optuna.trial.FrozenTrial) -> list[float]:
        choices = [trial.params[name] for name in self._distributions]
        genotype = self._problem.space.canonical(np.array(choices, dtype=np.int64))
        return [self._violation(genotype)]

    def _violation(self, genotype: Genotypes) -> float:
        return float(self._problem.computed_violation(genotype[None])[0])


class GaussianProcess(_Sampler):
    """A Gaussian process an objective, each with noise."""

    def __init__(self, problem: Problem, population: int, budget: int, seed: int) -> None:
        start = population // _INITIAL_SHARE
        super().__init__(problem, GPSampler(seed=seed, n_startup_trials=start), seed)


def _distribution(count: int, ordered: bool) -> BaseDistribution:
    if ordered:
        return IntDistribution(0, int(count) - 1)
    return CategoricalDistribution(list(range(count)))
