"""Latency from a table of parts measured on another device: OFA's YAML format, or a generic one."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from engine.errors import DataError
from engine.space import SearchSpace
from engine.supernets.digest import sha256

if TYPE_CHECKING:
    from torch import nn

    from engine.supernets.base import Supernet


@dataclass(frozen=True)
class LatencyTable:
    """Milliseconds by the key of a part; `base` is what every sub-network takes besides.

    `of_shapes` tells OFA's tables, whose keys name the shapes that go into a layer and come out of
    it, from generic ones, whose keys name the genes of a block.
    """

    path: Path
    parts: Mapping[str, float]
    base: float
    of_shapes: bool

    def milliseconds(
        self, supernet: "Supernet", config: Mapping[str, Any], module: "nn.Module"
    ) -> float:
        """The sum over the parts of a sub-network; raises DataError naming one that is missing."""
        if self.of_shapes:
            return self._by_shapes(module, config)
        keys = block_keys(supernet.space, config)
        return self.base + sum(self._part(key, required) for key, required in keys.items())

    def _part(self, key: str, required: bool) -> float:
        if key in self.parts or not required:
            return self.parts.get(key, 0.0)
        raise self._missing(key)

    def _by_shapes(self, module: "nn.Module", config: Mapping[str, Any]) -> float:
        from ofa.imagenet_classification.networks import MobileNetV3, ProxylessNASNets
        from ofa.nas.efficiency_predictor.latency_lookup_table import (
            MBv3LatencyTable,
            ProxylessNASLatencyTable,
        )

        kinds = {MobileNetV3: MBv3LatencyTable, ProxylessNASNets: ProxylessNASLatencyTable}
        kind = next((k for network, k in kinds.items() if isinstance(module, network)), None)
        if kind is None or "r" not in config:
            raise DataError(
                f"The latency table {self.path} is in OFA's format, which is for its MobileNetV3 "
                "and ProxylessNAS alone. Give a table with the keys base and blocks."
            )
        table = kind.__new__(kind)  # its __init__ downloads a file, or reads one unsafely
        table.lut = {key: {"mean": value} for key, value in self.parts.items()}
        try:
            return float(table.predict_network_latency(module, config["r"][0]))
        except KeyError as error:
            raise self._missing(str(error.args[0])) from None

    def _missing(self, key: str) -> DataError:
        return DataError(
            f"The latency table {self.path} has no entry '{key}'. Add it, or choose the supernet "
            "and the resolution that the table was made for."
        )


def block_keys(space: SearchSpace, config: Mapping[str, Any]) -> dict[str, bool]:
    """The keys of a sub-network's parts in a generic table, and whether each must be there.

    Genes that are switched off together are one part: `ks[0]=3 e[0]=6`. A gene that others depend
    on, such as the depth of a stage, has a key of its own that may be left out.
    """
    genotype = space.encode(config)
    active = space.active(genotype[None])[0]
    switches = {gene.switch for gene in space.genes}
    names: dict[tuple[int, object], list[str]] = {}
    position: dict[str, int] = {}
    for index, gene in enumerate(space.genes):
        at = position.get(gene.group, 0)
        position[gene.group] = at + 1
        if active[index]:
            part = (-1, index) if gene.switch is None else (gene.switch, gene.needs)
            name = f"{gene.group}[{at}]={gene.text(genotype[index])}"
            names.setdefault(part, []).append(name)
    return {
        " ".join(of_part): not (switch == -1 and index in switches)
        for (switch, index), of_part in names.items()
    }


def read(path: str) -> LatencyTable:
    """The table in a file; raises DataError if it is none."""
    file = Path(path).expanduser()
    return _read(file, sha256(file))


@functools.lru_cache(maxsize=4)
def _read(path: Path, digest: bytes) -> LatencyTable:
    """Read anew when the digest changes."""
    try:
        data = yaml.safe_load(path.read_text())
        if "blocks" in data:
            parts, base = data["blocks"], float(data.get("base", 0.0))
        else:
            parts, base = {key: entry["mean"] for key, entry in data.items()}, 0.0
        numbers = {str(key): float(value) for key, value in parts.items()}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, ValueError,
            AttributeError) as error:  # fmt: skip
        raise DataError(
            f"The latency table {path} cannot be read ({error}). Give a YAML file of milliseconds: "
            "keys base and blocks, or OFA's entries with a mean each."
        ) from error
    return LatencyTable(path, numbers, base, "blocks" not in data)
