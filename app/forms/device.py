"""The device on which latency is timed."""

import functools
import platform
from pathlib import Path

from engine.supernets.base import EvaluationSettings

_LINUX = Path("/proc/cpuinfo")


@functools.cache
def processor() -> str:
    """The processor's name, as the system tells it."""
    if _LINUX.is_file():
        for line in _LINUX.read_text(errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return " ".join(value.split())
    return platform.processor() or platform.machine() or "unknown processor"


def latency_device() -> str:
    """A sentence on what latency is timed on."""
    settings = EvaluationSettings()
    images = "one image" if settings.latency_batch == 1 else f"{settings.latency_batch} images"
    return (
        f"Latency is timed on the {settings.device.upper()} of this machine ({processor()}), "
        f"{images} at a time, by one worker alone."
    )
