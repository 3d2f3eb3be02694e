"""What sub-networks that begin alike make of the same inputs, kept for the next of them."""

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

_LIMIT = 1_000_000_000  # bytes, but no more than an eighth of the machine's memory


@dataclass(frozen=True)
class PrefixOutput:
    """Where a batch has come to: `value` `(n, c, h, w)`, and what batch-norms saw on the way."""

    value: Tensor | None
    moments: Mapping[str, Moments]

    @property
    def nbytes(self) -> int:
        """Memory of the value; moments are small."""
        return 0 if self.value is None else self.value.nbytes


class PrefixCache:
    """Values by the beginning of a network that made them, and by the inputs.

    At most `limit` bytes. Beginnings that have not been asked for the longest go first.
    """

    def __init__(self, limit: int | None = None) -> None:
        self._limit = _share_of_memory() if limit is None else limit
        self._bytes = 0
        self._values: OrderedDict[bytes, dict[bytes, PrefixOutput]] = OrderedDict()
        self._lock = threading.Lock()

    def furthest(
        self, beginnings: Sequence[bytes], inputs: bytes, start: PrefixOutput
    ) -> tuple[int, PrefixOutput]:
        """How many of `beginnings` need not be run, and from where to go on.

        Each of them is longer than the one before. If none is known, it is 0 and `start`.
        """
        with self._lock:
            for done in range(len(beginnings), 0, -1):
                found = self._values.get(beginnings[done - 1], {}).get(inputs)
                if found is not None:
                    self._values.move_to_end(beginnings[done - 1])
                    return done, found
        return 0, start

    def put(self, beginning: bytes, inputs: bytes, reached: PrefixOutput) -> None:
        """Keep a value, unless all of the room is taken by others of this beginning."""
        with self._lock:
            values = self._values.setdefault(beginning, {})
            self._values.move_to_end(beginning)
            while self._bytes + reached.nbytes > self._limit and len(self._values) > 1:
                _, dropped = self._values.popitem(last=False)
                self._bytes -= sum(value.nbytes for value in dropped.values())
            if inputs not in values and self._bytes + reached.nbytes <= self._limit:
                values[inputs] = reached
                self._bytes += reached.nbytes


def _share_of_memory() -> int:
    if not hasattr(os, "sysconf"):  # Windows
        return _LIMIT
    return min(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 8, _LIMIT)


def digest_of_inputs(inputs: Tensor) -> bytes:
    """A digest of `(n, c, h, w)` inputs."""
    return hashlib.sha256(repr(inputs.shape).encode() + inputs.numpy().tobytes()).digest()


def digest(parts: Iterable[Program], dtype: torch.dtype, statistics: bool) -> list[bytes]:
    """Of all that decides the result of the first of `parts`, of the first two, and so on.

    Ends before a part that is not made of convolutions alone. The statistics of batch-norm decide
    if they are used, not if they are found. The number of threads decides the size of chunks, and
    that the rounding.
    """
    found = list[bytes]()
    running = hashlib.sha256(f"{dtype} {torch.get_num_threads()}".encode())
    for part in parts:
        for step in part.steps:
            if not isinstance(step, Convolution):
                return found
            links = (step.source, step.residual, step.output, step.activation)
            running.update(f"{links} {step.conv} {step.norm}".encode())
            for tensor in _tensors(step, statistics):
                running.update(tensor.detach().numpy().tobytes())
        found.append(running.digest())
    return found


def _tensors(step: Convolution, statistics: bool) -> list[Tensor]:
    conv, norm = step.conv, step.norm
    tensors = [conv.weight, conv.bias]
    if norm is not None:
        tensors += [norm.weight, norm.bias]
        tensors += [norm.running_mean, norm.running_var] if statistics else []
    return [tensor for tensor in tensors if tensor is not None]
