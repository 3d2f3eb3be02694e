"""What a latency was timed on: the number holds for that alone."""

import functools
import os
import platform
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from engine.evaluation_settings import EvaluationSettings

DISTURBED = ("disturbed", "slowed")
"""Conditions that say that other programs ran: what `engine.meters.timing.Latency` has."""

_notes: ContextVar[dict[str, float] | None] = ContextVar("notes", default=None)

_LINUX = Path("/proc/cpuinfo")
_MACOS = ("sysctl", "-n", "machdep.cpu.brand_string")


def conditions(settings: EvaluationSettings, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What this process measures under `settings` what holds for one machine alone.

    `device` as configured, its `name`, the `host`, `threads` (of a processor only), `precision`
    and `batch`; the last ones from the `facts` that meters tell. What is noted of a measurement,
    such as `disturbed`, is none of them.
    """
    found: dict[str, Any] = {
        "device": settings.device,
        "name": _name(settings.device),
        "host": platform.node(),
    }
    if settings.device == "cpu" and "threads" in facts:
        found["threads"] = facts["threads"]
    found["precision"] = settings.precision
    return {**found, "batch": facts["batch"]} if "batch" in facts else found


def machine_facts(settings: EvaluationSettings) -> list[Any]:
    """What tells this machine and the device of `settings` from others, for a cache."""
    return [settings.device, platform.node(), processor(), os.cpu_count()]


def processor_threads(wanted: int | None) -> int:
    """The threads of this machine's processor that a pass is timed with: by default all."""
    return wanted or os.cpu_count() or 1


@contextmanager
def noting() -> Iterator[dict[str, float]]:
    """Gathers what `note` is told within."""
    notes: dict[str, float] = {}
    token = _notes.set(notes)
    try:
        yield notes
    finally:
        _notes.reset(token)


def note(**facts: float) -> None:
    """Tell of something that happened while a latency was timed; zeros are not worth a note."""
    notes = _notes.get()
    if notes is not None:
        notes.update({name: round(value, 3) for name, value in facts.items() if value})


def lasting(conditions: Mapping[str, Any]) -> dict[str, Any]:
    """Those that hold for every latency of a machine, and not for one alone."""
    return {name: value for name, value in conditions.items() if name not in DISTURBED}


def warning(conditions: Mapping[str, Any]) -> str:
    """A sentence on what other programs did to a latency; empty if they did nothing."""
    if slowed := conditions.get("slowed"):
        return (
            f"Other programs slowed it down: its threads waited {slowed:.0%} of the time for a "
            "core. It is less when the machine is quiet."
        )
    if disturbed := conditions.get("disturbed"):
        return (
            f"Other programs ran meanwhile: {disturbed:.0%} of the passes were disturbed and left "
            "out. It may be somewhat less when the machine is quiet."
        )
    return ""


def in_words(conditions: Mapping[str, Any]) -> str:
    """Such as `Intel Xeon (cpu), 2 threads, fp32, batch 1`; empty for nothing known.

    Also says so where other programs ran meanwhile.
    """
    if not conditions:
        return ""
    device, threads = conditions.get("device", "?"), conditions.get("threads")
    name = conditions.get("name")
    parts = [
        f"{name} ({device})" if name else str(device),
        f"{threads} thread{'s' if threads != 1 else ''}" if threads else "",
        str(conditions.get("precision", "")),
        f"batch {conditions['batch']}" if "batch" in conditions else "",
        _beside(conditions),
    ]
    return ", ".join(part for part in parts if part)


def _beside(conditions: Mapping[str, Any]) -> str:
    if conditions.get("slowed"):
        return "slowed by other programs"
    return "beside other programs" if conditions.get("disturbed") else ""


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
