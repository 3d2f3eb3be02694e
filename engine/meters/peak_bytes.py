"""The memory that a forward pass needs."""

import weakref

import torch
from torch import Tensor, nn

from engine.compat.torch import ResultRecorder
from engine.devices import Precision, dtype
from engine.fast.folding import fold_batch_norm
from engine.tasks.base import Inputs
from engine.tasks.inputs import call, device_of, move_inputs, tensors


@torch.inference_mode()
def peak_bytes(module: nn.Module, inputs: Inputs, precision: Precision = "fp32") -> int:
    """Bytes of weights and activations alive at once in a pass of `inputs`, batch-norm folded.

    Counts every tensor from its making to its last use: the input, the weights and what operations
    return. Not what a library takes for itself within an operation, so that the number is the same
    on every machine.
    """
    numbers = dtype(precision)
    folded = fold_batch_norm(module).to(numbers).to(memory_format=torch.channels_last)
    given = move_inputs(inputs, device_of(module), numbers)
    watch = _Watch()
    for tensor in (*folded.parameters(), *folded.buffers(), *tensors(given)):
        watch.add(tensor)
    with ResultRecorder(watch.add):
        call(folded, given)
    return watch.peak


class _Watch:
    """Adds up the storages that are alive after each operation."""

    def __init__(self) -> None:
        self.alive = self.peak = 0
        self._known: set[int] = set()

    def add(self, tensor: Tensor) -> None:
        """Count a tensor's storage until nothing refers to it."""
        storage = tensor.untyped_storage()
        address, size = storage.data_ptr(), storage.nbytes()
        if address in self._known:
            return
        self._known.add(address)
        self.alive += size
        self.peak = max(self.peak, self.alive)
        weakref.finalize(storage, self._remove, address, size)

    def _remove(self, address: int, size: int) -> None:
        self._known.discard(address)
        self.alive -= size
