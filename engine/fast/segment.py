"""Part of a network, run over a batch in chunks that stay in a processor's cache."""

import math
from typing import Any

import torch
from torch import Tensor

from engine.fast.calibration import Moments, moments
from engine.fast.convolution import Convolution
from engine.fast.kernels import Kernel
from engine.fast.program import Program

_CACHE = 8_000_000  # bytes that the largest value of a chunk may take for each thread


class Segment:
    """The steps of a program in `dtype`; how many inputs a chunk has depends on them alone."""

    def __init__(self, program: Program, dtype: torch.dtype) -> None:
        self.program, self.dtype = program, dtype
        self._dropped = program.dropped
        self._plain: dict[str, Kernel] = {}
        self._folded: dict[str, Kernel] = {}
        self._largest: dict[torch.Size, int] = {}

    @property
    def convolutions(self) -> list[Convolution]:
        """Those of the steps that are."""
        return self.program.convolutions

    @property
    def normed(self) -> bool:
        """Whether there is a batch-norm in it."""
        return any(step.norm is not None for step in self.convolutions)

    def moments(self, batch: Tensor, through: bool) -> tuple[Tensor | None, dict[str, Moments]]:
        """What each batch-norm sees in `batch`, by the output of its step; the result if `through`.

        In the result, batch-norm has normalised by these.
        """
        if not self._plain:
            self._plain = {s.output: s.plain(self.dtype) for s in self.convolutions}
        chunks = self._chunks(batch, self._plain)
        results, found = moments(self.program, self._plain, chunks, through)
        return (_joined(results) if through else None), found

    def __call__(self, batch: Tensor) -> Tensor:
        """The result for `batch` with the statistics that the module has."""
        if not self._folded:
            self._folded = {s.output: s.folded(_stored(s), self.dtype) for s in self.convolutions}
        chunks = self._chunks(batch, self._folded)
        return _joined([self._run(chunk, self._folded)[0] for chunk in chunks])

    def forget(self) -> None:
        """Look at the statistics of the module anew, as they have changed."""
        self._folded.clear()

    def _chunks(self, batch: Tensor, kernels: dict[str, Kernel]) -> tuple[Tensor, ...]:
        """Chunks of the same size, as far as can be; a GPU takes the whole batch at once."""
        if batch.device.type != "cpu":
            return (batch,)
        shape = batch.shape[1:]
        if shape not in self._largest:
            _, self._largest[shape] = self._run(batch[:1], kernels)
        size = max(_CACHE * torch.get_num_threads() // self._largest[shape], 1)
        return torch.chunk(batch, math.ceil(len(batch) / size))

    def _run(self, inputs: Tensor, kernels: dict[str, Kernel]) -> tuple[Tensor, int]:
        """The result and the bytes of the largest value."""
        values: dict[str, Any] = {self.program.source: inputs}
        largest = 1
        for step, dropped in zip(self.program.steps, self._dropped, strict=True):
            if isinstance(step, Convolution):
                residual = values[step.residual] if step.residual else None
                value = kernels[step.output](values[step.source], residual, step.activation)
            else:
                value = step.run(values)
            values[step.output] = value
            if isinstance(value, Tensor):
                largest = max(largest, value.nbytes)
            for name in dropped:
                del values[name]
        return values[self.program.result], largest


def _joined(chunks: list[Tensor]) -> Tensor:
    return chunks[0] if len(chunks) == 1 else torch.cat(chunks)


def _stored(step: Convolution) -> Moments | None:
    norm = step.norm
    if norm is None:
        return None
    assert norm.running_mean is not None
    assert norm.running_var is not None
    return Moments(norm.running_mean, norm.running_var, 0)
