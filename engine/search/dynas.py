"""DyNAS: measure a few, learn predictors, search what they predict, measure the best, repeat.

Source: Cummings et al., arXiv 2205.10358 and arXiv 2202.12934. What differs: the
initial population is spread over size, metrics that can be computed are never predicted, the inner
search starts from the front so far, and proposals are chosen for predicted hypervolume gain.
"""

import moocore
import numpy as np

from engine.pareto.front import Points, minimised, non_dominated
from engine.predictors.gaussian_process import GaussianProcessPredictor
from engine.search import nsga2
from engine.search.initial import spread_sample
from engine.search.strategy import Proposal, Strategy
from engine.space import Genotypes

_SMALLEST_TRAINING_SET = 4
_SHORTLIST = 150  # predicted best candidates that the greedy choice looks at


class Dynas(Strategy):
    """The DyNAS cycle. A cycle proposes half a population, so that predictors learn soon."""

    def plan(self, cycle: int, n: int) -> list[Proposal]:
        """The initial population, then the best predicted sub-networks never proposed."""
        rng = self._rng(cycle)
        if cycle == 0:
            first = spread_sample(self.problem, min(n, self.population), rng)
            return [Proposal(genotype, 0) for genotype in first]
        count = min(n, max(self.population // 2, 1))
        usable = [e for e in self.told if e.ok]
        if len(usable) < _SMALLEST_TRAINING_SET:
            drawn = self.problem.space.sample_new(count, rng, self._seen)
            return [Proposal(genotype, cycle) for genotype in drawn]
        genotypes = np.array([e.genotype for e in usable])
        measured = minimised(usable, self.problem.objectives)
        models = self._fit(genotypes, measured)

        def predict(rows: Genotypes) -> Points:
            return self._predict(models, rows)

        front = genotypes[non_dominated(measured)]
        pool = nsga2.search(self.problem.space, predict, measured.shape[1], front, rng)
        key = self.problem.space.key
        fresh = np.array([g for g in pool if key(g) not in self._seen])
        fresh = fresh.reshape(-1, len(self.problem.space.genes))
        predicted = predict(fresh) if len(fresh) else np.empty((0, measured.shape[1]))
        chosen = greedy_gain(measured, predicted, count)
        picked = fresh[chosen]
        missing = count - len(picked)
        seen = self._seen | {key(g) for g in picked}
        extra = self.problem.space.sample_new(missing, rng, seen)
        genes = np.vstack([picked, extra]).astype(np.int64)
        return self._proposals(genes, models, cycle)

    def _fit(self, genotypes: Genotypes, measured: Points) -> dict[int, GaussianProcessPredictor]:
        features = self.problem.space.features(genotypes)
        return {
            column: GaussianProcessPredictor().fit(features, measured[:, column])
            for column, objective in enumerate(self.problem.objectives)
            if not objective.computable
        }

    def _predict(self, models: dict[int, GaussianProcessPredictor], rows: Genotypes) -> Points:
        exact = self.problem.exact(rows)
        features = self.problem.space.features(rows)
        columns = [
            models[column].predict(features)
            if column in models
            else objective.sign * np.asarray(exact[objective.name], dtype=np.float64)
            for column, objective in enumerate(self.problem.objectives)
        ]
        return np.stack(columns, axis=1)

    def _proposals(
        self, genes: Genotypes, models: dict[int, GaussianProcessPredictor], cycle: int
    ) -> list[Proposal]:
        if not len(genes):
            return []
        values = self._predict(models, genes)
        names = {c: self.problem.objectives[c] for c in models}
        return [
            Proposal(g, cycle, {o.name: float(o.sign * row[c]) for c, o in names.items()})
            for g, row in zip(genes, values, strict=True)
        ]


def greedy_gain(measured: Points, predicted: Points, n: int) -> list[int]:
    """Indices of up to `n` candidates, each adding most hypervolume to front and those before it.

    `measured` `(k, m)` and `predicted` `(c, m)` are minimised. Objectives are scaled by the range
    of both; the reference point lies a tenth of the range beyond the worst measured values.
    """
    if not len(predicted):
        return []
    low = np.minimum(measured.min(axis=0), predicted.min(axis=0))
    span = np.maximum(measured.max(axis=0) - low, 1e-12)
    front = (measured[non_dominated(measured)] - low) / span
    candidates = (predicted - low) / span
    indices = _shortlist(candidates)
    chosen: list[int] = []
    while indices and len(chosen) < n:
        base = moocore.hypervolume(front, ref=1.1)
        gains = [
            moocore.hypervolume(np.vstack([front, candidates[i]]), ref=1.1) - base for i in indices
        ]
        best = int(np.argmax(gains))
        index = indices.pop(best)
        front = np.vstack([front, candidates[index]])
        front = front[non_dominated(front)]
        chosen.append(index)
    return chosen


def _shortlist(candidates: Points) -> list[int]:
    """Candidates of the best non-dominated ranks, whole ranks until the list is long enough."""
    ranks = moocore.pareto_rank(candidates)
    order = np.argsort(ranks, kind="stable")
    return [int(i) for i in order[:_SHORTLIST]]
