"""Latency from a table of parts measured on another device: OFA's YAML format, or a generic one."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from engine import regular_file, yaml_text
from engine.digest import sha256
from engine.errors import DataError
from engine.meters.metrics import LAT
from engine.quoting import quoted
from engine.space import SearchSpace

if TYPE_CHECKING:
    from torch import nn

_MAX_BYTES = 20 * regular_file.MB
_LIMITS = yaml_text.Limits(characters=_MAX_BYTES, values=1_000_000, depth=10)
_MAX_NUMBER_LENGTH = 100  # characters
_BASE, _BLOCKS, _MEAN = "base", "blocks", "mean"


@dataclass(frozen=True, eq=False)
class LatencyTable:
    """Milliseconds by the key of a part; `base` is added for every sub-network.

    `is_by_shape` is true for OFA's tables, whose keys name the input and output shapes of a layer,
    and false for generic tables, whose keys name the genes of a block.
    """

    path: Path
    parts: Mapping[str, float]
    base: float
    is_by_shape: bool

    def milliseconds(
        self, space: SearchSpace, config: Mapping[str, Any], module: "nn.Module"
    ) -> float:
        """The sum over the parts of a sub-network; raises DataError naming a missing part."""
        if self.is_by_shape:
            return self._by_shapes(module, config)
        keys = block_keys(space, config)
        return self.base + sum(self._part(key, required) for key, required in keys.items())

    def _part(self, key: str, required: bool) -> float:
        if key in self.parts or not required:
            return self.parts.get(key, 0.0)
        raise self._missing_entry(key)

    def _by_shapes(self, module: "nn.Module", config: Mapping[str, Any]) -> float:
        """The latency from OFA's table, for networks with the input resolution `r` in configs."""
        from engine.compat.ofa import table_layers

        layers = table_layers(module, config["r"][0]) if "r" in config else None
        if layers is None:
            raise DataError(
                f"The latency table {self.path} is in OFA's format, which is only for its "
                "MobileNetV3 and ProxylessNAS. Give a table with the keys base and blocks."
            )
        return sum(self._part(layer, required=True) for layer in layers)

    def _missing_entry(self, key: str) -> DataError:
        return DataError(
            f"The latency table {self.path} has no entry '{key}'. Add it, or choose the supernet "
            "and the resolution that the table was made for."
        )


def block_keys(space: SearchSpace, config: Mapping[str, Any]) -> dict[str, bool]:
    """The keys of a sub-network's parts in a generic table, and whether each is required.

    Genes that are switched off together are one part: `ks[0]=3 e[0]=6`. A gene that switches
    others, such as the depth of a stage, is an optional part.
    """
    genotype = space.encode(config)
    active = space.active(genotype[None])[0]
    return {
        part_key(space, part.genes, genotype[list(part.genes)].tolist()): part.required
        for part in parts_of(space)
        if active[part.genes[0]]
    }


class Part(NamedTuple):
    """Genes that are switched on and off together, by index, and whether a table must have them."""

    genes: tuple[int, ...]
    required: bool


def parts_of(space: SearchSpace) -> list[Part]:
    """The parts of a network, as a generic table has them."""
    switches = {gene.switch for gene in space.genes}
    genes: dict[tuple[int, object], list[int]] = {}
    for index, gene in enumerate(space.genes):
        part = (-1, index) if gene.switch is None else (gene.switch, gene.needs)
        genes.setdefault(part, []).append(index)
    return [
        Part(tuple(indices), not (switch == -1 and index in switches))
        for (switch, index), indices in genes.items()
    ]


def part_key(space: SearchSpace, genes: Sequence[int], choices: Sequence[int]) -> str:
    """The key of a part in a generic table: the `choices` of its `genes`, by index."""
    return " ".join(
        f"{space.conditions.gene_name(gene)}={space.genes[gene].text(choice)}"
        for gene, choice in zip(genes, choices, strict=True)
    )


def read(path: str) -> LatencyTable:
    """The table in a file; raises DataError if it cannot be read."""
    file = Path(path).expanduser()
    try:
        regular_file.open_file(file, _MAX_BYTES).close()
    except OSError as error:
        raise _read_error(file, str(error.strerror or error)) from error
    return _read(file, sha256(file))


@functools.lru_cache(maxsize=4)
def _read(path: Path, digest: bytes) -> LatencyTable:
    """The table in a file; read again when its digest changes."""
    try:
        document = yaml_text.read(regular_file.read_text(path, _MAX_BYTES), _LIMITS)
        numbers = {
            key_path: _milliseconds(value, key_path, document)
            for key_path, value in _entries(document.data)
        }
    except OSError as error:
        raise _read_error(path, str(error.strerror or error)) from error
    except (yaml_text.YamlError, ValueError) as error:
        raise _read_error(path, str(error)) from error
    base = numbers.pop((_BASE,), 0.0)
    is_by_shape = _BLOCKS not in document.data
    parts = {
        key_path[0] if is_by_shape else key_path[1]: value for key_path, value in numbers.items()
    }
    return LatencyTable(path, parts, base, is_by_shape)


_KeyPath = tuple[str, ...]
"""The keys that lead to an entry."""


def _entries(data: Any) -> Iterator[tuple[_KeyPath, object]]:
    """Each value of a table in one of the two formats with its keys; raises ValueError."""
    if not isinstance(data, dict) or not data:
        raise ValueError("it is no mapping of entries")
    if _BLOCKS not in data:
        for key, entry in data.items():
            if not isinstance(entry, dict) or _MEAN not in entry:
                raise ValueError(f"its entry {quoted(key)} has no mean, and it has no key blocks")
            yield (key, _MEAN), entry[_MEAN]
        return
    if unknown := data.keys() - {_BASE, _BLOCKS}:
        raise ValueError(f"beside base and blocks it has the key {quoted(min(unknown))}")
    if not isinstance(data[_BLOCKS], dict):
        raise ValueError("its blocks are no mapping of entries")
    if _BASE in data:
        yield (_BASE,), data[_BASE]
    for key, value in data[_BLOCKS].items():
        yield (_BLOCKS, key), value


def _milliseconds(value: object, key_path: _KeyPath, document: yaml_text.Document) -> float:
    """The value of an entry; raises ValueError with its line if it is no possible latency."""
    number, name = _number(value), key_path[1] if key_path[0] == _BLOCKS else key_path[0]
    if why := LAT.refusal(number):
        raise ValueError(f"line {document.line(key_path)}: {quoted(name)} {why}")
    assert isinstance(number, int | float)
    return float(number)


def _number(value: object) -> object:
    """Converts numbers that YAML reads as text, such as `1e-3`."""
    try:
        return (
            float(value) if isinstance(value, str) and len(value) <= _MAX_NUMBER_LENGTH else value
        )
    except ValueError:
        return value


def _read_error(path: Path, why: str) -> DataError:
    return DataError(
        f"The latency table {path} cannot be read ({why}). Give a YAML file of milliseconds: keys "
        "base and blocks, or OFA's entries with a mean each."
    )
