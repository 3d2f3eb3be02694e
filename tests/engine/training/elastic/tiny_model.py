"""The file of a user: a small network for images whose class is the brightest of three rows."""

import functools

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.tasks.elastic_task import ElasticTask
from engine.tasks.images.metrics import ACC


class TinyNetwork(nn.Module):
    """Two convolutions with batch-norm, and dropout, for 3 classes of 6 x 6 images."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, 3), nn.BatchNorm2d(16), nn.ReLU(),
            nn.Conv2d(16, 16, 3), nn.BatchNorm2d(16), nn.ReLU(),
        )  # fmt: skip
        self.dropout, self.head = nn.Dropout(0.1), nn.Linear(16, 3)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(n, 3)`."""
        logits: Tensor = self.head(self.dropout(self.features(x).mean((2, 3))))
        return logits


def make_model() -> nn.Module:
    """The network with the same weights each time."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return TinyNetwork()


def make_task() -> ElasticTask:
    """Four training batches of 16, shuffled, with noise; two batches of each other part."""
    return ElasticTask(
        training=_training,
        validation=lambda: [_batch(20), _batch(21)],
        held_out=lambda: [_batch(30), _batch(31)],
        calibration=lambda: [_batch(10), _batch(11)],
        loss=F.cross_entropy,
        metrics=[ACC],
        score=_share_correct,
    )


def _training() -> list[tuple[Tensor, Tensor]]:
    return [
        (images + 0.01 * torch.randn(images.shape), classes)
        for images, classes in map(_batch, torch.randperm(4).tolist())
    ]


@functools.cache
def _batch(seed: int) -> tuple[Tensor, Tensor]:
    images = torch.rand(16, 1, 6, 6, generator=torch.Generator().manual_seed(seed))
    return images, images[:, 0, :3].mean(2).argmax(1)


def _share_correct(outputs: list[Tensor], targets: list[Tensor]) -> dict[str, float]:
    is_right = torch.cat(outputs).argmax(1) == torch.cat(targets)
    return {"acc": 100 * is_right.float().mean().item()}
