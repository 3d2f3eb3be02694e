"""A latency table of whole sub-networks: the CSV of `measure`, for searches as for imports."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine import regular_file
from engine.digest import sha256
from engine.errors import DataError
from engine.meters.conditions import DISTURBED, describe_conditions
from engine.meters.latency_file import MAX_MB, LatencyLine, read_latency_file
from engine.meters.metrics import LAT_SPREAD
from engine.space import Genotypes
from engine.supernets.base import Supernet

SUFFIX = ".csv"
"""The end of the names of such files."""

_OWN_CONDITIONS = (*DISTURBED, LAT_SPREAD.name, "measured_at")


@dataclass(frozen=True, eq=False)
class SubnetworkLatencies:
    """The rows of a file, which were all measured under the same conditions."""

    path: Path
    lines: tuple[LatencyLine, ...]

    def milliseconds(self, supernet: Supernet, genotype: Genotypes) -> float:
        """The latency of a canonical genotype `(genes,)`; raises DataError if there is none."""
        value = _by_genotype(self, supernet).get(tuple(int(gene) for gene in genotype))
        if value is None:
            raise DataError(
                f"The latency table {self.path} has no row for this sub-network of "
                f"{supernet.name}. Measure it there, or search among those that were measured."
            )
        return value


def read(path: str) -> SubnetworkLatencies:
    """The table in a file.

    Raises DataError if it cannot be read, has a row that cannot, or rows of several machines.
    """
    file = Path(path).expanduser()
    try:
        regular_file.open_file(file, MAX_MB * regular_file.MB).close()
        return _read(file, sha256(file))
    except OSError as error:
        raise DataError(
            f"The latency table {file} cannot be read ({error.strerror or error}). Give a CSV of "
            "`measure`, or a YAML file of milliseconds."
        ) from error


@functools.lru_cache(maxsize=4)
def _read(path: Path, digest: bytes) -> SubnetworkLatencies:
    """The table in a file; read again when its digest changes."""
    file = read_latency_file(regular_file.read_bytes(path, MAX_MB * regular_file.MB), str(path))
    for line, reason in file.problems.items():
        raise DataError(f"The latency table {path}, line {line}: {reason}. Repair or remove it.")
    if not file.lines:
        raise DataError(f"The latency table {path} has no row. Choose another.")
    conditions = dict.fromkeys(describe_conditions(_shared(line.conditions)) for line in file.lines)
    if len(conditions) > 1:
        raise DataError(
            f"The latency table {path} has times of {len(conditions)} machines or settings: "
            f"{'; '.join(list(conditions)[:3])}. Keep the rows of one."
        )
    return SubnetworkLatencies(path, file.lines)


def _shared(conditions: Mapping[str, object]) -> dict[str, object]:
    """The conditions that rows of one table have in common."""
    return {name: value for name, value in conditions.items() if name not in _OWN_CONDITIONS}


@functools.lru_cache(maxsize=8)
def _by_genotype(table: SubnetworkLatencies, supernet: Supernet) -> Mapping[tuple[int, ...], float]:
    """The milliseconds by canonical genotype; of a sub-network with several rows, the last."""
    values: dict[tuple[int, ...], float] = {}
    for line in table.lines:
        if line.supernet and line.supernet != supernet.name:
            continue
        try:
            values[tuple(int(gene) for gene in line.genotype(supernet.space))] = line.lat
        except ValueError as error:
            raise DataError(
                f"The latency table {table.path}, line {line.line}: {error}. Repair or remove it."
            ) from None
    return values
