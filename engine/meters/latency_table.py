"""Latency from a table of parts measured on another device: OFA's YAML format, or a generic one."""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine import regular_file, yaml_text
from engine.digest import sha256
from engine.errors import DataError
from engine.meters.metrics import LAT
from engine.quoting import quoted
from engine.space import SearchSpace

if TYPE_CHECKING:
    from torch import nn

_LARGEST = 20 * regular_file.MB
_LIMITS = yaml_text.Limits(characters=_LARGEST, values=1_000_000, depth=10)
_LONGEST_NUMBER = 100  # characters
_BASE, _BLOCKS, _MEAN = "base", "blocks", "mean"


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
        self, space: SearchSpace, config: Mapping[str, Any], module: "nn.Module"
    ) -> float:
        """The sum over the parts of a sub-network; raises DataError naming one that is missing."""
        if self.of_shapes:
            return self._by_shapes(module, config)
        keys = block_keys(space, config)
        return self.base + sum(self._part(key, required) for key, required in keys.items())

    def _part(self, key: str, required: bool) -> float:
        if key in self.parts or not required:
            return self.parts.get(key, 0.0)
        raise self._missing(key)

    def _by_shapes(self, module: "nn.Module", config: Mapping[str, Any]) -> float:
        """The table of OFA's own networks, whose configs say `r` for the input resolution."""
        from engine.compat.ofa import table_latency

        try:
            found = table_latency(module, config["r"][0], self.parts) if "r" in config else None
        except KeyError as error:
            raise self._missing(str(error.args[0])) from None
        if found is None:
            raise DataError(
                f"The latency table {self.path} is in OFA's format, which is for its MobileNetV3 "
                "and ProxylessNAS alone. Give a table with the keys base and blocks."
            )
        return found

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
    try:
        regular_file.opened(file, _LARGEST).close()
    except OSError as error:
        raise _refused(file, str(error.strerror or error)) from error
    return _read(file, sha256(file))


@functools.lru_cache(maxsize=4)
def _read(path: Path, digest: bytes) -> LatencyTable:
    """Read anew when the digest changes."""
    try:
        document = yaml_text.read(regular_file.read_text(path, _LARGEST), _LIMITS)
        numbers = {at: _milliseconds(value, at, document) for at, value in _entries(document.data)}
    except OSError as error:
        raise _refused(path, str(error.strerror or error)) from error
    except (yaml_text.YamlError, ValueError) as error:
        raise _refused(path, str(error)) from error
    base = numbers.pop((_BASE,), 0.0)
    of_shapes = _BLOCKS not in document.data
    parts = {at[0] if of_shapes else at[1]: value for at, value in numbers.items()}
    return LatencyTable(path, parts, base, of_shapes)


_At = tuple[str, ...]
"""The keys that lead to an entry."""


def _entries(data: Any) -> Iterator[tuple[_At, object]]:
    """Each number of a table in one of the two formats, and where it is; raises ValueError."""
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


def _milliseconds(value: object, at: _At, document: yaml_text.Document) -> float:
    """The number of an entry; raises ValueError that names its line if no latency can be that."""
    number, name = _number(value), at[1] if at[0] == _BLOCKS else at[0]
    if why := LAT.refusal(number):
        raise ValueError(f"line {document.line(at)}: {quoted(name)} {why}")
    assert isinstance(number, int | float)
    return float(number)


def _number(value: object) -> object:
    """What YAML reads as a text although it is written as a number, such as `1e-3`."""
    try:
        return float(value) if isinstance(value, str) and len(value) <= _LONGEST_NUMBER else value
    except ValueError:
        return value


def _refused(path: Path, why: str) -> DataError:
    return DataError(
        f"The latency table {path} cannot be read ({why}). Give a YAML file of milliseconds: keys "
        "base and blocks, or OFA's entries with a mean each."
    )
