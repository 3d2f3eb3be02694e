"""A small network, its data, and its elastic form, for tests of trainings."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.metrics import Metric
from engine.supernets.elastic.analysis import analyse
from engine.supernets.elastic.network import ElasticNetwork
from engine.supernets.elastic.settings import ElasticSettings
from engine.tasks.images.metrics import ACC
from engine.training.elastic.data import Batch, Part

CPU = torch.device("cpu")


class TinyNetwork(nn.Module):
    """Two convolutions with batch-norm and dropout, for 3 classes of 6 x 6 images."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, 3), nn.BatchNorm2d(16), nn.ReLU(),
            nn.Conv2d(16, 16, 3), nn.BatchNorm2d(16), nn.ReLU(),
        )  # fmt: skip
        self.dropout, self.head = nn.Dropout(0.1), nn.Linear(16, 3)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(n, 3)`."""
        return self.head(self.dropout(self.features(x).mean((2, 3))))


class TinyData:
    """Images whose class is the brightest of three rows; 4 training batches of 16."""

    metrics: tuple[Metric, ...] = (ACC,)
    steps_per_epoch = 4

    def _batch(self, seed: int) -> tuple[Tensor, Tensor]:
        generator = torch.Generator().manual_seed(seed)
        images = torch.rand(16, 1, 6, 6, generator=generator)
        return images, images[:, 0, :3].mean(2).argmax(1)

    def training_batches(self, seed: int, epoch: int, first: int = 0) -> Iterator[Batch]:
        """Batches with noise."""
        rng = np.random.default_rng((seed, epoch))
        order, noise_seeds = rng.permutation(4), rng.integers(1 << 30, size=4)
        for index, noise_seed in list(zip(order, noise_seeds, strict=True))[first:]:
            images, classes = self._batch(int(index))
            generator = torch.Generator().manual_seed(int(noise_seed))
            yield images + 0.01 * torch.randn(images.shape, generator=generator), classes

    def batches(self, part: Part) -> Iterable[Batch]:
        """Two batches for each part."""
        first = {"calibration": 10, "validation": 20, "held out": 30}[part]
        return [self._batch(first), self._batch(first + 1)]

    def loss(self, outputs: Any, target: Any) -> Tensor:
        """Cross-entropy."""
        return F.cross_entropy(outputs, target)

    def distance(self, outputs: Any, original_outputs: Any) -> Tensor:
        """The divergence of the classes' probabilities."""
        return F.kl_div(
            outputs.log_softmax(1), original_outputs.log_softmax(1),
            log_target=True, reduction="batchmean",
        )  # fmt: skip

    def score(self, outputs: list[Any], targets: list[Any]) -> Mapping[str, float]:
        """The share of right classes in %."""
        is_right = torch.cat(outputs).argmax(1) == torch.cat(targets)
        return {"acc": 100 * is_right.float().mean().item()}


def tiny_model(seed: int = 0) -> TinyNetwork:
    """The network, in eval mode."""
    torch.manual_seed(seed)
    return TinyNetwork().eval()


def tiny_elastic(model: nn.Module) -> ElasticNetwork:
    """Its elastic form."""
    return analyse(model, torch.zeros(2, 1, 6, 6), ElasticSettings(divisor=4)).network
