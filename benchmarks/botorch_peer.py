"""BoTorch's qLogNEHVI as a method of the suite.

Source: Ament et al., "Unexpected Improvements to Expected Improvement for Bayesian Optimization",
NeurIPS 2023; BoTorch 0.18. As its documentation says for discrete spaces: Gaussian processes with
the default prior on ordinal inputs in [0, 1] (one-hot without an order), inferred noise, a
reference point inferred from the front, a pruned baseline, batches chosen one by one and each
member by local search over single genes (`optimize_acqf_mixed_alternating`). Metrics that can be
computed have no models: the objective computes them. Inputs are canonical, so that a gene without
effect has none in the model either.
"""

import warnings
from collections.abc import Sequence

import numpy as np
import torch
from botorch.acquisition.multi_objective.logei import qLogNoisyExpectedHypervolumeImprovement
from botorch.acquisition.multi_objective.objective import GenericMCMultiOutputObjective
from botorch.fit import fit_gpytorch_mll
from botorch.models import ModelListGP, SingleTaskGP
from botorch.models.transforms.input import InputTransform
from botorch.optim.optimize_mixed import optimize_acqf_mixed_alternating
from botorch.sampling.normal import SobolQMCNormalSampler
from botorch.utils.multi_objective.hypervolume import infer_reference_point
from gpytorch.mlls import ExactMarginalLogLikelihood
from torch import Tensor

from engine.evaluation.record import Evaluation
from engine.pareto.front import minimised, non_dominated
from engine.search.problem import Problem
from engine.search.strategy import Proposal
from engine.space import Genotypes, SearchSpace

INITIAL_SHARE = 4  # a population is this many initial samples
BATCH = 8
SAMPLES = 64
FIT_STEPS = 200
RESTARTS, RAW_SAMPLES, SPRAY_POINTS = 6, 256, 12
MOST_STEPS = 16  # of four moves by one gene each


class _Canonical(InputTransform):
    """Genes without effect at their first choice; one column a category."""

    transform_on_train = transform_on_eval = transform_on_fantasize = True

    def __init__(self, space: SearchSpace) -> None:
        super().__init__()
        self._space = space

    def transform(self, X: Tensor) -> Tensor:  # noqa: N803 - the name in BoTorch
        """`(..., columns)` inputs of the kernel for `(..., genes)` genes in [0, 1]."""
        rows = genotypes_of(self._space, X)
        columns = [
            (rows[:, [gene]] / max(count - 1, 1) if ordered else rows[:, [gene]] == range(count))
            for gene, (count, ordered) in enumerate(
                zip(self._space.choices, self._space.ordered, strict=True)
            )
        ]
        inputs = np.hstack(columns).astype(np.float64)
        return torch.from_numpy(inputs).reshape(*X.shape[:-1], -1)


