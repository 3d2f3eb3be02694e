"""OpenVinoNetwork: a calibrated network that OpenVINO runs on the processor."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from engine.compat.openvino import load_openvino
from engine.errors import EvaluationError
from engine.fast.convolution import Convolution
from engine.fast.openvino_graph import build_model, split_program
from engine.fast.pixel_scale import PixelScale
from engine.fast.program import Program
from engine.quoting import error_text

_CHUNK_PIXELS = 8 * 224 * 224  # of the inputs of a pass

_core: Any = None


class _Inputs(NamedTuple):
    """The shape `(h, w, c)` of inputs, and whether they are bytes."""

    shape: tuple[int, ...]
    are_bytes: bool


class _Passes(NamedTuple):
    """A compiled network for `size` inputs at a time, chosen for the largest batch so far."""

    largest_batch: int
    size: int
    request: Any


class OpenVinoNetwork:
    """The operations of a program in `dtype` (float32 or bfloat16), with as many threads as torch.

    Steps after the last convolution, such as linear layers, are done by torch in float32. `scale`
    is needed for bytes only. The network is compiled at the first call, with the statistics
    that the modules of the program have then, and for the size of the batch and of its inputs.
    """

    def __init__(
        self, first: Program, rest: Program, dtype: torch.dtype, scale: PixelScale | None
    ) -> None:
        self._first, self._rest = first, rest
        self._dtype, self._scale = dtype, scale
        self._compiled: dict[_Inputs, _Passes] = {}

    @classmethod
    def from_program(
        cls, program: Program, dtype: torch.dtype, scale: PixelScale | None = None
    ) -> "OpenVinoNetwork | None":
        """The network, or None where `split_program` is None or where it is not on a processor."""
        devices = {step.conv.weight.device.type for step in program.convolutions}
        parts = split_program(program)
        if parts is None or devices != {"cpu"}:
            return None
        return cls(*parts, dtype, scale)

    def __call__(self, inputs: Tensor) -> Tensor:
        """`(n, classes)` logits of `(n, c, h, w)` normalised inputs in float32."""
        return self._run(inputs.float().permute(0, 2, 3, 1).contiguous(), are_bytes=False)

    def classify_bytes(self, pixels: Tensor) -> Tensor:
        """`(n, classes)` logits of `(n, h, w, c)` bytes, which the network normalises itself."""
        return self._run(pixels.contiguous(), are_bytes=True)

    @torch.inference_mode()
    def _run(self, inputs: Tensor, are_bytes: bool) -> Tensor:
        key = _Inputs(tuple(inputs.shape[1:]), are_bytes)
        if key not in self._compiled or len(inputs) > self._compiled[key].largest_batch:
            self._compiled[key] = self._compile(key, len(inputs))
        _, size, request = self._compiled[key]
        outputs = []
        for part in inputs.split(size):
            array = _padded(part, size).numpy()
            (result,) = request.infer([array], share_inputs=True).values()
            outputs.append(torch.from_numpy(np.array(result[: len(part)])))
        return self._finish(torch.cat(outputs))

    def _finish(self, values: Tensor) -> Tensor:
        by_name: dict[str, Any] = {self._rest.source: values}
        for step in self._rest.steps:
            assert not isinstance(step, Convolution)
            by_name[step.output] = step.run(by_name)
        result: Tensor = by_name[self._rest.result]
        return result

    def _compile(self, inputs: _Inputs, batch: int) -> _Passes:
        """Raises EvaluationError if OpenVINO refuses the network."""
        size = _inputs_at_once(batch, inputs.shape)
        options = {
            "INFERENCE_PRECISION_HINT": "bf16" if self._dtype == torch.bfloat16 else "f32",
            "INFERENCE_NUM_THREADS": torch.get_num_threads(),
            "NUM_STREAMS": 1,
            # Pinned threads of several workers would share cores while others are idle.
            "ENABLE_CPU_PINNING": False,
        }
        scale = self._scale if inputs.are_bytes else None
        try:
            model = build_model(self._first, (size, *inputs.shape), scale)
            compiled = _shared_core().compile_model(model, "CPU", options)
            return _Passes(batch, size, compiled.create_infer_request())
        except (RuntimeError, ImportError, OSError) as error:  # a package may be damaged
            raise EvaluationError(
                f"OpenVINO cannot run the network: {error_text(error)}. Set backend to torch in "
                "the options of the quality meter."
            ) from error


def _inputs_at_once(batch: int, shape: Sequence[int]) -> int:
    """Inputs a pass: about as many as fit the cache, and so that a batch has few left over."""
    height, width, *_ = shape
    most = max(1, min(batch, _CHUNK_PIXELS // (height * width)))
    return math.ceil(batch / math.ceil(batch / most))


def _padded(inputs: Tensor, size: int) -> Tensor:
    if len(inputs) == size:
        return inputs
    padded = inputs.new_zeros(size, *inputs.shape[1:])
    padded[: len(inputs)] = inputs
    return padded


def _shared_core() -> Any:
    """OpenVINO with its plug-in for processors, which takes a tenth of a second to load."""
    global _core
    if _core is None:
        _core = load_openvino().Core()
    return _core
