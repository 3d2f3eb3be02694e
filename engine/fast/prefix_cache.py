"""A cache of the outputs of leading layers that sub-networks share, for the same inputs."""

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.fast.calibration import Moments
from engine.fast.convolution import Convolution
from engine.fast.program import Program

_MAX_BYTES = 1_000_000_000  # bytes, but no more than an eighth of the machine's memory


@dataclass(frozen=True)
class PrefixOutput:
    """The output `value` `(n, c, h, w)` of leading layers and the moments of their batch-norms."""

    value: Tensor | None
    moments: Mapping[str, Moments]

    @property
    def nbytes(self) -> int:
        """The bytes of the value; moments are small."""
        return 0 if self.value is None else self.value.nbytes


class PrefixCache:
    """An LRU cache of outputs by the digests of a network's leading layers and of the inputs.

    It holds at most `limit` bytes.
    """

    def __init__(self, limit: int | None = None) -> None:
        self._limit = _default_limit() if limit is None else limit
        self._bytes = 0
        self._outputs: OrderedDict[bytes, dict[bytes, PrefixOutput]] = OrderedDict()
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[type["PrefixCache"], tuple[()]]:
        return PrefixCache, ()  # another process keeps outputs of its own

    def longest_prefix(
        self, prefixes: Sequence[bytes], inputs: bytes, start: PrefixOutput
    ) -> tuple[int, PrefixOutput]:
        """The number of cached `prefixes`, and the output of the longest one.

        Each prefix is longer than the one before. If none is cached, returns 0 and `start`.
        """
        with self._lock:
            for count in range(len(prefixes), 0, -1):
                output = self._outputs.get(prefixes[count - 1], {}).get(inputs)
                if output is not None:
                    self._outputs.move_to_end(prefixes[count - 1])
                    return count, output
        return 0, start

    def put(self, prefix: bytes, inputs: bytes, output: PrefixOutput) -> None:
        """Store an output, unless other outputs of this prefix take all of the memory."""
        with self._lock:
            outputs = self._outputs.setdefault(prefix, {})
            self._outputs.move_to_end(prefix)
            while self._bytes + output.nbytes > self._limit and len(self._outputs) > 1:
                _, evicted = self._outputs.popitem(last=False)
                self._bytes -= sum(value.nbytes for value in evicted.values())
            if inputs not in outputs and self._bytes + output.nbytes <= self._limit:
                outputs[inputs] = output
                self._bytes += output.nbytes


def _default_limit() -> int:
    if not hasattr(os, "sysconf"):  # Windows
        return _MAX_BYTES
    return min(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 8, _MAX_BYTES)


def digest_of_inputs(inputs: Tensor) -> bytes:
    """A digest of `(n, c, h, w)` inputs."""
    return hashlib.sha256(repr(inputs.shape).encode() + inputs.numpy().tobytes()).digest()


def digest_prefixes(parts: Iterable[Program], dtype: torch.dtype, statistics: bool) -> list[bytes]:
    """Digests of what determines the result of the first of `parts`, of the first two, and so on.

    Ends before a part that does not consist of convolutions only. Batch-norm `statistics` are
    included for inference, but not for calibration. The number of threads is included because it
    determines the size of chunks and therefore the rounding.
    """
    digests = list[bytes]()
    running = hashlib.sha256(f"{dtype} {torch.get_num_threads()}".encode())
    for part in parts:
        for step in part.steps:
            if not isinstance(step, Convolution):
                return digests
            links = (step.source, step.residual, step.output, step.activation)
            running.update(f"{links} {step.conv} {step.norm}".encode())
            for tensor in _tensors(step, statistics):
                running.update(tensor.detach().numpy().tobytes())
        digests.append(running.digest())
    return digests


def _tensors(step: Convolution, statistics: bool) -> list[Tensor]:
    conv, norm = step.conv, step.norm
    tensors = [conv.weight, conv.bias]
    if norm is not None:
        tensors += [norm.weight, norm.bias]
        tensors += [norm.running_mean, norm.running_var] if statistics else []
    return [tensor for tensor in tensors if tensor is not None]
