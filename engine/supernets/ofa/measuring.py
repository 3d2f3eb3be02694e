"""Measuring sub-networks of the ImageNet supernets; configs are canonical."""

import functools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.errors import EvaluationError
from engine.space import Config
from engine.supernets import measurement
from engine.supernets.base import EvaluationSettings
from engine.supernets.digest import sha256
from engine.supernets.ofa import pixels
from engine.supernets.ofa.catalogue import Model
from engine.supernets.ofa.imagenet import Images, Split
from engine.supernets.ofa.weights import load

_CALIBRATION_BATCH = 200
_NOISE_IMAGES = 8


@functools.lru_cache(maxsize=2)
def _network(model: Model, weights: Path | None, digest: bytes) -> Any:
    """The elastic network with the weights in a file; loaded anew when their digest changes."""
    net = model.build()
    if weights is not None:
        load(net, weights, model.weights.url)
    return net.eval()


def extracted(model: Model, config: Config, weights: Path | None) -> nn.Module:
    """The sub-network as a plain module with the weights in a file, or with random ones."""
    net = _network(model, weights, sha256(weights) if weights else b"")
    net.set_active_subnet(**config)
    module: nn.Module = net.get_active_subnet().eval()
    return module.to(memory_format=torch.channels_last)


def recalibrate(module: nn.Module, config: Config, split: Split) -> None:
    """Recompute batch-norm statistics on the calibration images of `split`."""
    images = pixels.decoded(split.calibration, config["r"][0], augmented=True)
    measurement.recalibrate(module, pixels.batches(images, _CALIBRATION_BATCH))


def measure(
    model: Model,
    config: Config,
    weights: Path,
    split: Split,
    metrics: Sequence[str],
    settings: EvaluationSettings,
) -> dict[str, float]:
    """`acc`, `acc_top5`, `test_acc` (%) and `lat` (ms, CPU) of a sub-network, as asked."""
    if "test_acc" in metrics and not len(split.unseen):
        raise EvaluationError(
            "All validation images take part in the search, so that none are left for a test. "
            "Set test_fraction below 1."
        )
    module = extracted(model, config, weights)
    recalibrate(module, config, split)
    folded = _folded(module)
    resolution, values = config["r"][0], {}
    if {"acc", "acc_top5"} & set(metrics):
        batches = _labelled(split.validation, resolution, settings.batch_size)
        top1, top5 = measurement.top_k(folded, batches, [1, 5])
        values = {m: v for m, v in (("acc", top1), ("acc_top5", top5)) if m in metrics}
    if "test_acc" in metrics:
        batches = _labelled(split.unseen, resolution, settings.batch_size)
        (values["test_acc"],) = measurement.top_k(folded, batches, [1])
    if "lat" in metrics:
        values["lat"] = measurement.latency(folded, _noise(settings.latency_batch, resolution))
    return values


def untrained_latency(model: Model, config: Config, batch: int) -> float:
    """Milliseconds a batch takes (CPU), with random weights: the time does not depend on them."""
    module = extracted(model, config, None)
    # Statistics that fit keep activations away from numbers that take longer to compute.
    measurement.recalibrate(module, [_noise(_NOISE_IMAGES, config["r"][0])])
    return measurement.latency(_folded(module), _noise(batch, config["r"][0]))


def _labelled(images: Images, resolution: int, size: int) -> Iterator[tuple[Tensor, Tensor]]:
    batches = pixels.batches(pixels.decoded(images, resolution, augmented=False), size)
    return zip(batches, torch.from_numpy(images.labels).split(size), strict=True)


def _folded(module: nn.Module) -> nn.Module:
    """The same network with batch-norm folded, in the memory format that is fast on a CPU."""
    return measurement.fold_batch_norm(module).to(memory_format=torch.channels_last)


def _noise(batch: int, resolution: int) -> Tensor:
    """Images of normalised noise `(batch, 3, r, r)`."""
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(batch, 3, resolution, resolution, generator=generator)
    return images.contiguous(memory_format=torch.channels_last)
