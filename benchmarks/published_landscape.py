"""Once-for-All's MobileNetV3 on ImageNet with published accuracies in place of measured ones.

Accuracy is MIT's published predictor (Linear 128-400-400-400-1, trained on measured sub-networks)
at resolution 224; MACs are counted exactly. An evaluation takes a millisecond, so that a search can
be repeated with many seeds. The environment variable DYNAS_REFERENCE names the files' folder.
"""

import os
from pathlib import Path

import moocore
import numpy as np

from engine.evaluation.record import Evaluation
from engine.metrics import METRICS
from engine.pareto.front import Points
from engine.search.problem import Problem
from engine.search.strategy import Proposal
from engine.space import Genotypes
from engine.supernets.ofa.accuracy_predictor import AccuracyPredictor
from engine.supernets.ofa.official_file import OfficialFile
from engine.supernets.registry import load

REFERENCE = Path(os.environ.get("DYNAS_REFERENCE", Path(__file__).parents[2] / "shared/reference"))
PREDICTOR = "published/ofa_mbv3_acc_predictor.pth"
RESNET_PREDICTOR = "published/ofa_resnet50_acc_predictor.pth"
NOTE10_TABLE = "published/note10/224_lookup_table.yaml"
ADDRESS = "https://raw.githubusercontent.com/han-cai/files/master/ofa/acc_predictor.pth"
WORST = (600e6, 76.45)
"""MACs and top-1 of the reference point of the hypervolume."""


def published_file(name: str, file: OfficialFile) -> Path:
    """The file `name` in `REFERENCE`; where it is not there, fetched from its official address.

    Raises DataError if it cannot be downloaded either.
    """
    path = REFERENCE / name
    return path if path.exists() else file.fetch()


class PublishedLandscape:
    """The search problem with its evaluations; raises FileNotFoundError without the predictor."""

    def __init__(self, predictor: Path | None = None) -> None:
        path = predictor or REFERENCE / PREDICTOR
        if not path.exists():
            raise FileNotFoundError(path)
        self._supernet = load("ofa_mbv3_d234_e346_k357_w1.0")
        self.space = self._supernet.space
        self._predictor = AccuracyPredictor.read(path, ADDRESS)
        objectives = [METRICS["acc"], METRICS["macs"]]
        self.problem = Problem(self.space, objectives, lambda g: {"macs": self.macs(g)})

    def macs(self, genotypes: Genotypes) -> Points:
        """`(n,)` MACs of `(n, genes)` genotypes at 224 x 224, batch-norm folded away."""
        macs: Points = self._supernet.exact_metrics(genotypes)["macs"]
        return macs

    def accuracy(self, genotypes: Genotypes) -> Points:
        """`(n,)` predicted ImageNet top-1 in % of `(n, genes)` genotypes."""
        return self._predictor.top1(self.space, genotypes)

    def evaluate(self, number: int, proposal: Proposal) -> Evaluation:
        """The record of a proposal, as if it had been measured."""
        genotype = proposal.genotype[None]
        return Evaluation(
            number=number,
            genotype=tuple(map(int, proposal.genotype)),
            config=self.space.to_config(proposal.genotype),
            cycle=proposal.cycle,
            status="ok",
            metrics={
                "acc": float(self.accuracy(genotype)[0]),
                "macs": float(self.macs(genotype)[0]),
            },
            sources={"acc": "published predictor", "macs": "exact"},
            seconds=0.0,
            finished=0.0,
            predicted=proposal.predicted,
        )


def hypervolume(macs: Points, accuracy: Points) -> float:
    """Dominated area up to `WORST` in millions of MACs times percent. Inputs `(n,)`."""
    points = np.c_[macs / 1e6, -accuracy]
    reference = np.array([WORST[0] / 1e6, -WORST[1]])
    inside = points[(points < reference).all(axis=1)]
    return float(moocore.hypervolume(inside, ref=reference)) if len(inside) else 0.0
