"""The supernet for DyNAS Studio: its space, its task, and its sub-networks."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from digits_supernet import data, space
from dynas_studio import ACC, Config, Genotypes, LoaderTask, Metric, SlicedSupernet

if TYPE_CHECKING:
    from torch import Tensor, nn

LOG_LOSS = Metric(
    name="log_loss",
    label="Log loss",
    unit="nats",
    direction="min",
    source="measured",
    description="Mean of -log p, with p the probability that the network gives to an input's true "
    "class. It tells networks apart that classify the same inputs correctly.",
    lowest=0.0,
)


def score(outputs: "list[Tensor]", labels: "list[Tensor]") -> dict[str, float]:
    """Top-1 in % and log loss in nats, over all images."""
    import torch

    logits, digits = torch.cat(outputs), torch.cat(labels)
    is_correct = (logits.argmax(1) == digits).double().mean()
    loss = torch.nn.functional.cross_entropy(logits, digits)
    return {"acc": 100 * float(is_correct), "log_loss": float(loss)}


def example(count: int) -> Any:
    """`count` images with a gradient from black to white."""
    import torch

    return torch.linspace(-1, 1, count * 64).reshape(count, 1, 8, 8)


class DigitsTask(LoaderTask):
    """Classification of digits."""

    def __init__(self) -> None:
        super().__init__(
            [ACC, LOG_LOSS],
            score,
            example,
            validation=lambda: data.batches("validation"),
            held_out=lambda: data.batches("test"),
            data_names=data.WORDS,
            origin="Measured on 449 images held out from training. As many others stay unseen by "
            "the search, for the test accuracy of the sub-networks you choose.",
            digest=lambda: data.digest("validation"),
            classes=tuple("0123456789"),
        )

    def bounds(self, metric: Metric) -> tuple[float | None, float]:
        """The value at which hypervolume starts to count, and the ideal value."""
        return {"acc": (85.0, 100.0), "log_loss": (0.5, 0.0)}[metric.name]


class DigitsSupernet(SlicedSupernet):
    """`digits_transformer`: 1-4 layers, each of 1, 2 or 4 heads and 16, 32 or 64 hidden units."""

    name = "digits_transformer"
    title = "Transformer on handwritten digits"
    description = "Elastic transformer for 8 x 8 grey images of the ten digits. Ships with weights."
    weights = Path(__file__).parent / "weights.pt"
    space = space.SPACE
    task = DigitsTask()

    def network(self, config: Config) -> "nn.Module":
        """The transformer of a config."""
        from digits_supernet import network

        return network.build(config)

    def macs_params(self, genotypes: Genotypes) -> npt.NDArray[np.int64]:
        """`(n, 2)` exact MACs and parameters by a formula instead of counting."""
        return space.macs_params(genotypes)
