"""How quality is measured: the versions of the protocol, and the library that runs the networks."""

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Literal

from engine.compat.openvino import OLDEST, openvino_version
from engine.errors import DataError
from engine.evaluation_settings import EvaluationSettings
from engine.options import Options, option, read_options

if TYPE_CHECKING:
    from engine.tasks.base import Task

Backend = Literal["torch", "openvino"]

METER = "quality"  # the meter with the options
CALIBRATION_BATCH = 200  # inputs whose statistics are averaged, as Once-for-All does
INT8_CALIBRATION_INPUTS = 500  # whose activations determine the scales of a network in int8
# Raise a version when the protocol changes: cached values are then not reused.
_VERSIONS = {"cpu": 3, "cuda": 4, "mps": 3}
_WORTHWHILE_PIXELS = 15_000_000  # of all inputs: OpenVINO then saves more than its set-up takes
_MEASURED_PROCESSORS = {"x86_64", "amd64"}  # on which OpenVINO was compared with torch


class QualityOptions(Options):
    """How networks are run when their quality is measured."""

    backend: Literal["automatic", "torch", "openvino"] = option(
        "automatic",
        "Quality backend",
        "The library that runs convolutional networks on the processor when their quality is "
        "measured. Automatic takes OpenVINO where it is installed and there are enough images for "
        "it to be faster. Accuracy is the same in fp32; in bf16 single images are classified "
        "differently. Numbers of different backends are never mixed.",
        choice_labels=("Automatic", "torch", "OpenVINO"),
    )


def quality_backend(task: "Task", settings: EvaluationSettings) -> Backend:
    """The library that runs the networks of `task` under `settings`.

    It follows from the data, the settings and what is installed, and is the same for all
    sub-networks: a network that OpenVINO cannot run is run by torch. Raises DataError for missing
    data, or if the settings name OpenVINO and it is not installed.
    """
    chosen: Literal["automatic", "torch", "openvino"]
    chosen = read_options(QualityOptions, settings.meter(METER), f"meter_options.{METER}").backend
    if settings.device != "cpu":
        return "torch"
    if chosen == "openvino":
        require_openvino()
    if chosen != "automatic":
        return chosen
    if not openvino_version() or platform.machine().lower() not in _MEASURED_PROCESSORS:
        return "torch"
    return "openvino" if task.validation_pixels(settings) >= _WORTHWHILE_PIXELS else "torch"


def backend_version(backend: Backend) -> str:
    """The version of a library that is installed."""
    return openvino_version() if backend == "openvino" else version("torch")


def describe_backend(task: "Task", settings: EvaluationSettings) -> str:
    """`quality_backend` for people: `torch`, or OpenVINO with its version."""
    backend = quality_backend(task, settings)
    return f"OpenVINO {openvino_version()}" if backend == "openvino" else backend


def require_openvino() -> None:
    """Raise DataError if OpenVINO is not installed, or only a version that is too old."""
    if not openvino_version():
        raise DataError(
            f"OpenVINO {OLDEST} or later is not installed, but it is the backend of the quality "
            "meter. Install it (pip install 'dynas-studio[openvino]'), or set backend to torch."
        )


def quality_protocol(settings: EvaluationSettings, task: "Task | None") -> str:
    """The protocol of quality measurements on a `task` under `settings`, for a fingerprint.

    Without a task, quality is predicted. Raises DataError as `quality_backend` does.
    """
    kind, _, _ = settings.device.partition(":")
    protocol = f"protocol {_VERSIONS[kind]} {kind} {settings.precision} "
    if task is not None and quality_backend(task, settings) == "openvino":
        protocol += f"openvino {openvino_version()} "
    return protocol


def inputs_at_once(settings: EvaluationSettings) -> int:
    """The batch size of quality measurements under `settings`.

    On a GPU it is at least that of calibration: cuDNN plans convolutions for each batch size.
    """
    if settings.device.startswith("cuda"):
        return max(settings.batch_size, CALIBRATION_BATCH)
    return settings.batch_size
