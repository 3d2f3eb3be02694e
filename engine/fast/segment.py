"""A part of a network that runs over a batch in chunks that fit the CPU cache."""

import math
from typing import Any

import torch
from torch import Tensor

from engine.fast.calibration import Moments, moments
from engine.fast.convolution import Convolution
from engine.fast.kernels import Kernel
from engine.fast.program import Program

_CHUNK_BYTES = 8_000_000  # of the largest value of a chunk, per thread
_FEWEST_INPUTS = 4  # of a chunk: each reads all weights, which a few inputs share
_MOST_BYTES = 24_000_000  # of the largest value of a chunk with so few inputs


class Segment:
    """The steps of a program in `dtype`; they determine the number of inputs in a chunk."""

    def __init__(self, program: Program, dtype: torch.dtype) -> None:
        self.program, self.dtype = program, dtype
        self._unused_values = program.unused_values
        self._overwriting_steps = program.overwriting_steps
        self._unfolded: dict[str, Kernel] = {}
        self._folded: dict[str, Kernel] = {}
        self._largest_bytes: dict[torch.Size, int] = {}

    @property
    def convolutions(self) -> list[Convolution]:
        """The steps that are convolutions."""
        return self.program.convolutions

    @property
    def has_batch_norm(self) -> bool:
        """Whether it contains a batch-norm."""
        return any(step.norm is not None for step in self.convolutions)

    def moments(self, batch: Tensor, to_end: bool) -> tuple[Tensor | None, dict[str, Moments]]:
        """The result for `batch` if `to_end`, and the moments of each batch-norm's inputs.

        The moments are by the output of the step. The result is normalised by them.
        """
        if not self._unfolded:
            self._unfolded = {s.output: s.unfolded(self.dtype) for s in self.convolutions}
        chunks = self._chunks(batch, self._unfolded)
        results, moments_by_output = moments(self.program, self._unfolded, chunks, to_end)
        return (_join(results) if to_end else None), moments_by_output

    def __call__(self, batch: Tensor) -> Tensor:
        """The result for `batch` with the statistics of the module."""
        if not self._folded:
            self._folded = {
                s.output: s.folded(s.running_statistics, self.dtype) for s in self.convolutions
            }
        chunks = self._chunks(batch, self._folded)
        return _join([self._run(chunk, self._folded)[0] for chunk in chunks])

    def clear_folded(self) -> None:
        """Discard the folded kernels after a change of the statistics."""
        self._folded.clear()

    def _chunks(self, batch: Tensor, kernels: dict[str, Kernel]) -> tuple[Tensor, ...]:
        """Chunks of about the same size; on a GPU the whole batch."""
        if batch.device.type != "cpu":
            return (batch,)
        shape = batch.shape[1:]
        if shape not in self._largest_bytes:
            _, self._largest_bytes[shape] = self._run(batch[:1], kernels)
        size = inputs_in_chunk(self._largest_bytes[shape], torch.get_num_threads())
        return torch.chunk(batch, math.ceil(len(batch) / size))

    def _run(self, inputs: Tensor, kernels: dict[str, Kernel]) -> tuple[Tensor, int]:
        """The result and the bytes of the largest value."""
        values: dict[str, Any] = {self.program.source: inputs}
        largest_bytes = 1
        for step, unused in zip(self.program.steps, self._unused_values, strict=True):
            if isinstance(step, Convolution):
                residual = values[step.residual] if step.residual else None
                value = kernels[step.output](
                    values[step.source],
                    residual,
                    step.activation,
                    overwrites=step.output in self._overwriting_steps,
                )
            else:
                value = step.run(values)
            values[step.output] = value
            if isinstance(value, Tensor):
                largest_bytes = max(largest_bytes, value.nbytes)
            for name in unused:
                del values[name]
        return values[self.program.result], largest_bytes


def inputs_in_chunk(largest_bytes: int, threads: int) -> int:
    """How many inputs a chunk has if the largest value of one input has `largest_bytes`."""
    fewest = min(_FEWEST_INPUTS, _MOST_BYTES // largest_bytes)
    return max(_CHUNK_BYTES * threads // largest_bytes, fewest, 1)


def _join(chunks: list[Tensor]) -> Tensor:
    return chunks[0] if len(chunks) == 1 else torch.cat(chunks)
