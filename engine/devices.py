"""Devices and number formats that networks run on and with, and checks of them."""

import os
from typing import TYPE_CHECKING, Literal

from engine.errors import DataError

if TYPE_CHECKING:
    import torch

Precision = Literal["fp32", "bf16"]

DEVICE = r"cpu|mps|cuda(:\d+)?"
"""The names of devices, as a regular expression."""


def available_devices() -> list[str]:
    """The devices that torch has on this machine."""
    import torch

    cuda = [f"cuda:{i}" for i in range(torch.cuda.device_count())] if _has_cuda() else []
    return ["cpu", *cuda, *(["mps"] if torch.backends.mps.is_available() else [])]


def core_count() -> int:
    """The cores of this machine that this process may use: fewer for some jobs of a cluster."""
    cores = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        return min(cores, len(os.sched_getaffinity(0)))
    return cores


def is_gpu_here(device: str) -> bool:
    """Whether a device is a GPU of NVIDIA that torch has on this machine."""
    return device.startswith("cuda") and _has_cuda()


def check(device: str, precision: Precision, threads: int | None = None) -> None:
    """Raise DataError, naming the alternatives, for an unavailable device or precision.

    Also for more `threads` than the processor has cores.
    """
    cores = core_count()
    if threads is not None and threads > cores:
        raise DataError(
            f"There are no {threads} cores on this machine for as many threads. Set threads to "
            f"{cores} at most, or leave it out to use all."
        )
    if (device, precision) == ("cpu", "fp32"):
        return
    names = available_devices()
    full_name = "cuda:0" if device == "cuda" else device
    if full_name not in names:
        raise DataError(
            f"There is no device '{device}' on this machine. Set device to one of: "
            f"{', '.join(names)}."
        )
    if precision == "bf16" and not computes_in_bf16(device):
        raise DataError(f"The device '{device}' does not compute in bf16. Set precision to fp32.")


def dtype(precision: Precision) -> "torch.dtype":
    """The torch data type of `precision`."""
    import torch

    return torch.bfloat16 if precision == "bf16" else torch.float32


def _has_cuda() -> bool:
    import torch

    return torch.cuda.is_available()


def computes_in_bf16(device: str) -> bool:
    """Whether an available device computes in bfloat16 natively, without emulation."""
    import torch

    from engine.compat.torch import processor_has_bf16

    if device == "cpu":
        return processor_has_bf16()
    if not device.startswith("cuda"):
        return False
    with torch.cuda.device(device):  # an older GPU beside a newer one; what it emulates is slow
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
