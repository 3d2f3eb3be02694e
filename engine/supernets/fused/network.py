"""FusedNetwork: calibrates and classifies as the module does that it is made from, but faster."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

from engine.supernets.fused.calibration import Moments, average, moments
from engine.supernets.fused.convolution import Convolution, Packed
from engine.supernets.fused.program import Program, trace

_CACHE = 8_000_000  # bytes that the largest value of a chunk may take for each thread


class FusedNetwork:
    """The operations of a module in eval mode on a processor, in `dtype` (float32 or bfloat16).

    Batch-norm always works in float32, and so do linear layers: rounded logits would tie.
    """

    def __init__(self, program: Program, dtype: torch.dtype) -> None:
        self._program, self.dtype = program, dtype
        self._dropped = program.dropped
        self._folded: dict[str, Packed] = {}
        self._chunk: dict[torch.Size, int] = {}

    @classmethod
    def of(cls, module: nn.Module, dtype: torch.dtype = torch.float32) -> "FusedNetwork | None":
        """The network, or None where it cannot be: see `trace`, or without oneDNN."""
        parameters = [*module.parameters(), *module.buffers()]
        plain = all(p.device.type == "cpu" for p in parameters) and all(
            p.dtype == torch.float32 for p in module.parameters()
        )
        if not plain or not torch.backends.mkldnn.is_available():
            return None
        program = trace(module)
        return cls(program, dtype) if program else None

    @torch.inference_mode()
    def calibrate(self, batches: Iterable[Tensor]) -> None:
        """Set the batch-norm statistics of the module to their average over `batches`."""
        plain = {step.output: step.plain(self.dtype) for step in self._convolutions}
        seen: list[dict[str, Moments]] = []
        for batch in batches:
            chunks = batch.to(self.dtype).split(self._size(batch, plain))
            seen.append(moments(self._program, plain, chunks))
        for step in self._convolutions:
            norm = step.norm
            if norm is None or not seen or norm.running_mean is None or norm.running_var is None:
                continue
            kept = average([found[step.output] for found in seen])
            norm.running_mean.copy_(kept.mean)
            norm.running_var.copy_(kept.var)
            if norm.num_batches_tracked is not None:
                norm.num_batches_tracked.fill_(len(seen))
        self._folded.clear()

    @torch.inference_mode()
    def __call__(self, images: Tensor) -> Tensor:
        """`(n, classes)` logits of `(n, c, h, w)` images, with the statistics of the module."""
        if not self._folded:
            self._folded = {s.output: s.folded(_stored(s), self.dtype) for s in self._convolutions}
        size = self._size(images, self._folded)
        return torch.cat([self._run(chunk, self._folded)[0] for chunk in images.split(size)])

    @property
    def _convolutions(self) -> list[Convolution]:
        return [step for step in self._program.steps if isinstance(step, Convolution)]

    def _size(self, images: Tensor, packed: dict[str, Packed]) -> int:
        """How many of `images` are worked on at a time, for their values to stay in the cache."""
        if images.shape[1:] not in self._chunk:
            _, largest = self._run(images[:1], packed)
            budget = _CACHE * torch.get_num_threads()
            self._chunk[images.shape[1:]] = max(budget // largest, 1)
        return self._chunk[images.shape[1:]]

    def _run(self, images: Tensor, packed: dict[str, Packed]) -> tuple[Tensor, int]:
        """The result and the bytes of the largest value."""
        values: dict[str, Any] = {self._program.source: images.to(self.dtype)}
        largest = 1
        for step, dropped in zip(self._program.steps, self._dropped, strict=True):
            if isinstance(step, Convolution):
                residual = values[step.residual] if step.residual else None
                value = packed[step.output](values[step.source], residual, step.activation)
            else:
                value = step.run(values)
            values[step.output] = value
            if isinstance(value, Tensor):
                largest = max(largest, value.nbytes)
            for name in dropped:
                del values[name]
        return values[self._program.result], largest


def _stored(step: Convolution) -> Moments | None:
    norm = step.norm
    if norm is None:
        return None
    assert norm.running_mean is not None
    assert norm.running_var is not None
    return Moments(norm.running_mean, norm.running_var, 0)
