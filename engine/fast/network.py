"""FusedNetwork: a fast equivalent of a module for calibration and inference."""

from collections.abc import Callable, Iterable, Sequence

import torch
from ofa.utils import SEModule
from torch import Tensor, nn
from torch.nn import functional

from engine.fast.calibration import average
from engine.fast.prefix_cache import PrefixCache, PrefixOutput, digest_of_inputs, digest_prefixes
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
        self.program = program
        self._largest_batch = 0
        programs = [program] if prefix_cache is None else program.parts()
        self._segments = [Segment(part, dtype) for part in programs]
        self._prefix_digests: list[bytes] | None = None

    @classmethod
    def from_module(
        cls,
        module: nn.Module,
        dtype: torch.dtype = torch.float32,
        prefix_cache: PrefixCache | None = None,
    ) -> "FusedNetwork | None":
        """The fused network, or None if `trace` fails or the device has neither oneDNN nor CUDA.

        Also None without a convolution, where nothing is gained, or if another layer would receive
        inputs of another precision than its own.
        """
        devices = {p.device for p in [*module.parameters(), *module.buffers()]}
        device = devices.pop() if len(devices) == 1 else torch.device("meta")
        is_fp32 = all(p.dtype == torch.float32 for p in module.parameters())
        is_supported = {"cpu": torch.backends.mkldnn.is_available(), "cuda": True}
        if not is_fp32 or not is_supported.get(device.type, False):
            return None
        program = trace(module)
        if program is None or not program.convolutions:
            return None
        if dtype != torch.float32 and _has_unfused_weights(module, program):
            return None
        return cls(program, dtype, prefix_cache if device.type == "cpu" else None, device)

    @torch.inference_mode()
    def calibrate(self, batches: Iterable[Tensor]) -> None:
        """Set the batch-norm statistics of the module to their average over `batches`."""
        with_batch_norm = [i for i, segment in enumerate(self._segments) if segment.has_batch_norm]
        if not with_batch_norm:
            return
        segments = self._segments[: with_batch_norm[-1] + 1]
        prefix_digests = self._digest_prefixes(segments[:-1], statistics=False)

        def run(segment: Segment, value: Tensor) -> PrefixOutput:
            return PrefixOutput(*segment.moments(value, to_end=segment is not segments[-1]))

        batch_moments = [
            self._run_segments(segments, batch, run, prefix_digests).moments for batch in batches
        ]
        for step in [step for segment in segments for step in segment.convolutions]:
            norm = step.norm
            if (
                norm is None
                or not batch_moments
                or norm.running_mean is None
                or norm.running_var is None
            ):
                continue
            statistics = average([moments[step.output] for moments in batch_moments])
            norm.running_mean.copy_(statistics.mean)
            norm.running_var.copy_(statistics.var)
            if norm.num_batches_tracked is not None:
                norm.num_batches_tracked.fill_(len(batch_moments))
        self._prefix_digests = None
        for segment in self._segments:
            segment.clear_folded()

    @torch.inference_mode()
    def __call__(self, inputs: Tensor) -> Tensor:
        """`(n, classes)` logits of `(n, c, h, w)` inputs, with the statistics of the module."""
        if self._device.type != "cpu" and len(inputs) < self._largest_batch:
            return self(_pad_batch(inputs, self._largest_batch))[: len(inputs)]
        if self._prefix_digests is None:
            self._prefix_digests = self._digest_prefixes(self._segments[:-1], statistics=True)
        output = self._run_segments(
            self._segments,
            inputs,
            lambda segment, x: PrefixOutput(segment(x), {}),
            self._prefix_digests,
        )
        assert output.value is not None
        return output.value

    def _digest_prefixes(self, segments: Sequence[Segment], statistics: bool) -> list[bytes]:
        """Digests of what determines the result of the first segment, of the first two, ..."""
        if self._prefix_cache is None:
            return []
        return digest_prefixes([segment.program for segment in segments], self.dtype, statistics)

    def _run_segments(
        self,
        segments: Sequence[Segment],
        inputs: Tensor,
        run: Callable[[Segment, Tensor], PrefixOutput],
        prefix_digests: Sequence[bytes],
    ) -> PrefixOutput:
        """Run `segments` in order, starting after the longest prefix in the cache.

        Caches the output of the next segment, if it has a prefix digest: one per network, so that
        the cache holds the prefixes that many networks share.
        """
        self._largest_batch = max(self._largest_batch, len(inputs))
        output, cached_count = PrefixOutput(inputs.to(self._device, self.dtype), {}), 0
        if self._prefix_cache is not None and prefix_digests:
            inputs_digest = digest_of_inputs(inputs)
            cached_count, output = self._prefix_cache.longest_prefix(
                prefix_digests, inputs_digest, output
            )
        for i, segment in enumerate(segments[cached_count:], cached_count):
            assert output.value is not None
            result = run(segment, output.value)
            output = PrefixOutput(result.value, {**output.moments, **result.moments})
            if self._prefix_cache is not None and i == cached_count and i < len(prefix_digests):
                self._prefix_cache.put(prefix_digests[i], inputs_digest, output)
        return output


def _has_unfused_weights(module: nn.Module, program: Program) -> bool:
    """Whether a layer with weights is neither fused nor works in its own precision."""
    handled = {id(part) for step in program.convolutions for part in (step.conv, step.norm)}
    for part in module.modules():
        if isinstance(part, SEModule | nn.Linear):
            handled.update(id(inner) for inner in part.modules())
    with_weights = (m for m in module.modules() if any(True for _ in m.parameters(recurse=False)))
    return any(id(part) not in handled for part in with_weights)


def _pad_batch(inputs: Tensor, count: int) -> Tensor:
    """Pad to `count` inputs: for another batch size cuDNN would plan all convolutions again."""
    return functional.pad(inputs, [0] * 7 + [count - len(inputs)])
