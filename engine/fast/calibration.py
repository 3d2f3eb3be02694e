"""Batch-norm statistics of a program, layer by layer over a batch that is held in chunks.

A batch of 200 inputs does not fit a cache, a chunk of it does. Each chunk is convolved and its
statistics are taken while it is there; when all are known, what follows the convolution is applied
to a chunk just before the next layer reads it. The output of a cheap convolution that has more
channels than its input is not even kept: its statistics follow from those of the input, and it is
computed once, folded, for its reader.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from engine.fast.convolution import Convolution
from engine.fast.kernels import Kernel
from engine.fast.program import Operation, Program

_CHEAP = 128  # multiplications for one number that cost less than writing and reading it


@dataclass(frozen=True)
class Moments:
    """Mean and variance `(c,)` of `count` numbers a channel; the variance is not corrected."""

    mean: Tensor
    var: Tensor
    count: int

    @classmethod
    def combine(cls, parts: Sequence[tuple[Tensor, Tensor, int]]) -> "Moments":
        """Of all numbers, from mean, variance and count of each part (Chan et al., 1979)."""
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
    """Mean and variance averaged over batches, each by its count: what Once-for-All keeps."""
    total = sum(m.count for m in batches)
    means, variances = (
        torch.stack(x) for x in zip(*((m.mean, m.var) for m in batches), strict=True)
    )
    shares = means.new_tensor([[m.count / total] for m in batches])
    return Moments((shares * means).sum(0), (shares * variances).sum(0), total)


class _Value:
    """A value in chunks, each made when it is read first; kept for further readers if `keep`."""

    def __init__(self, count: int, make: Callable[[int], Any], keep: bool) -> None:
        self._make: Callable[[int], Any] | None = make
        self._kept: dict[int, Any] = {}
        self._count, self.keep = count, keep

    def chunk(self, index: int) -> Any:
        """Chunk `index`."""
        if index in self._kept:
            return self._kept[index]
        assert self._make is not None
        chunk = self._make(index)
        if self.keep:
            self._kept[index] = chunk
            if len(self._kept) == self._count:
                self._make = None  # lets go of what it was made from
        return chunk


def moments(
    program: Program, kernels: Mapping[str, Kernel], chunks: Sequence[Tensor], through: bool = False
) -> tuple[list[Tensor], dict[str, Moments]]:
    """The moments that each batch-norm sees in a batch, by the output of its step.

    Each layer is normalised by the moments of the whole batch, as batch-norm does in training.
    `kernels` holds the convolutions of the steps, without what follows them, by their output. The
    result of the program comes with them, in chunks, if it is run `through` to its end.
    """
    found: dict[str, Moments] = {}
    uses, dropped, values = program.uses, program.dropped, dict[str, _Value]()
    values[program.source] = _Value(len(chunks), lambda i: chunks[i], keep=True)
    last = max(
        (i for i, s in enumerate(program.steps) if isinstance(s, Convolution) and s.norm),
        default=-1,
    )
    for i, step in enumerate(program.steps[: None if through else last + 1]):
        sources = {name: values[name] for name in step.inputs}
        if isinstance(step, Operation):
            value = _lazily(step, sources, len(chunks))
        elif step.norm is None:
            value = _unnormed(step, kernels[step.output], sources, len(chunks))
        else:
            several = uses.get(step.output, 0) > 1
            value, found[step.output] = _normed(
                step, kernels[step.output], sources, len(chunks), several
            )
        values[step.output] = value
        for name in dropped[i]:
            del values[name]
    result = [values[program.result].chunk(i) for i in range(len(chunks))] if through else []
    return result, found


def _lazily(step: Operation, sources: dict[str, _Value], count: int) -> _Value:
    def make(i: int) -> Any:
        return step.run({name: source.chunk(i) for name, source in sources.items()})

    return _Value(count, make, keep=True)


def _unnormed(step: Convolution, kernel: Kernel, sources: dict[str, _Value], count: int) -> _Value:
    read = _reader(step, sources)
    return _Value(count, lambda i: kernel(*read(i), step.activation), keep=True)


def _normed(
    step: Convolution, kernel: Kernel, sources: dict[str, _Value], count: int, several: bool
) -> tuple[_Value, Moments]:
    source, read = sources[step.source], _reader(step, sources)
    # A GPU would take longer for the covariance than it takes to read and write the output.
    on_processor = step.conv.weight.device.type == "cpu"
    if on_processor and step.widens and step.work <= _CHEAP and source.keep:
        chunks = [source.chunk(i) for i in range(count)]
        numbers = sum(x.numel() // x.shape[1] for x in chunks)
        found = Moments(*step.moments(chunks), numbers)
        folded = step.folded(found, kernel.dtype)
        return _Value(count, lambda i: folded(*read(i), step.activation), several), found
    parts, raw = [], dict[int, Tensor]()
    for i in range(count):
        y = raw[i] = kernel(source.chunk(i))
        mean, var = torch.batch_norm_update_stats(y, None, None, 0.0)
        parts.append((mean, var, y.numel() // y.shape[1]))
    found = Moments.combine(parts)
    residual = sources[step.residual] if step.residual else None

    def finish(i: int) -> Tensor:
        added = residual.chunk(i) if residual else None
        return step.finish(raw.pop(i), found, added)

    return _Value(count, finish, keep=True), found


def _reader(
    step: Convolution, sources: dict[str, _Value]
) -> Callable[[int], tuple[Tensor, Tensor | None]]:
    source = sources[step.source]
    residual = sources[step.residual] if step.residual else None
    return lambda i: (source.chunk(i), residual.chunk(i) if residual else None)
