"""The layers of Once-for-All's MobileNets by the names of published latency tables.

A name has the shapes of its inputs and outputs, the kernel and the expansion. The names for inputs
of 224 x 224 are in a file of each model; those for other resolutions follow from them. So a latency
is known without a network.
"""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.space import SearchSpace
from engine.supernets.table_layers import LayerChoice, TableLayers

if TYPE_CHECKING:
    from engine.supernets.ofa.catalogue import OfaModel

_SIDE = 224  # of the inputs in the files
_SQUARE = re.compile(r"\b(\d+)x\1x")
_HALVINGS = 5


@lru_cache(maxsize=16)
def read_layers(path: Path, resolution: int) -> TableLayers:
    """The layers in a file of `write_layers` for inputs of `resolution` x `resolution`."""
    content = json.loads(path.read_text())
    sides = _sides(resolution)

    def renamed(name: str) -> str:
        return _SQUARE.sub(lambda found: f"{sides[int(found[1])]}x" * 2, name)

    choices = tuple(
        LayerChoice(tuple(entry["genes"]), np.vectorize(renamed)(np.array(entry["names"])))
        for entry in content["choices"]
    )
    return TableLayers(tuple(map(renamed, content["fixed"])), choices)


def _sides(resolution: int) -> dict[int, int]:
    """The sides of feature maps for `resolution`, by those for 224; a pooled one is 1 in both."""
    sides, published, side = {1: 1}, _SIDE, resolution
    for _ in range(_HALVINGS + 1):
        sides[published] = side
        published, side = (published + 1) // 2, (side + 1) // 2
    return sides


def write_layers(model: "OfaModel") -> None:
    """Write the layers of a model beside its cost tables; nothing for a kind without tables."""
    from engine.compat.ofa import table_layers

    net, space = model.build(), model.space()
    kernels, expansions = (_genes(space, group) for group in ("ks", "e"))
    if not kernels:
        return
    deepest = [gene.choices[-1] for gene in space.genes if gene.group == "d"]
    names = np.empty((len(net.ks_list), len(net.expand_ratio_list)), dtype=object)
    for k, e in np.ndindex(*names.shape):
        net.set_active_subnet(ks=net.ks_list[k], e=net.expand_ratio_list[e], d=max(deepest))
        names[k, e] = table_layers(net.get_active_subnet(), _SIDE)
    first = 2  # behind the first convolution and the first block, which have no choices
    fixed = names[0, 0][:first] + names[0, 0][first + len(kernels) :]
    choices = [
        {"genes": genes, "names": [[entry[first + block] for entry in row] for row in names]}
        for block, genes in enumerate(zip(kernels, expansions, strict=True))
    ]
    path = Path(__file__).parent / f"{model.name}.layers.json"
    path.write_text(json.dumps({"fixed": fixed, "choices": choices}, separators=(",", ":")) + "\n")


def _genes(space: SearchSpace, group: str) -> list[int]:
    return [index for index, gene in enumerate(space.genes) if gene.group == group]
