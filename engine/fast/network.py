"""FusedNetwork: calibrates and classifies as the module does that it is made from, but faster."""

from collections.abc import Callable, Iterable, Sequence

import torch
from ofa.utils import SEModule
from torch import Tensor, nn
from torch.nn import functional

from engine.fast.calibration import average
from engine.fast.prefix_cache import PrefixCache, PrefixOutput, digest, digest_of_inputs
from engine.fast.program import Program, trace
from engine.fast.segment import Segment


class FusedNetwork:
    """The operations of a module in eval mode where it is, in `dtype` (float32 or bfloat16).

    Batch-norm and linear layers always work in float32, since rounded logits would tie. With a
    `prefix_cache` it reuses the outputs of leading layers that it shares with another network. The
    results are bitwise the same with and without cached outputs. A GPU caches nothing.
    """

    def __init__(
        self,
        program: Program,
        dtype: torch.dtype,
        prefix_cache: PrefixCache | None = None,
        device: torch.device | None = None,
    ) -> None:
        self.dtype, self._prefix_cache, self._device = (
            dtype,
            prefix_cache,
            device or torch.device("cpu"),
        )
        self._most = 0
        programs = [program] if prefix_cache is None else program.parts()
        self._parts = [Segment(part, dtype) for part in programs]
        self._beginnings: list[bytes] | None = None

    @classmethod
    def of(
        cls,
        module: nn.Module,
        dtype: torch.dtype = torch.float32,
        prefix_cache: PrefixCache | None = None,
    ) -> "FusedNetwork | None":
        """The network, or None where it cannot be: see `trace`; or with neither oneDNN nor CUDA.

        Nor where nothing is gained, without a convolution of maps, or where a layer that is no
        such convolution would meet numbers of another precision than its own.
        """
        devices = {p.device for p in [*module.parameters(), *module.buffers()]}
        device = devices.pop() if len(devices) == 1 else torch.device("meta")
        plain = all(p.dtype == torch.float32 for p in module.parameters())
        able = {"cpu": torch.backends.mkldnn.is_available(), "cuda": True}
        if not plain or not able.get(device.type, False):
            return None
        program = trace(module)
        if program is None or not program.convolutions:
            return None
        if dtype != torch.float32 and _has_other_layers(module, program):
            return None
        return cls(program, dtype, prefix_cache if device.type == "cpu" else None, device)

    @torch.inference_mode()
    def calibrate(self, batches: Iterable[Tensor]) -> None:
        """Set the batch-norm statistics of the module to their average over `batches`."""
        normed = [i for i, part in enumerate(self._parts) if part.normed]
        if not normed:
            return
        last, parts = self._parts[normed[-1]], self._parts[: normed[-1] + 1]
        beginnings = self._digests(parts[:-1], statistics=False)

        def run(part: Segment, value: Tensor) -> PrefixOutput:
            return PrefixOutput(*part.moments(value, through=part is not last))

        seen = [self._through(parts, batch, run, beginnings).moments for batch in batches]
        for step in [step for part in parts for step in part.convolutions]:
            norm = step.norm
            if norm is None or not seen or norm.running_mean is None or norm.running_var is None:
                continue
            kept = average([found[step.output] for found in seen])
            norm.running_mean.copy_(kept.mean)
            norm.running_var.copy_(kept.var)
            if norm.num_batches_tracked is not None:
                norm.num_batches_tracked.fill_(len(seen))
        self._beginnings = None
        for part in self._parts:
            part.forget()

    @torch.inference_mode()
    def __call__(self, inputs: Tensor) -> Tensor:
        """`(n, classes)` logits of `(n, c, h, w)` inputs, with the statistics of the module."""
        if self._device.type != "cpu" and len(inputs) < self._most:
            return self(_filled_up(inputs, self._most))[: len(inputs)]
        if self._beginnings is None:
            self._beginnings = self._digests(self._parts[:-1], statistics=True)
        reached = self._through(
            self._parts, inputs, lambda part, x: PrefixOutput(part(x), {}), self._beginnings
        )
        assert reached.value is not None
        return reached.value

    def _digests(self, parts: Sequence[Segment], statistics: bool) -> list[bytes]:
        """What decides the result of the first part, of the first two, and so on."""
        if self._prefix_cache is None:
            return []
        return digest([part.program for part in parts], self.dtype, statistics)

    def _through(
        self,
        parts: Sequence[Segment],
        inputs: Tensor,
        run: Callable[[Segment, Tensor], PrefixOutput],
        beginnings: Sequence[bytes],
    ) -> PrefixOutput:
        """Run `parts` one after the other, from the last that an equal network has reached.

        What the next one makes is kept, if it is among `beginnings`: one of them for each network,
        so that parts are kept that many have in common.
        """
        self._most = max(self._most, len(inputs))
        reached, done = PrefixOutput(inputs.to(self._device, self.dtype), {}), 0
        if self._prefix_cache is not None and beginnings:
            name = digest_of_inputs(inputs)
            done, reached = self._prefix_cache.furthest(beginnings, name, reached)
        for i, part in enumerate(parts[done:], done):
            assert reached.value is not None
            after = run(part, reached.value)
            reached = PrefixOutput(after.value, {**reached.moments, **after.moments})
            if self._prefix_cache is not None and i == done and i < len(beginnings):
                self._prefix_cache.put(beginnings[i], name, reached)
        return reached


def _has_other_layers(module: nn.Module, program: Program) -> bool:
    """Whether there are weights that are neither fused nor work in their own precision."""
    known = {id(part) for step in program.convolutions for part in (step.conv, step.norm)}
    for part in module.modules():
        if isinstance(part, SEModule | nn.Linear):
            known.update(id(inner) for inner in part.modules())
    with_weights = (m for m in module.modules() if any(True for _ in m.parameters(recurse=False)))
    return any(id(part) not in known for part in with_weights)


def _filled_up(inputs: Tensor, count: int) -> Tensor:
    """`count` inputs: for a batch of another size cuDNN would plan all convolutions anew."""
    return functional.pad(inputs, [0] * 7 + [count - len(inputs)])
