"""What a latency was timed on: the number holds for that alone."""

import functools
import platform
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.supernets.base import EvaluationSettings

TIMED = ("lat", "lat_spread")
"""Metrics whose numbers hold for the machine that they were measured on."""

_LINUX = Path("/proc/cpuinfo")
_MACOS = ("sysctl", "-n", "machdep.cpu.brand_string")


def timed_here(metrics: Sequence[str], settings: EvaluationSettings) -> list[str]:
    """Those of `metrics` that are timed on this machine, and not read from a table."""
    table = ("lat",) if settings.latency_table else ()
    return [name for name in metrics if name in TIMED and name not in table]


def conditions(settings: EvaluationSettings) -> dict[str, Any]:
    """What this process times a latency on under `settings`.

    `device` as configured, its `name`, the `host`, `threads` (of a processor only), `precision`
    and `batch`.
    """
    import torch

    found: dict[str, Any] = {
        "device": settings.device,
        "name": _name(settings.device),
        "host": platform.node(),
    }
    if settings.device == "cpu":
        found["threads"] = torch.get_num_threads()
    return {**found, "precision": settings.precision, "batch": settings.latency_batch}


def in_words(conditions: Mapping[str, Any]) -> str:
    """Such as `Intel Xeon (cpu), 2 threads, fp32, batch 1`; empty for nothing known."""
    if not conditions:
        return ""
    device, threads = conditions.get("device", "?"), conditions.get("threads")
    name = conditions.get("name")
    parts = [
        f"{name} ({device})" if name else str(device),
        f"{threads} thread{'s' if threads != 1 else ''}" if threads else "",
        str(conditions.get("precision", "")),
        f"batch {conditions['batch']}" if "batch" in conditions else "",
    ]
    return ", ".join(part for part in parts if part)


@functools.cache
def processor() -> str:
    """The processor's name, as the system tells it."""
    if _LINUX.is_file():
        for line in _LINUX.read_text(errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return " ".join(value.split())
    if platform.system() == "Darwin":
        told = subprocess.run(_MACOS, capture_output=True, text=True, check=False)
        if told.returncode == 0 and told.stdout.strip():
            return told.stdout.strip()
    return platform.processor() or platform.machine() or "unknown processor"


def _name(device: str) -> str:
    import torch

    if device.startswith("cuda"):
        return torch.cuda.get_device_name(device)
    return f"GPU of {processor()}" if device == "mps" else processor()
