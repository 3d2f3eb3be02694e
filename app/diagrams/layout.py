"""Where the genes of a space are drawn: a row a part of the network, a box a block or a layer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.gene_names import capitalised, gene_kind
from engine.space import Gene, Part, SearchSpace
from engine.supernets.base import Stage

WHOLE = "Whole network"
_OF_BLOCKS = ("kernel", "expansion", "width", "heads", "rank")
"""Roles of genes that a block of a stage has one each of."""


@dataclass(frozen=True)
class BlockGenes:
    """A block or layer and its genes, by index; `name` is such as `block 3`."""

    name: str
    genes: tuple[int, ...]


@dataclass(frozen=True)
class RowGenes:
    """A part of the network: the genes of its blocks, and `own`, those of the part as a whole.

    `unit` is what its blocks are called, `layer` or `block`; `stage` what is known of it besides.
    """

    title: str
    unit: str
    blocks: tuple[BlockGenes, ...]
    own: tuple[int, ...]
    stage: Stage | None

    @property
    def counted(self) -> bool:
        """Whether blocks count 1, 2, ..., so that their places say their numbers."""
        names = [f"{self.unit} {number}" for number, _ in enumerate(self.blocks, 1)]
        return [block.name for block in self.blocks] == names


@dataclass
class _Row:
    title: str
    unit: str = ""
    blocks: dict[tuple[str, int], list[int]] = field(default_factory=dict)
    own: list[int] = field(default_factory=list)


def rows_of(space: SearchSpace, stages: Sequence[Stage]) -> tuple[RowGenes, ...]:
    """The parts that genes name, in the order in which genes name them, the whole network first.

    A gene that names none stands in a block of `stages` if there are as many of its kind as blocks.
    A depth that names none stands where all that it switches stands. Empty for a space that
    says nothing of its structure.
    """
    parts = [Part.read(gene.part) for gene in space.genes]
    for index, part in _by_stages(space.genes, stages).items():
        parts[index] = part
    parts = [_of_depth(index, parts, space) for index in range(len(parts))]
    if all(part == Part("") for part in parts):
        return ()
    rows: dict[str, _Row] = {}
    for index, part in enumerate(parts):
        title = part.where or (f"{part.unit}s" if part.unit else WHOLE)
        row = rows.setdefault(title.casefold(), _Row(capitalised(title)))
        if part.number is None:
            row.own.append(index)
        else:
            row.unit = row.unit or part.unit
            row.blocks.setdefault((part.unit, part.number), []).append(index)
    first = [row for row in rows.values() if row.title == WHOLE]
    known = {f"stage {number}": stage for number, stage in enumerate(stages, 1)}
    return tuple(
        RowGenes(
            row.title,
            row.unit,
            tuple(BlockGenes(f"{u} {n}", tuple(row.blocks[u, n])) for u, n in sorted(row.blocks)),
            tuple(row.own),
            known.get(row.title.casefold()),
        )
        for row in [*first, *(row for row in rows.values() if row.title != WHOLE)]
    )


def _by_stages(genes: Sequence[Gene], stages: Sequence[Stage]) -> Mapping[int, Part]:
    """The blocks of genes that name none, for each kind of which there are as many as blocks."""
    blocks = [
        Part(f"stage {number}", "block", block)
        for number, stage in enumerate(stages, 1)
        for block in range(1, stage.blocks + 1)
    ]
    found: dict[int, Part] = {}
    for alike in _kinds(genes):
        if len(alike) == len(blocks) and genes[alike[0]].role in _OF_BLOCKS:
            switched: dict[int, set[str]] = {}
            for index, part in zip(alike, blocks, strict=True):
                if (switch := genes[index].switch) is not None:
                    switched.setdefault(switch, set()).add(part.where)
            if all(len(where) == 1 for where in switched.values()):
                placed = zip(alike, blocks, strict=True)
                found |= {index: part for index, part in placed if not genes[index].part}
    return found


def _kinds(genes: Sequence[Gene]) -> Iterator[list[int]]:
    """The genes of each group of each kind."""
    alike: dict[tuple[str, str], list[int]] = {}
    for index, gene in enumerate(genes):
        alike.setdefault((gene_kind(gene), gene.group), []).append(index)
    yield from alike.values()


def _of_depth(index: int, parts: Sequence[Part], space: SearchSpace) -> Part:
    """The part of a gene; of a depth that names none, the row of all genes that it switches."""
    gene = space.genes[index]
    if gene.role != "depth" or parts[index] != Part(""):
        return parts[index]
    places = {
        part.where or f"{part.unit}s" if part.unit or part.where else ""
        for part in (parts[i] for i in space.conditions.switched_genes[index])
    }
    return Part(places.pop()) if len(places) == 1 else parts[index]
