"""What running a sub-network costs: time and memory, measured here, or time from a table."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from engine.meters import latency_table, measurement
from engine.meters.conditions import TIMED, note, threads
from engine.meters.peak_memory import peak_bytes
from engine.supernets.base import EvaluationSettings, Supernet
from engine.supernets.input_shape import input_shape


def measured(
    supernet: Supernet,
    config: Mapping[str, Any],
    module: nn.Module,
    metrics: Sequence[str],
    settings: EvaluationSettings,
) -> dict[str, float]:
    """`lat`, `lat_spread` (ms) and `peak_memory` (MB) of a sub-network, as asked.

    `module` is the sub-network on the device of `settings`. Weights and images do not matter.
    """
    values: dict[str, float] = {}
    images = _noise(settings.latency_batch, input_shape(supernet, config))
    if settings.latency_table and "lat" in metrics:
        table = latency_table.read(settings.latency_table)
        values["lat"] = table.milliseconds(supernet, config, module)
    elif set(TIMED) & set(metrics):
        timed = measurement.latency(module, images, settings.precision, threads(settings))
        note(disturbed=timed.disturbed, slowed=timed.slowed)
        values |= {"lat": timed.median, "lat_spread": timed.spread}
    if "peak_memory" in metrics:
        values["peak_memory"] = peak_bytes(module, images, settings.precision) / 1e6
    return {name: value for name, value in values.items() if name in metrics}


def _noise(batch: int, shape: tuple[int, int, int]) -> Tensor:
    """Images of normalised noise `(batch, *shape)`."""
    images = torch.randn(batch, *shape, generator=torch.Generator().manual_seed(0))
    return images.contiguous(memory_format=torch.channels_last)
