"""What latency is timed on, in words."""

import functools
import platform
from pathlib import Path

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


def latency_device(device: str, batch: int, table: str) -> str:
    """A sentence on what latency is timed on, or which table it is read from."""
    if table:
        return f"Latency is read from {Path(table).name}, not measured."
    images = "one image" if batch == 1 else f"{batch} images"
    name = f" ({processor()})" if device == "cpu" else ""
    return (
        f"Latency is timed on the {device.upper()} of this machine{name}, {images} at a time, "
        "by one worker alone."
    )
