"""The layers that sub-networks consist of, by the names that OFA's latency tables have for them."""

from dataclasses import dataclass
from typing import Any

import numpy.typing as npt


@dataclass(frozen=True)
class LayerChoice:
    """A layer with one of `names` `(choices of each of genes)`; absent where a gene is inactive."""

    genes: tuple[int, ...]
    names: npt.NDArray[Any]


@dataclass(frozen=True)
class TableLayers:
    """The `fixed` layers that every sub-network has, and its `choices`."""

    fixed: tuple[str, ...]
    choices: tuple[LayerChoice, ...]
