"""Other tensors in the place of a network's parameters and buffers, while it runs.

`torch.func.functional_call` does this too, but leaves a network changed in which one module has two
names.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn

from engine.compat.torch import tensor_tables
from engine.supernets.elastic.tracing import call_network

Places = Mapping[str, tuple[tuple[dict[str, Any], str], ...]]
"""By the first name of a parameter or buffer: all the tables that hold it, each with a key."""


def tensor_places(model: nn.Module) -> Places:
    """Where each parameter and buffer is: tied ones are in several places."""
    found: dict[int, list[tuple[dict[str, Any], str]]] = defaultdict(list)
    for module in model.modules():
        for table in tensor_tables(module):
            for leaf, tensor in table.items():
                if tensor is not None:
                    found[id(tensor)].append((table, leaf))
    named = [*model.named_parameters(), *model.named_buffers()]
    return {name: tuple(found[id(tensor)]) for name, tensor in named}


@contextmanager
def exchanged(places: Places, tensors: Mapping[str, Tensor]) -> Iterator[None]:
    """Inside the `with` block, the network has these tensors in place of those of their names."""
    before = [
        (table, leaf, table[leaf], tensor)
        for name, tensor in tensors.items()
        for table, leaf in places[name]
    ]
    try:
        for table, leaf, _, tensor in before:
            table[leaf] = tensor
        yield
    finally:
        for table, leaf, own, _ in before:
            table[leaf] = own


def call_with(model: nn.Module, tensors: Mapping[str, Tensor], inputs: Any) -> Any:
    """The output of a network with other tensors; `inputs` as those of `call_network`."""
    with exchanged(tensor_places(model), tensors):
        return call_network(model, inputs)
