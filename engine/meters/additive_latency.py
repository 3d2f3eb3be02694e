"""Latency from a table for many sub-networks at once: it is a sum over their parts."""

import functools
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from engine.meters.latency_table import LatencyTable, part_key, parts_of
from engine.meters.subnetwork_latencies import SubnetworkLatencies
from engine.quoting import quoted
from engine.space import Genotypes, SearchSpace
from engine.supernets.base import Supernet
from engine.supernets.cost_table import CostTable, CostTerm

_MAX_CHOICES = 10_000  # combinations of the genes of one part
_NAMED_ENTRIES, _NAME_LENGTH = 3, 120  # of those that a table lacks; characters of each


class AdditiveLatency:
    """Latencies in ms of the genotypes of a supernet, from the table of each input resolution."""

    def __init__(self, space: SearchSpace, tables: Mapping[int | None, CostTable]) -> None:
        self._space, self._tables = space, tables
        (self._gene, *_) = (*space.genes_of("resolution"), None)

    def milliseconds(self, genotypes: Genotypes) -> npt.NDArray[np.float64]:
        """`(n,)` latencies of `(n, genes)` genotypes; raises SpaceError as `space.rows` does."""
        rows = self._space.rows(genotypes)
        if len(self._tables) == 1:
            (table,) = self._tables.values()
            return table.sums(self._space, rows)[:, 0].astype(np.float64)
        assert self._gene is not None
        sides = np.array(self._space.genes[self._gene].choices)[rows[:, self._gene]]
        milliseconds = np.empty(len(rows))
        for side, table in self._tables.items():
            milliseconds[sides == side] = table.sums(self._space, rows[sides == side])[:, 0]
        return milliseconds


@functools.lru_cache(maxsize=8)
def additive_latency(table: LatencyTable, supernet: Supernet) -> AdditiveLatency | None:
    """The latencies of a supernet's sub-networks by a table; None if it lacks some of their parts.

    `missing_entries` names these.
    """
    space = supernet.space
    try:
        if table.is_by_shape:
            tables: dict[int | None, CostTable] = {
                side: CostTable(
                    np.array([sum(table.parts[name] for name in layers.fixed)]),
                    tuple(
                        CostTerm(
                            choice.genes,
                            np.vectorize(table.parts.__getitem__, [float])(choice.names)[..., None],
                        )
                        for choice in layers.choices
                    ),
                )
                for side, layers in supernet.table_layers.items()
            }
            return AdditiveLatency(space, tables) if tables else None
        terms = tuple(
            CostTerm(part.genes, _part_latencies(table, space, part.genes, part.required))
            for part in parts_of(space)
        )
    except KeyError:
        return None
    return AdditiveLatency(space, {None: CostTable(np.array([table.base]), terms)})


def missing_entries(table: LatencyTable, supernet: Supernet) -> list[str]:
    """The entries that sub-networks of a supernet need and the table lacks, each once.

    None of a part with more than 10,000 choices, which is not computed.
    """
    space = supernet.space
    if table.is_by_shape:
        needed = [
            str(name)
            for layers in supernet.table_layers.values()
            for names in (layers.fixed, *(choice.names.ravel() for choice in layers.choices))
            for name in names
        ]
    else:
        needed = [
            part_key(space, part.genes, choices)
            for part in parts_of(space)
            if part.required and np.prod(shape := _shape(space, part.genes)) <= _MAX_CHOICES
            for choices in np.ndindex(*shape)
        ]
    return [name for name in dict.fromkeys(needed) if name not in table.parts]


def no_latencies_reason(table: LatencyTable | SubnetworkLatencies, supernet: Supernet) -> str:
    """Sentences on why a table does not tell the latency of every sub-network; empty if it does."""
    if isinstance(table, SubnetworkLatencies):
        return (
            f"The latency table {table.path} has whole sub-networks, and tells the latency of no "
            "other. Give a table of parts."
        )
    if additive_latency(table, supernet) is not None:
        return ""
    if table.is_by_shape and not supernet.table_layers:
        return (
            f"The latency table {table.path} is in OFA's format, which does not fit "
            f"{supernet.name}. Give a table with the keys base and blocks."
        )
    if not (missing := missing_entries(table, supernet)):
        return (
            f"A part of {supernet.name} has more than {_MAX_CHOICES:,} choices, too many for the "
            f"latency table {table.path} to be computed from."
        )
    named = ", ".join(quoted(name, _NAME_LENGTH) for name in missing[:_NAMED_ENTRIES])
    more = f" and {len(missing) - _NAMED_ENTRIES:,} more" if len(missing) > _NAMED_ENTRIES else ""
    entries = "an entry" if len(missing) == 1 else f"{len(missing):,} entries"
    return (
        f"The latency table {table.path} lacks {entries} that sub-networks of {supernet.name} "
        f"need: {named}{more}. Add {'it' if len(missing) == 1 else 'them'}, or choose the supernet "
        "and the resolution that the table was made for."
    )


def _shape(space: SearchSpace, genes: tuple[int, ...]) -> tuple[int, ...]:
    """How many choices each of the genes has."""
    return tuple(len(space.genes[gene].choices) for gene in genes)


def _part_latencies(
    table: LatencyTable, space: SearchSpace, genes: tuple[int, ...], required: bool
) -> npt.NDArray[np.float64]:
    """`(choices of each gene, 1)` latencies of a part; raises KeyError if one is missing."""
    shape = _shape(space, genes)
    if np.prod(shape) > _MAX_CHOICES:
        raise KeyError(f"{len(genes)} genes of one part")
    latencies = np.zeros((*shape, 1))
    for choices in np.ndindex(*shape):
        key = part_key(space, genes, choices)
        latencies[choices] = table.parts[key] if required else table.parts.get(key, 0.0)
    return latencies
