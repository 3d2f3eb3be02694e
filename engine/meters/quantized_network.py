"""A sub-network in int8: its file, and its quality when ONNX Runtime runs it."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any

import torch

from engine.errors import EvaluationError
from engine.meters.measured_network import MeasuredNetwork
from engine.runtimes.onnx_model import OnnxModel, export_onnx
from engine.runtimes.onnx_network import onnx_network
from engine.runtimes.onnx_runtime import OnnxRuntime
from engine.runtimes.quantization import quantize
from engine.tasks.base import DataSplit, Inputs, Network, held_out_metric, held_out_name
from engine.tasks.inputs import call_network, input_count, split_inputs
from engine.tasks.int8_metrics import int8_name, int8_quality
from engine.tasks.quality_protocol import INT8_CALIBRATION_INPUTS

_INPUTS_AT_ONCE = 100


class QuantizedNetwork:
    """The sub-network of `subject` in int8, with normalisation statistics in fp32."""

    def __init__(self, subject: MeasuredNetwork) -> None:
        self._subject = subject

    @cached_property
    def model(self) -> OnnxModel:
        """The file, with scales that follow from `calibration_inputs`.

        Raises EvaluationError for a network that cannot be exported or quantised, DataError for
        missing data.
        """
        subject, task = self._subject, self._subject.supernet.task
        settings = subject.settings
        if settings.precision == "fp32":
            _ = subject.network
            module = subject.module
        else:
            module = subject.supernet.subnetwork(subject.config, settings)
        model = export_onnx(module, subject.inputs(2), task.input_name, task.output_name)
        return quantize(model, calibration_inputs(subject), torch.get_num_threads())

    @cached_property
    def network(self) -> Network:
        """A callable whose outputs have the form of those of the sub-network's module."""
        run = OnnxRuntime().load(self.model.content, torch.get_num_threads())
        with torch.inference_mode():
            form = call_network(self._subject.module, self._subject.inputs(2))
        return onnx_network(self.model, run, form)

    def quality(self, names: Sequence[str]) -> dict[str, float]:
        """The metrics called `names`, such as `acc_int8` and, on held-out data, `test_acc_int8`."""
        held_out = [name for name in map(held_out_metric, names) if name]
        validated = [name for name in names if not held_out_metric(name)]
        if held_out and not self._subject.supernet.task.data_names.held_out:
            raise EvaluationError(f"{self._subject.supernet.name} has no held-out data for a test.")
        values = self._measure_part("validation", validated)
        on_held_out = self._measure_part("held out", held_out)
        return values | {held_out_name(name): value for name, value in on_held_out.items()}

    def _measure_part(self, part: DataSplit, names: Sequence[str]) -> dict[str, float]:
        qualities = [quality for name in names if (quality := int8_quality(name))]
        if not qualities:
            return {}
        subject, task = self._subject, self._subject.supernet.task
        values = task.quality(self.network, part, qualities, subject.settings, subject.resolution)
        return {int8_name(name): values[name] for name in qualities if name in values}


def calibration_inputs(subject: MeasuredNetwork) -> list[Inputs]:
    """Batches of the first inputs of the task's calibration data, `INT8_CALIBRATION_INPUTS` in all.

    They are those of its validation data if it has none for calibration.
    """
    task = subject.supernet.task
    batches = _first_inputs(task.calibration(subject.settings, subject.resolution))
    return batches or _validation_inputs(subject)


def _validation_inputs(subject: MeasuredNetwork) -> list[Inputs]:
    """The first inputs that a measurement of the quality in fp32 runs the network with."""
    task, batches = subject.supernet.task, list[Inputs]()

    class Complete(Exception):  # noqa: N818 - ends the measurement
        pass

    def record(inputs: Inputs) -> Any:
        batches.append(inputs)
        if sum(map(input_count, batches)) >= INT8_CALIBRATION_INPUTS:
            raise Complete
        return subject.network(inputs)

    metrics = [quality.name for quality in task.metrics]
    with suppress(Complete):
        task.quality(record, "validation", metrics, subject.settings, subject.resolution)
    return _first_inputs(batches)


def _first_inputs(batches: Iterable[Inputs]) -> list[Inputs]:
    """Batches with `INT8_CALIBRATION_INPUTS` inputs together, or with all there are."""
    taken: list[Inputs] = []
    parts = (part for batch in batches for part in split_inputs(batch, _INPUTS_AT_ONCE))
    for part in parts:
        taken.append(part)
        if sum(map(input_count, taken)) >= INT8_CALIBRATION_INPUTS:
            break
    return taken
