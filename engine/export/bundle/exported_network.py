"""ExportedNetwork: a sub-network as it is written into files, with real inputs to check them."""

import copy
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Any

import torch
from torch import Tensor, nn

from engine.compat.torch import tree_map
from engine.errors import EvaluationError
from engine.export.bundle.pixels import PixelNetwork, Preprocessing
from engine.meters.measured_network import MeasuredNetwork
from engine.runtimes.onnx_model import OnnxModel, export_onnx
from engine.runtimes.sequence_length import sequence_length, shortened
from engine.tasks.base import Inputs, Network, Task
from engine.tasks.inputs import call_network, tensors_in

CHECKED_INPUTS = 64
"""So many inputs of the validation data every file is checked with."""

_EXAMPLES = 2  # the batch that networks are traced with


class ExportedNetwork:
    """A recalibrated sub-network in float32 on the CPU.

    `subject` is measured under settings for the CPU and float32. `batches` are real inputs, see
    `InputCollector`; example inputs of the task take their place if there are none. With
    `with_preprocessing`, the ONNX model takes pixels from 0 to 255.
    """

    def __init__(
        self, subject: MeasuredNetwork, batches: list[Inputs], with_preprocessing: bool = False
    ) -> None:
        _ = subject.network  # recalibrates the module
        self.module = _independent_copy(subject.module.float().eval())
        self.subject, self.task = subject, subject.supernet.task
        self.has_real_inputs = bool(batches)
        self.batches = batches or [subject.inputs(CHECKED_INPUTS)]
        self.with_preprocessing = with_preprocessing

    @property
    def title(self) -> str:
        """The supernet and the configuration in one line."""
        return f"A sub-network of {self.subject.supernet.name}"

    @cached_property
    def example(self) -> Inputs:
        """The batch of example inputs that networks are traced with."""
        return self.subject.inputs(_EXAMPLES)

    @cached_property
    def outputs(self) -> list[Any]:
        """The outputs of the module for each of `batches`."""
        with torch.no_grad():
            return [call_network(self.module, batch) for batch in self.batches]

    @cached_property
    def preprocessing(self) -> Preprocessing:
        """The preprocessing inside the ONNX model; raises EvaluationError if that cannot be."""
        return Preprocessing.of(self.task.preprocessing(self.subject.resolution))

    @cached_property
    def onnx_model(self) -> OnnxModel:
        """The ONNX model as it is handed over: with the preprocessing if that was asked for."""
        return self._as_onnx(any_length=True)

    @cached_property
    def onnx_model_of_one_length(self) -> OnnxModel:
        """As `onnx_model`, for sequences of the example's length, whose masks are constants."""
        if self.sequence_length is None:
            return self.onnx_model
        return self._as_onnx(any_length=False)

    def _as_onnx(self, any_length: bool) -> OnnxModel:
        module, example = self.module, self.example
        if self.with_preprocessing:
            module = PixelNetwork(self.module, self.preprocessing)
            example = torch.zeros(self.example.shape, dtype=torch.uint8)
        names = (self.task.input_name, self.task.output_name)
        return export_onnx(module, example, *names, any_length=any_length)

    @cached_property
    def sequence_length(self) -> int | None:
        """The length of sequences if the network takes other ones as well; else None."""
        return sequence_length(partial(call_network, self.module), self.example)

    def shortened_batch(self) -> tuple[Inputs, Any]:
        """The first real inputs with half of each sequence, and the outputs for them.

        The network has a `sequence_length`.
        """
        inputs = shortened(self.batches[0], self.sequence_length or 0)
        with torch.no_grad():
            return inputs, call_network(self.module, inputs)


def _independent_copy(module: nn.Module) -> nn.Module:
    """A copy whose tensors are no views: of a supernet's tensors, whole ones would be written."""
    module = copy.deepcopy(module)
    for tensor in (*module.parameters(), *module.buffers()):
        tensor.data = tensor.data.clone(memory_format=torch.contiguous_format)
    return module


class InputCollector:
    """Calls a network and keeps the first `CHECKED_INPUTS` inputs that pass through it.

    `count` are the inputs that passed so far; `on_batch` is called with it.
    """

    def __init__(self, network: Network, on_batch: Callable[[int], None]) -> None:
        self._network, self._on_batch = network, on_batch
        self.batches: list[Inputs] = []
        self.count = self._kept = 0

    def __call__(self, inputs: Inputs) -> Any:
        """The outputs of the network."""
        length = example_count(inputs)
        if self._kept < CHECKED_INPUTS:
            # The first one is a batch by itself: a file must not depend on the size of a batch.
            for part in split_batch(inputs, 1 if not self.batches else CHECKED_INPUTS - self._kept):
                if self._kept < CHECKED_INPUTS:
                    self._keep(part)
        outputs = self._network(inputs)
        self.count += length
        self._on_batch(self.count)
        return outputs

    def _keep(self, inputs: Inputs) -> None:
        first = next(iter(split_batch(inputs, CHECKED_INPUTS - self._kept)))
        copy = tree_map(lambda v: v.detach().cpu().clone() if isinstance(v, Tensor) else v, first)
        self.batches.append(copy)
        self._kept += example_count(copy)


def example_count(inputs: Inputs) -> int:
    """The number of examples in a batch: the length of its tensors, 1 if they differ in it."""
    lengths = {len(tensor) for tensor in tensors_in(inputs) if tensor.ndim}
    return lengths.pop() if len(lengths) == 1 else 1


def split_batch(inputs: Inputs, first: int) -> list[Inputs]:
    """A batch as its `first` examples and the others; whole if its tensors differ in length."""
    length = example_count(inputs)
    is_uniform = all(t.ndim and len(t) == length for t in tensors_in(inputs))
    if not is_uniform or length <= first:
        return [inputs]
    return [_rows(inputs, part) for part in (slice(first), slice(first, None))]


def _rows(inputs: Inputs, rows: slice) -> Inputs:
    return tree_map(lambda v: v[rows] if isinstance(v, Tensor) else v, inputs)


def torch_inputs(task: Task, example: Inputs) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Example inputs as positional and named arguments of a module."""
    if isinstance(example, Mapping):
        return (), dict(example)
    if isinstance(example, tuple | list):
        return tuple(example), {}
    if not isinstance(example, Tensor):
        raise EvaluationError(
            f"The example inputs of the task '{task.name}' are a {type(example).__name__}. A "
            "tensor, or a tuple or a mapping of tensors is needed."
        )
    return (example,), {}
