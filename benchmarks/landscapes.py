"""A landscape: a problem whose evaluations take no time, with the box of its near-true front."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import moocore
import numpy as np

from benchmarks.near_true_front import Truth, landscape_digest
from engine.evaluation.record import Evaluation
from engine.metrics import METRICS
from engine.pareto.front import Points, minimised, non_dominated
from engine.search.problem import Problem
from engine.search.strategy import Proposal

_BEYOND = 0.05  # how far the reference point lies behind the front, as a share of its range


@dataclass(frozen=True)
class Box:
    """The space between an ideal and a reference point, `(objectives,)` minimised values each.

    `hypervolume` is the share of it that the near-true front dominates.
    """

    ideal: Points
    reference: Points
    hypervolume: float

    @classmethod
    def around(cls, front: Points) -> "Box":
        """The box of `(n, objectives)` a front, 5 % of its range larger than its worst values."""
        ideal, worst = front.min(axis=0), front.max(axis=0)
        return cls.of(front, ideal, worst + _BEYOND * (worst - ideal))

    @classmethod
    def of(cls, front: Points, ideal: Points, reference: Points) -> "Box":
        """The box between two points with the hypervolume of `(n, objectives)` a front."""
        return cls(ideal, reference, dominated_share(front, ideal, reference))

    def share(self, points: Points) -> float:
        """Share of the near-true front's hypervolume that `(n, objectives)` values dominate."""
        return dominated_share(points, self.ideal, self.reference) / self.hypervolume


def dominated_share(points: Points, ideal: Points, reference: Points) -> float:
    """Hypervolume of `(n, objectives)` minimised values, the box between two points having 1."""
    scaled = (points - ideal) / (reference - ideal)
    inside = scaled[(scaled < 1).all(axis=1)]
    return float(moocore.hypervolume(inside, ref=1.0)) if len(inside) else 0.0


@dataclass(frozen=True)
class Landscape:
    """A problem, the true values of its sub-networks, and the box of its near-true front.

    `make_box` is called when a share is asked for: a front may take minutes. `sources` says of each
    objective where its values are from. `noise` is the deviation of an evaluation from the truth by
    objective, none where evaluations are exact.
    """

    name: str
    title: str
    problem: Problem
    truth: Truth
    make_box: Callable[[], Box]
    sources: Mapping[str, str]
    noise: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def box(self) -> Box:
        """The box in which shares are measured."""
        return self.make_box()

    @cached_property
    def digest(self) -> str:
        """Another text for another landscape, or if methods can compute something else of it."""
        values, objectives = landscape_digest(self.problem, self.truth), self.problem.objectives
        computed = [o.name for o in objectives if o.name in self.problem.computed_names]
        return "-".join([values, *(name for name in computed if not METRICS[name].computable)])

    def noise_generator(self, seed: int) -> np.random.Generator:
        """What draws the noise of the evaluations of one search."""
        return np.random.default_rng((seed, *self.digest.encode()))

    def evaluate(self, number: int, proposal: Proposal, rng: np.random.Generator) -> Evaluation:
        """The record of a proposal, as if it had been measured."""
        rows = self.problem.objectives
        values = self.truth(proposal.genotype[None])[0]
        metrics = {o.name: float(o.sign * v) for o, v in zip(rows, values, strict=True)}
        for name, deviation in self.noise.items():
            metrics[name] += deviation * rng.standard_normal()
        return Evaluation(
            number=number, genotype=tuple(map(int, proposal.genotype)),
            config=self.problem.space.to_config(proposal.genotype), cycle=proposal.cycle,
            status="ok", metrics=metrics, sources=self.sources,
            seconds=0.0, finished=0.0, predicted=proposal.predicted,
        )  # fmt: skip

    def shares(self, evaluations: Sequence[Evaluation]) -> Points:
        """`(n,)` the share after each evaluation.

        It is that of the true values of the front that the evaluations show.
        """
        told = minimised(evaluations, self.problem.objectives)
        true_values = self.truth(np.array([e.genotype for e in evaluations]))
        front, shares = np.empty(0, dtype=np.int64), np.empty(len(told))
        for latest in range(len(told)):
            candidates = np.append(front, latest)
            front = candidates[non_dominated(told[candidates])]
            unchanged = latest > 0 and latest not in front
            shares[latest] = shares[latest - 1] if unchanged else self.box.share(true_values[front])
        return shares