class LogNoisyHypervolume:
    """Batches of largest noisy expected hypervolume improvement, after a random sample."""

    def __init__(self, problem: Problem, population: int, budget: int, seed: int) -> None:
        torch.set_num_threads(1)
        torch.manual_seed(seed)
        warnings.filterwarnings("ignore", module="botorch|gpytorch|linear_operator")
        self._problem, self._rng, self._seed = problem, np.random.default_rng(seed), seed
        self._evaluations: list[Evaluation] = []
        self._known: set[bytes] = set()
        start = problem.sample_new(population // INITIAL_SHARE, self._rng, set())
        self._queue = list(start)
        self._transform = _Canonical(problem.space)
        self._steps = np.maximum(problem.space.choices - 1, 1)

    def ask(self) -> Proposal:
        """The next of a batch."""
        if not self._queue:
            self._queue = list(self._batch())
        genotype = self._queue.pop(0)
        self._known.add(self._problem.space.key(genotype))
        return Proposal(genotype, 0)

    def tell(self, evaluation: Evaluation) -> None:
        """Keep the evaluation for the next batch."""
        self._evaluations.append(evaluation)

    def _batch(self) -> Genotypes:
        """`(BATCH, genes)` distinct genotypes that were not evaluated before."""
        told = torch.from_numpy(-minimised(self._evaluations, self._problem.objectives))
        self._mean, self._deviation = told.mean(dim=0), told.std(dim=0).clamp_min(1e-9)
        scaled = (told - self._mean) / self._deviation
        genotypes = np.array([e.genotype for e in self._evaluations])
        inputs = torch.from_numpy(genotypes / self._steps)
        front = scaled[torch.from_numpy(non_dominated(-scaled.numpy()))]
        acquisition = qLogNoisyExpectedHypervolumeImprovement(
            model=self._fit(inputs, scaled),
            ref_point=infer_reference_point(front).tolist(),
            X_baseline=inputs,
            sampler=SobolQMCNormalSampler(torch.Size([SAMPLES]), seed=self._seed),
            objective=GenericMCMultiOutputObjective(self._objectives),
            prune_baseline=True,
        )
        candidates, _ = optimize_acqf_mixed_alternating(
            acquisition,
            bounds=torch.stack([torch.zeros_like(inputs[0]), torch.ones_like(inputs[0])]),
            discrete_dims=self._levels(ordered=True),
            cat_dims=self._levels(ordered=False),
            q=BATCH,
            num_restarts=RESTARTS,
            raw_samples=RAW_SAMPLES,
            options={
                "initialization_strategy": "random",
                "num_spray_points": SPRAY_POINTS,
                "maxiter_alternating": MOST_STEPS,
            },
            return_acq_values=False,
        )
        return self._new(genotypes_of(self._problem.space, candidates))

    @property
    def _predicted(self) -> Sequence[int]:
        computed = self._problem.computed_names
        objectives = enumerate(self._problem.objectives)
        return [column for column, metric in objectives if metric.name not in computed]

    def _fit(self, inputs: Tensor, values: Tensor) -> SingleTaskGP | ModelListGP:
        models = [
            SingleTaskGP(
                inputs, values[:, [column]], outcome_transform=None,
                input_transform=self._transform,
            )
            for column in self._predicted
        ]  # fmt: skip
        for model in models:
            likelihood = ExactMarginalLogLikelihood(model.likelihood, model)
            fit_gpytorch_mll(likelihood, optimizer_kwargs={"options": {"maxiter": FIT_STEPS}})
        return models[0] if len(models) == 1 else ModelListGP(*models)

    def _objectives(self, samples: Tensor, X: Tensor) -> Tensor:  # noqa: N803 - as in BoTorch
        """`(samples, ..., n, m)` maximised values: drawn, or computed of `(..., n, genes)`."""
        exact = self._problem.exact(genotypes_of(self._problem.space, X))
        drawn, columns = iter(samples.unbind(dim=-1)), []
        for column, metric in enumerate(self._problem.objectives):
            if column in self._predicted:
                columns.append(next(drawn))
                continue
            values = torch.from_numpy(-metric.sign * np.asarray(exact[metric.name], dtype=float))
            scaled = (values - self._mean[column]) / self._deviation[column]
            columns.append(scaled.reshape(X.shape[:-1]).expand(samples.shape[:-1]))
        return torch.stack(columns, dim=-1)

    def _levels(self, *, ordered: bool) -> dict[int, list[float]]:
        """The inputs of the choices of the genes that have an order, or of those that have none."""
        space = self._problem.space
        return {
            gene: np.linspace(0, 1, count).tolist()
            for gene, count in enumerate(space.choices)
            if bool(space.ordered[gene]) == ordered and count > 1
        }

    def _new(self, genotypes: Genotypes) -> Genotypes:
        """The genotypes; a random neighbour in place of one that is known or repeated."""
        chosen = dict[bytes, Genotypes]()
        for genotype in genotypes:
            row = genotype[None]
            while (key := self._problem.space.key(row[0])) in self._known or key in chosen:
                row = self._problem.neighbours(row, self._rng)
            chosen[key] = row[0]
        return np.array(list(chosen.values()))


def genotypes_of(space: SearchSpace, inputs: Tensor) -> Genotypes:
    """`(n, genes)` canonical genotypes of `(..., genes)` inputs in [0, 1]."""
    flat = inputs.detach().reshape(-1, inputs.shape[-1]).numpy()
    rows = np.rint(flat * np.maximum(space.choices - 1, 1)).astype(np.int64)
    return space.canonical(rows)
