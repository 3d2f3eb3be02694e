"""The built-in supernet: elastic MobileNetV3 on Fashion-MNIST, shipped with weights and data."""

import hashlib
from pathlib import Path

from engine.digest import sha256
from engine.supernets.base import EvaluationSettings
from engine.supernets.builtin.costs import COSTS, STATE
from engine.supernets.builtin.elastic_mobilenet import ElasticMobileNet
from engine.supernets.builtin.fashion_images import FashionImages
from engine.tasks.quality_protocol import quality_protocol

WEIGHTS = Path(__file__).parent / "weights.pt"


class FashionSupernet(ElasticMobileNet):
    """`ofa_mbv3_fashion_d234_e346_k357`, with the weights of the package or of another file."""

    name = "ofa_mbv3_fashion_d234_e346_k357"
    title, short_title = "MobileNetV3 on Fashion-MNIST", "Fashion-MNIST"
    description = (
        "Elastic MobileNetV3 for 28 x 28 grey images, ten classes of clothing. "
        "Ships with weights and data: nothing to download."
    )
    licence = "Apache License 2.0, as DyNAS Studio."
    task: FashionImages

    def __init__(self, weights: Path = WEIGHTS) -> None:
        super().__init__(FashionImages(), weights, COSTS, STATE, "Part of DyNAS Studio.")

    def bounds(self, name: str) -> tuple[float | None, float]:
        """As for any supernet; accuracy starts below that of the smallest sub-network."""
        accuracy_bounds = {"acc": (85.0, 100.0), "acc_top5": (98.0, 100.0)}
        return accuracy_bounds[name] if name in accuracy_bounds else super().bounds(name)

    def fingerprint(self, settings: EvaluationSettings) -> str:
        """A digest of the weights file, the data files and the measuring protocol."""
        digest = hashlib.sha256(quality_protocol(settings, self.task).encode())
        for path in [self.weights, *self.task.files(settings)]:
            digest.update(sha256(path))
        return digest.hexdigest()
