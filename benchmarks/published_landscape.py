"""Once-for-All's MobileNetV3 on ImageNet with published accuracies in place of measured ones.

Accuracy is MIT's published predictor (Linear 128-400-400-400-1, trained on measured sub-networks)
at resolution 224; MACs are counted exactly. An evaluation takes a millisecond, so that a search can
be repeated with many seeds. The environment variable DYNAS_REFERENCE names the files' folder.
"""

import os
from pathlib import Path

import moocore
import numpy as np
import torch
from ofa.imagenet_classification.elastic_nn.networks import OFAMobileNetV3
from torch import nn

from engine.evaluation.record import Evaluation
from engine.metrics import METRICS
from engine.pareto.front import Points
from engine.search.problem import Problem
from engine.search.strategy import Proposal
from engine.space import Genotypes, mbconv_space
from engine.supernets.cost_table import build

REFERENCE = Path(os.environ.get("DYNAS_REFERENCE", Path(__file__).parents[2] / "shared/reference"))
PREDICTOR = "published/ofa_mbv3_acc_predictor.pth"
ADDRESS = "https://raw.githubusercontent.com/han-cai/files/master/ofa/acc_predictor.pth"
WORST = (600e6, 76.45)
"""MACs and top-1 of the reference point of the hypervolume."""

_STAGES, _BLOCKS = 5, 4
_RESOLUTIONS = 8  # 112, 128, ..., 224: the predictor's last inputs, one-hot


class PublishedLandscape:
    """The search problem with its evaluations; raises FileNotFoundError without the predictor."""

    def __init__(self, predictor: Path | None = None) -> None:
        self.space = mbconv_space(_STAGES, _BLOCKS)
        supernet = OFAMobileNetV3(
            ks_list=[3, 5, 7], expand_ratio_list=[3, 4, 6], depth_list=[2, 3, 4]
        )
        self._costs = build(supernet, (3, 224, 224))
        layers = [layer for size in (128, 400, 400) for layer in (nn.Linear(size, 400), nn.ReLU())]
        self._predictor = nn.Sequential(*layers, nn.Linear(400, 1))
        self._predictor.load_state_dict(
            torch.load(predictor or REFERENCE / PREDICTOR, weights_only=True, map_location="cpu")
        )
        objectives = [METRICS["acc"], METRICS["macs"]]
        self.problem = Problem(self.space, objectives, lambda g: {"macs": self.macs(g)})

    def macs(self, genotypes: Genotypes) -> Points:
        """`(n,)` MACs of `(n, genes)` genotypes at 224 x 224, batch-norm folded away."""
        macs: Points = self._costs.macs_params(self.space, genotypes)[:, 0].astype(np.float64)
        return macs

    @torch.inference_mode()
    def accuracy(self, genotypes: Genotypes) -> Points:
        """`(n,)` predicted ImageNet top-1 in % of `(n, genes)` genotypes."""
        blocks = 2 * _STAGES * _BLOCKS
        active = self.space.active(genotypes)[:, :blocks, None]
        one_hot = (genotypes[:, :blocks, None] == np.arange(3)) & active
        resolution = np.eye(_RESOLUTIONS)[[-1] * len(genotypes)]
        inputs = np.hstack([one_hot.reshape(len(genotypes), -1), resolution])
        outputs = self._predictor(torch.tensor(inputs, dtype=torch.float32))
        top1: Points = 100.0 * outputs[:, 0].numpy().astype(np.float64)
        return top1

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
