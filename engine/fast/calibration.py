"""Batch-norm statistics of a program, computed layer by layer over the chunks of a batch.

A batch of 200 inputs exceeds the CPU cache, a chunk of it does not. Each chunk is convolved and its
statistics are computed while it is in the cache. When the statistics of all chunks are known, the
operations after the convolution are applied to a chunk just before the next layer reads it. The
output of a cheap convolution with more output than input channels is not stored: its statistics
follow from those of the input, and its reader computes it with the folded convolution.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from engine.fast.convolution import Convolution
from engine.fast.kernels import Kernel
from engine.fast.program import Operation, Program

_MAX_RECOMPUTED_WORK = 128  # multiplications per value that cost less than storing the value


@dataclass(frozen=True)
class Moments:
    """Mean and variance `(c,)` of `count` numbers a channel; the variance is not corrected."""

    mean: Tensor
    var: Tensor
    count: int

    @classmethod
    def combine(cls, parts: Sequence[tuple[Tensor, Tensor, int]]) -> "Moments":
        """The moments of the union of parts with mean, variance and count (Chan et al., 1979)."""
        if len(parts) == 1:
            mean, var, count = parts[0]
            return cls(mean.float(), var.float(), count)
        total = sum(count for _, _, count in parts)
        means = torch.stack([mean for mean, _, _ in parts]).double()
        variances = torch.stack([var for _, var, _ in parts]).double()
        shares = means.new_tensor([[count / total] for _, _, count in parts])
        mean = (shares * means).sum(0)
        var = (shares * (variances + (means - mean) ** 2)).sum(0)
        return cls(mean.float(), var.float(), total)


def average(batches: Sequence[Moments]) -> Moments:
    """Mean and variance averaged over batches, weighted by their counts, as in Once-for-All."""
    total = sum(m.count for m in batches)
    means, variances = (
        torch.stack(x) for x in zip(*((m.mean, m.var) for m in batches), strict=True)
    )
    shares = means.new_tensor([[m.count / total] for m in batches])
    return Moments((shares * means).sum(0), (shares * variances).sum(0), total)


class _ChunkedValue:
    """A value in chunks, computed at the first read; stored for further reads if `is_stored`."""

    def __init__(self, count: int, make: Callable[[int], Any], is_stored: bool) -> None:
        self._make: Callable[[int], Any] | None = make
        self._chunks: dict[int, Any] = {}
        self._count, self.is_stored = count, is_stored

    def chunk(self, index: int) -> Any:
        """Chunk `index`."""
        if index in self._chunks:
            return self._chunks[index]
        assert self._make is not None
        chunk = self._make(index)
        if self.is_stored:
            self._chunks[index] = chunk
            if len(self._chunks) == self._count:
                self._make = None  # releases the inputs
        return chunk


def moments(
    program: Program, kernels: Mapping[str, Kernel], chunks: Sequence[Tensor], to_end: bool = False
) -> tuple[list[Tensor], dict[str, Moments]]:
    """The result of a program in chunks, and the moments of each batch-norm's inputs in a batch.

    The moments are by the output of the step. Each layer is normalised by the moments of the whole
    batch, as batch-norm does in training. `kernels` holds the unfolded convolutions of the steps by
    their output. The result is empty unless the program is run `to_end`.
    """
    moments_by_output: dict[str, Moments] = {}
    uses, unused_values, values = program.uses, program.unused_values, dict[str, _ChunkedValue]()
    values[program.source] = _ChunkedValue(len(chunks), lambda i: chunks[i], is_stored=True)
    last = max(
        (i for i, s in enumerate(program.steps) if isinstance(s, Convolution) and s.norm),
        default=-1,
    )
    for i, step in enumerate(program.steps[: None if to_end else last + 1]):
        sources = {name: values[name] for name in step.inputs}
        if isinstance(step, Operation):
            value = _operation_value(step, sources, len(chunks))
        elif step.norm is None:
            value = _plain_value(step, kernels[step.output], sources, len(chunks))
        else:
            has_more_readers = uses.get(step.output, 0) > 1
            value, moments_by_output[step.output] = _normalised_value(
                step, kernels[step.output], sources, len(chunks), has_more_readers
            )
        values[step.output] = value
        for name in unused_values[i]:
            del values[name]
    result = [values[program.result].chunk(i) for i in range(len(chunks))] if to_end else []
    return result, moments_by_output


def _operation_value(
    step: Operation, sources: dict[str, _ChunkedValue], count: int
) -> _ChunkedValue:
    def make(i: int) -> Any:
        return step.run({name: source.chunk(i) for name, source in sources.items()})

    return _ChunkedValue(count, make, is_stored=True)


def _plain_value(
    step: Convolution, kernel: Kernel, sources: dict[str, _ChunkedValue], count: int
) -> _ChunkedValue:
    read_inputs = _input_reader(step, sources)
    return _ChunkedValue(count, lambda i: kernel(*read_inputs(i), step.activation), is_stored=True)


def _normalised_value(
    step: Convolution,
    kernel: Kernel,
    sources: dict[str, _ChunkedValue],
    count: int,
    has_more_readers: bool,
) -> tuple[_ChunkedValue, Moments]:
    source, read_inputs = sources[step.source], _input_reader(step, sources)
    # On a GPU the covariance takes longer than reading and writing the output.
    on_processor = step.conv.weight.device.type == "cpu"
    if on_processor and step.widens and step.work <= _MAX_RECOMPUTED_WORK and source.is_stored:
        chunks = [source.chunk(i) for i in range(count)]
        count_per_channel = sum(x.numel() // x.shape[1] for x in chunks)
        batch_moments = Moments(*step.moments(chunks), count_per_channel)
        folded = step.folded(batch_moments, kernel.dtype)
        return _ChunkedValue(
            count, lambda i: folded(*read_inputs(i), step.activation), has_more_readers
        ), batch_moments
    parts, unnormalised = [], dict[int, Tensor]()
    for i in range(count):
        y = unnormalised[i] = kernel(source.chunk(i))
        mean, var = torch.batch_norm_update_stats(y, None, None, 0.0)
        parts.append((mean, var, y.numel() // y.shape[1]))
    batch_moments = Moments.combine(parts)
    residual = sources[step.residual] if step.residual else None

    def finish(i: int) -> Tensor:
        shortcut = residual.chunk(i) if residual else None
        return step.finish(unnormalised.pop(i), batch_moments, shortcut)

    return _ChunkedValue(count, finish, is_stored=True), batch_moments


def _input_reader(
    step: Convolution, sources: dict[str, _ChunkedValue]
) -> Callable[[int], tuple[Tensor, Tensor | None]]:
    source = sources[step.source]
    residual = sources[step.residual] if step.residual else None
    return lambda i: (source.chunk(i), residual.chunk(i) if residual else None)
