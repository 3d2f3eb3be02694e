"""The supernet as DyNAS Studio sees it."""

import functools
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from digits_supernet import data, space
from engine import devices
from engine.digest import sha256
from engine.errors import DataError
from engine.metrics import Source
from engine.space import Genotypes
from engine.supernets.base import EvaluationSettings, Supernet

if TYPE_CHECKING:
    from torch import Tensor, nn

WEIGHTS = Path(__file__).parent / "weights.pt"
PROTOCOL = 1  # raise it when the way of measuring changes: cached numbers are then not reused


class DigitsSupernet(Supernet):
    """`digits_transformer`: 1-4 layers, each of 1, 2 or 4 heads and 16, 32 or 64 hidden units."""

    name = "digits_transformer"
    title = "Transformer on handwritten digits"
    description = "Elastic transformer for 8 x 8 grey images of the ten digits. Ships with weights."
    accuracy_source = (
        "Measured on 449 images held out from training. As many others stay unseen by the search, "
        "for the test accuracy of the sub-networks you choose."
    )
    input_shape = (1, 8, 8)
    stages = ()
    space = space.SPACE

    def macs_params(self, genotypes: Genotypes) -> npt.NDArray[np.int64]:
        """`(n, 2)` exact MACs of one image and parameters of `(n, genes)` genotypes."""
        return space.macs_params(genotypes)

    def sources(self, settings: EvaluationSettings) -> Mapping[str, Source]:
        """The metrics that can be had, and where their numbers come from."""
        known = super().sources(settings)
        ours: dict[str, Source] = {name: known[name] for name in ("acc", "macs", "params", "lat")}
        return {**ours, "log_loss": "measured"}

    def bounds(self, metric: str) -> tuple[float | None, float]:
        """The value at which hypervolume starts to count, and the best that there can be."""
        smallest, largest = self.macs_params(np.stack([self.space.smallest, self.space.largest]))
        return {
            "acc": (85.0, 100.0),
            "macs": (float(largest[0]), float(smallest[0])),
            "params": (float(largest[1]), float(smallest[1])),
            "log_loss": (0.5, 0.0),
        }.get(metric, (None, 0.0))

    def fingerprint(self, settings: EvaluationSettings) -> str:
        """All that decides a measured number: the protocol, the weights and the images."""
        parts = [f"protocol {PROTOCOL}", sha256(WEIGHTS).hex(), data.digest("validation")]
        return hashlib.sha256(" ".join(parts).encode()).hexdigest()

    def check_data(self, settings: EvaluationSettings) -> None:
        """Raise DataError if a search cannot measure anything."""
        if settings.dataset_path is not None:
            raise DataError(
                "The digits ship with scikit-learn: leave the data folder (dataset_path) empty."
            )
        if settings.precision != "fp32":
            raise DataError("The transformer is measured in fp32: set precision to fp32.")
        devices.check(settings.device, settings.precision, settings.threads)
        self.fingerprint(settings)  # reads weights and images

    def subnetwork(
        self, config: Mapping[str, Any], settings: EvaluationSettings | None = None
    ) -> "nn.Module":
        """The sub-network with its weights, in eval mode."""
        from digits_supernet import network

        # A config is checked and made canonical first: it may come from anywhere.
        small = network.empty(self.space.to_config(self.space.encode(config)))
        weights = {k: v.clone() for k, v in network.shared(small, self._weights).items()}
        small.load_state_dict(weights, assign=True)
        return small.eval()

    def measure(
        self, config: Mapping[str, Any], metrics: Sequence[str], settings: EvaluationSettings
    ) -> dict[str, float]:
        """`acc` and `test_acc` (%), `log_loss` (nats) and `lat` (ms) of a sub-network, as asked."""
        from engine.meters import costs

        network = self.subnetwork(config).to(settings.device)
        values = costs.measured(self, config, network, metrics, settings)
        if {"acc", "log_loss"} & set(metrics):
            values["acc"], values["log_loss"] = self._tested(network, "validation", settings)
        if "test_acc" in metrics:
            values["test_acc"], _ = self._tested(network, "test", settings)
        return {name: values[name] for name in metrics}

    def _tested(
        self, network: "nn.Module", split: str, settings: EvaluationSettings
    ) -> tuple[float, float]:
        """Top-1 in % and log loss in nats."""
        import torch

        images, labels = (part.to(settings.device) for part in self._tensors(split))
        with torch.inference_mode():
            logits = torch.cat([network(part) for part in images.split(settings.batch_size)])
        right = (logits.argmax(1) == labels).double().mean()
        return 100 * float(right), float(torch.nn.functional.cross_entropy(logits, labels))

    @functools.cached_property
    def _weights(self) -> "dict[str, Tensor]":
        import torch

        try:
            weights: dict[str, Tensor] = torch.load(WEIGHTS, weights_only=True)
        except Exception as error:  # torch raises many kinds for a damaged file
            raise DataError(
                f"{WEIGHTS} cannot be loaded. Train it anew: python -m digits_supernet.train."
            ) from error
        return weights

    def _tensors(self, split: str) -> "tuple[Tensor, Tensor]":
        import torch

        images, labels = data.splits()[split]
        return torch.from_numpy(images), torch.from_numpy(labels)
