"""The conditions of a measurement: device, machine, threads, precision, batch, runtime."""

import functools
import platform
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine import devices
from engine.evaluation_settings import EvaluationSettings
from engine.runtimes.registry import RUNTIMES

DISTURBED = ("disturbed", "slowed")
"""Conditions caused by other programs, as in `engine.meters.timing.Latency`."""


_LINUX = Path("/proc/cpuinfo")
_MACOS = ("sysctl", "-n", "machdep.cpu.brand_string")


def conditions(settings: EvaluationSettings, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The conditions of machine-specific measurements of this process under `settings`.

    `device` as configured, its `name`, the `host`, `threads` (of a CPU only), `precision`, `batch`,
    `runtime` with `runtime_version` unless it is torch, and `int8_runtime` with its version for a
    latency in int8. `threads`, `batch` and runtimes are in the `facts` of meters. Notes on a single
    measurement, such as `disturbed`, are not included.
    """
    result: dict[str, Any] = {
        "device": settings.device,
        "name": _device_name(settings.device),
        "host": platform.node(),
    }
    if settings.device == "cpu" and "threads" in facts:
        result["threads"] = facts["threads"]
    result["precision"] = settings.precision
    names = ("batch", "runtime", "runtime_version", "int8_runtime")
    return {**result, **{name: facts[name] for name in names if name in facts}}


def machine_facts(settings: EvaluationSettings) -> list[Any]:
    """The kind of this machine and of the device of `settings`, for a cache key.

    Machines of a kind have the same processor, as many cores, and the same GPU if that is the
    device. Their names do not matter.
    """
    gpu = [_device_name(settings.device)] if devices.is_gpu_here(settings.device) else []
    return [settings.device, processor_name(), devices.core_count(), *gpu]


def thread_count(requested: int | None) -> int:
    """The CPU threads that a pass is timed with: by default one per core."""
    return requested or devices.core_count()


def quality_conditions(settings: EvaluationSettings, runtime: str, version: str) -> dict[str, str]:
    """The conditions of a measured quality: `device`, `precision`, `runtime` and its version.

    `device` is as configured. Of a quality in int8 they are `int8_runtime` alone.
    """
    return {
        "device": settings.device,
        "precision": settings.precision,
        "runtime": runtime,
        "runtime_version": version,
    }


def machine_conditions(conditions: Mapping[str, Any]) -> dict[str, Any]:
    """The conditions of all latencies of a machine, without those of a single measurement."""
    return {name: value for name, value in conditions.items() if name not in DISTURBED}


def disturbance_warning(conditions: Mapping[str, Any]) -> str:
    """A sentence on the effect of other programs on a latency; empty without an effect."""
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


def describe_conditions(conditions: Mapping[str, Any]) -> str:
    """Such as `Intel Xeon (cpu), 2 threads, fp32, batch 1`; empty for unknown conditions.

    It also mentions other programs that ran during the measurement.
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
        _runtime_text(conditions),
        _int8_text(conditions),
        disturbance_text(conditions),
    ]
    return ", ".join(part for part in parts if part)


def describe_quality_conditions(conditions: Mapping[str, Any]) -> str:
    """Such as `OpenVINO 2026.4.1 (cpu, bf16)` or `ONNX Runtime 1.32.0 (int8)`; empty if unknown."""
    if "runtime" in conditions:
        places = [str(conditions[n]) for n in ("device", "precision") if n in conditions]
        return f"{_runtime_text(conditions)} ({', '.join(places)})" if places else ""
    return f"{_named_runtime(conditions)} (int8)" if "int8_runtime" in conditions else ""


def runtime_label(name: str) -> str:
    """What a runtime is called in a text."""
    return RUNTIMES[name].label if name in RUNTIMES else name


def _runtime_text(conditions: Mapping[str, Any]) -> str:
    """The runtime and its version; empty for torch."""
    label = runtime_label(str(conditions.get("runtime", "")))
    return f"{label} {conditions.get('runtime_version', '')}".strip()


def _int8_text(conditions: Mapping[str, Any]) -> str:
    """What ran the network in int8; empty if nothing did."""
    return f"int8 in {_named_runtime(conditions)}" if "int8_runtime" in conditions else ""


def _named_runtime(conditions: Mapping[str, Any]) -> str:
    """The label and the version of the runtime for int8."""
    name, _, version = str(conditions["int8_runtime"]).partition(" ")
    return f"{runtime_label(name)} {version}".rstrip()


def disturbance_text(conditions: Mapping[str, Any]) -> str:
    """`slowed by other programs` or `beside other programs`; empty without an effect."""
    if conditions.get("slowed"):
        return "slowed by other programs"
    return "beside other programs" if conditions.get("disturbed") else ""


@functools.cache
def processor_name() -> str:
    """The name of the processor according to the system."""
    if _LINUX.is_file():
        for line in _LINUX.read_text(errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return " ".join(value.split())
    if platform.system() == "Darwin":
        process = subprocess.run(_MACOS, capture_output=True, text=True, check=False)
        if process.returncode == 0 and process.stdout.strip():
            return process.stdout.strip()
    return platform.processor() or platform.machine() or "unknown processor"


def _device_name(device: str) -> str:
    import torch

    if device.startswith("cuda"):
        return torch.cuda.get_device_name(device)
    return f"GPU of {processor_name()}" if device == "mps" else processor_name()
