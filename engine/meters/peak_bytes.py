"""The peak memory of a forward pass, in bytes."""

import weakref

import torch
from torch import Tensor, nn

from engine.compat.torch import ResultRecorder
from engine.devices import Precision, dtype
from engine.fast.folding import fold_batch_norm
from engine.tasks.base import Inputs
from engine.tasks.image_layout import layout_for
from engine.tasks.inputs import call_network, device_of, move_inputs, tensors_in


@torch.inference_mode()
def peak_bytes(module: nn.Module, inputs: Inputs, precision: Precision = "fp32") -> int:
    """Bytes of weights and activations alive at once in a pass of `inputs`, batch-norm folded.

    Counts every tensor from its creation to its last use: inputs, weights and results of
    operations. Workspaces of libraries are not counted, so that the value is the same on every
    machine.
    """
    number_type = dtype(precision)
    folded = fold_batch_norm(module).to(number_type).to(memory_format=torch.channels_last)
    device = device_of(module)
    layout = layout_for(folded, move_inputs(inputs, device, number_type))
    folded.to(memory_format=layout)
    moved_inputs = move_inputs(inputs, device, number_type, layout)
    memory = _LiveMemory()
    for tensor in (*folded.parameters(), *folded.buffers(), *tensors_in(moved_inputs)):
        memory.add(tensor)
    with ResultRecorder(memory.add):
        call_network(folded, moved_inputs)
    return memory.peak


class _LiveMemory:
    """Sums the storages that are alive after each operation."""

    def __init__(self) -> None:
        self.current = self.peak = 0
        self._addresses: set[int] = set()

    def add(self, tensor: Tensor) -> None:
        """Count a tensor's storage until nothing refers to it."""
        storage = tensor.untyped_storage()
        address, size = storage.data_ptr(), storage.nbytes()
        if address in self._addresses:
            return
        self._addresses.add(address)
        self.current += size
        self.peak = max(self.peak, self.current)
        weakref.finalize(storage, self._remove, address, size)

    def _remove(self, address: int, size: int) -> None:
        self._addresses.discard(address)
        self.current -= size
