"""Measuring sub-networks of the ImageNet supernets; configs are canonical."""

import functools
import math
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.devices import Precision
from engine.digest import sha256
from engine.errors import EvaluationError
from engine.meters import measurement
from engine.meters.protocol import CALIBRATION_BATCH, images_at_once
from engine.space import Config
from engine.supernets.base import EvaluationSettings
from engine.supernets.ofa.catalogue import Model
from engine.supernets.ofa.weights import load
from engine.tasks.images import decoded_images, pixels
from engine.tasks.images.pixels import Pixels
from engine.tasks.images.validation_folders import Images, Split

_NOISE_IMAGES = 8
_LOOK = 60.0  # seconds

_opened: dict[tuple[Path, tuple[Path, ...], int, bool], tuple[float, Pixels]] = {}


@functools.lru_cache(maxsize=2)
def _network(model: Model, weights: Path | None, digest: bytes, device: str) -> Any:
    """The elastic network with the weights in a file; loaded anew when their digest changes."""
    net = model.build()
    if weights is not None:
        load(net, weights, model.weights.url)
    return net.eval().to(device)


def extracted(model: Model, config: Config, weights: Path | None, device: str = "cpu") -> nn.Module:
    """The sub-network as a plain module with the weights in a file, or with random ones."""
    net = _network(model, weights, sha256(weights) if weights else b"", device)
    net.set_active_subnet(**config)
    module: nn.Module = net.get_active_subnet().eval()
    return module.to(memory_format=torch.channels_last)


def recalibrate(
    module: nn.Module, config: Config, split: Split, precision: Precision, device: str = "cpu"
) -> None:
    """Recompute batch-norm statistics on the calibration images of `split`; `device` is its own."""
    measurement.recalibrate(module, _calibration(config, split, device), precision)


def _calibration(config: Config, split: Split, device: str) -> Iterator[Tensor]:
    images = _decoded(split.calibration, config["r"][0], augmented=True)
    return pixels.batches(images, CALIBRATION_BATCH, device)


def _decoded(images: Images, resolution: int, augmented: bool) -> Pixels:
    """As `pixels.decoded`, which looks at every image file; here no more than once a minute.

    That takes longer than a GPU needs to classify a tenth of the images.
    """
    key = (decoded_images.folder(), images.paths, resolution, augmented)
    looked, found = _opened.get(key, (-math.inf, None))
    if found is None or time.monotonic() - looked > _LOOK:
        found = pixels.decoded(images, resolution, augmented)
        _opened[key] = (time.monotonic(), found)
    return found


def accuracy(
    module: nn.Module,
    config: Config,
    split: Split,
    metrics: Sequence[str],
    settings: EvaluationSettings,
) -> dict[str, float]:
    """`acc`, `acc_top5` and `test_acc` in % of a sub-network, as asked; recalibrates it first."""
    if "test_acc" in metrics and not len(split.unseen):
        raise EvaluationError(
            "All validation images take part in the search, so that none are left for a test. "
            "Set test_fraction below 1."
        )
    values: dict[str, float] = {}
    if not {"acc", "acc_top5", "test_acc"} & set(metrics):
        return values
    images, resolution = _calibration(config, split, settings.device), config["r"][0]
    network = measurement.calibrated(module, images, settings.precision)
    if {"acc", "acc_top5"} & set(metrics):
        batches = _labelled(split.validation, resolution, settings)
        top1, top5 = measurement.top_k(network, batches, [1, 5])
        values = {m: v for m, v in (("acc", top1), ("acc_top5", top5)) if m in metrics}
    if "test_acc" in metrics:
        batches = _labelled(split.unseen, resolution, settings)
        (values["test_acc"],) = measurement.top_k(network, batches, [1])
    return values


def untrained(model: Model, config: Config) -> nn.Module:
    """The sub-network with random weights: how long it takes does not depend on them."""
    module = extracted(model, config, None)
    # Statistics that fit keep activations away from numbers that take longer to compute.
    noise = torch.randn(
        _NOISE_IMAGES, 3, *config["r"] * 2, generator=torch.Generator().manual_seed(0)
    )
    measurement.recalibrate(module, [noise.contiguous(memory_format=torch.channels_last)])
    return module


def _labelled(
    images: Images, resolution: int, settings: EvaluationSettings
) -> Iterator[tuple[Tensor, Tensor]]:
    size = images_at_once(settings)
    found = _decoded(images, resolution, augmented=False)
    batches = pixels.batches(found, size, settings.device)
    return zip(batches, torch.from_numpy(images.labels).split(size), strict=True)
