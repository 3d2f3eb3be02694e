"""Sub-networks of the ImageNet supernets as plain modules; configs are canonical."""

import functools
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.digest import sha256
from engine.space import Config
from engine.supernets.ofa.catalogue import OfaModel
from engine.supernets.ofa.weights import load
from engine.tasks.statistics import recalibrate


@functools.lru_cache(maxsize=2)
def _network(model: OfaModel, weights: Path | None, digest: bytes, device: str) -> Any:
    """The elastic network with the weights in a file; loaded again when the digest changes."""
    net = model.build()
    if weights is not None:
        load(net, weights, model.weights.url)
    return net.eval().to(device)


def extract_subnetwork(
    model: OfaModel, config: Config, weights: Path | None, device: str = "cpu"
) -> nn.Module:
    """The sub-network as a plain module with the weights in a file, or with random ones."""
    net = _network(model, weights, sha256(weights) if weights else b"", device)
    net.set_active_subnet(**config)
    module: nn.Module = net.get_active_subnet().eval()
    return module.to(memory_format=torch.channels_last)


def random_subnetwork(model: OfaModel, config: Config, images: Tensor) -> nn.Module:
    """The sub-network with random weights, for latency, which does not depend on the weights.

    Batch-norm statistics of `images` keep activations away from slow subnormal numbers.
    """
    module = extract_subnetwork(model, config, None)
    recalibrate(module, [images])
    return module
