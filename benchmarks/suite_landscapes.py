"""The landscapes of the suite: problems whose evaluations take no time and whose front is known."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from pathlib import Path

import moocore
import numpy as np

from benchmarks import measured_landscape, note10_latency
from benchmarks.generality import LANDSCAPES as SYNTHETIC
from benchmarks.near_true_front import Truth, kept_front, landscape_digest, near_true_front
from benchmarks.published_landscape import PREDICTOR, WORST, published_file
from benchmarks.published_landscape import RESNET_PREDICTOR as RESNET_PREDICTOR_FILE
from benchmarks.sample_efficiency import NEAR_TRUE
from benchmarks.synthetic_landscapes import SyntheticLandscape
from engine.evaluation.record import Evaluation
from engine.metrics import METRICS
from engine.pareto.front import Points, minimised, non_dominated
from engine.search.problem import Problem
from engine.search.strategy import Proposal
from engine.space import Genotypes
from engine.supernets.ofa.accuracy_predictor import AccuracyPredictor
from engine.supernets.ofa.catalogue import MOBILENET_PREDICTOR, RESNET_PREDICTOR
from engine.supernets.ofa.official_file import OfficialFile
from engine.supernets.registry import load

FRONTS = Path(__file__).parent / "results" / "suite" / "fronts"
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

    `sources` says of each objective where its values are from. `noise` is the deviation of an
    evaluation from the truth by objective, none where evaluations are exact.
    """

    name: str
    title: str
    problem: Problem
    truth: Truth
    box: Box
    sources: Mapping[str, str]
    noise: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """Another text for another landscape."""
        return landscape_digest(self.problem, self.truth)

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


def _with_predictor(
    supernet_name: str, predictor: tuple[str, OfficialFile], objectives: Sequence[str]
) -> tuple[Problem, Truth, Mapping[str, str]]:
    """Published accuracies with exact MACs or latencies of a phone; and where values are from."""
    supernet = load(supernet_name)
    accuracy = AccuracyPredictor.read(published_file(*predictor), predictor[1].url)
    computed: dict[str, Callable[[Genotypes], Points]] = {
        "acc": partial(accuracy.top1, supernet.space),
        "macs": lambda genotypes: supernet.exact_metrics(genotypes)["macs"],
    }
    sources = {"acc": "published predictor", "macs": "exact", "lat": "lookup table"}
    if "lat" in objectives:
        computed["lat"] = note10_latency.Latency(supernet.space).milliseconds
    metrics = [METRICS[name] for name in objectives]

    def truth(genotypes: Genotypes) -> Points:
        return np.stack([m.sign * computed[m.name](genotypes) for m in metrics], axis=1)

    problem = Problem(supernet.space, metrics, lambda g: {"macs": computed["macs"](g)})
    return problem, truth, {name: sources[name] for name in objectives}


_MOBILENET = (PREDICTOR, MOBILENET_PREDICTOR)
_RESNET = (RESNET_PREDICTOR_FILE, RESNET_PREDICTOR)


def mobilenet() -> Landscape:
    """The box of the front of two runs of NSGA-II with 180,000 evaluations each."""
    parts = _with_predictor("ofa_mbv3_d234_e346_k357_w1.0", _MOBILENET, ("acc", "macs"))
    ideal, reference = np.array([-82.45, 0.0]), np.array([-WORST[1], WORST[0]])
    scale = float(np.prod(reference - ideal)) / 1e6
    box = Box(ideal, reference, NEAR_TRUE / scale)
    return Landscape("mbv3", "MobileNetV3 w1.0: accuracy, MACs", *parts[:2], box, parts[2])


def resnet() -> Landscape:
    """The box of the front of two runs of 80,000 evaluations and hill climbing, 465 points."""
    parts = _with_predictor("ofa_resnet50", _RESNET, ("acc", "macs"))
    ideal, reference = np.array([-82.987006, 962.192128e6]), np.array([-78.566, 5868e6])
    box = Box(ideal, reference, 0.887227)
    return Landscape("resnet50", "ResNet50: accuracy, MACs", *parts[:2], box, parts[2])


def _note10(name: str, title: str, objectives: Sequence[str]) -> Landscape:
    """The box of a front that is computed here."""
    supernet = "ofa_mbv3_d234_e346_k357_w1.2"
    problem, truth, sources = _with_predictor(supernet, _MOBILENET, objectives)
    box = Box.around(near_true_front(problem, truth, FRONTS))
    return Landscape(name, f"MobileNetV3 w1.2: {title}", problem, truth, box, sources)


def measured() -> Landscape:
    """Measured accuracies of the built-in supernet; the whole space is known."""
    table = measured_landscape.MeasuredLandscape()
    box = Box.around(table.front)
    title = "small part of the built-in supernet, measured: accuracy, MACs"
    sources = {"acc": "measured", "macs": "exact"}
    return Landscape("measured", title, table.problem, table.truth, box, sources)


def synthetic(name: str, where: SyntheticLandscape) -> Landscape:
    """The space and costs of a supernet with made-up accuracies."""
    path = FRONTS / f"{landscape_digest(where.problem, where.truth)}.npy"
    front = kept_front(path, lambda: where.near_true_front)
    box = Box.of(front, front.min(axis=0), where.reference)
    sources = dict.fromkeys(where.objectives, "synthetic")
    title = f"synthetic, {where.name}"
    return Landscape(name, title, where.problem, where.truth, box, sources, where.deviations)


LANDSCAPES: dict[str, Callable[[], Landscape]] = {
    "mbv3": mobilenet,
    "resnet50": resnet,
    "note10": partial(_note10, "note10", "accuracy, latency of a phone", ("acc", "lat")),
    "three": partial(_note10, "three", "accuracy, MACs, latency", ("acc", "macs", "lat")),
    "measured": measured,
    **{f"synthetic-{i}": partial(synthetic, f"synthetic-{i}", where)
       for i, where in enumerate(SYNTHETIC, start=1)},
}  # fmt: skip
"""What makes each landscape, by name."""


@cache
def landscape(name: str) -> Landscape:
    """The landscape called `name`, made once in a process; KeyError if there is none."""
    return LANDSCAPES[name]()
