"""The layout of genes in a drawing: a row for each part of the network, a box for each block."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.gene_names import capitalised, gene_kind
from engine.space import Gene, Part, SearchSpace
from engine.supernets.base import Stage

WHOLE_NETWORK = "Whole network"
_BLOCK_ROLES = ("kernel", "expansion", "width", "heads", "rank")
"""Roles of genes of which each block of a stage has one."""


@dataclass(frozen=True)
class BlockGenes:
    """A block or layer and its genes, by index; `name` is such as `block 3`."""

    name: str
    genes: tuple[int, ...]


@dataclass(frozen=True)
class RowGenes:
    """A part of the network: the genes of its blocks, and `part_genes`, which apply to all of it.

    `unit` is what its blocks are called, `layer` or `block`; `stage` describes it, if known.
    """

    title: str
    unit: str
    blocks: tuple[BlockGenes, ...]
    part_genes: tuple[int, ...]
    stage: Stage | None

    @property
    def is_numbered(self) -> bool:
        """Whether blocks are numbered 1, 2, ..., so that their positions give their names."""
        names = [f"{self.unit} {number}" for number, _ in enumerate(self.blocks, 1)]
        return [block.name for block in self.blocks] == names


@dataclass
class _Row:
    title: str
    unit: str = ""
    blocks: dict[tuple[str, int], list[int]] = field(default_factory=dict)
    part_genes: list[int] = field(default_factory=list)


def row_genes(space: SearchSpace, stages: Sequence[Stage]) -> tuple[RowGenes, ...]:
    """The parts of the network in the order of their genes, the whole network first.

    A gene without a part belongs to a block of `stages` if its kind has one gene for each block. A
    depth without a part belongs to the part of all genes that it switches. Empty for a space
    without parts.
    """
    parts = [Part.read(gene.part) for gene in space.genes]
    for index, part in _parts_from_stages(space.genes, stages).items():
        parts[index] = part
    parts = [_part_of_gene(index, parts, space) for index in range(len(parts))]
    if all(part == Part("") for part in parts):
        return ()
    has_paths = any("." in part.where for part in parts)  # of modules: they stand as written
    rows: dict[str, _Row] = {}
    for index, part in enumerate(parts):
        title = part.where or (f"{part.unit}s" if part.unit else WHOLE_NETWORK)
        row = rows.setdefault(title.casefold(), _Row(title if has_paths else capitalised(title)))
        if part.number is None:
            row.part_genes.append(index)
        else:
            row.unit = row.unit or part.unit
            row.blocks.setdefault((part.unit, part.number), []).append(index)
    network_rows = [row for row in rows.values() if row.title == WHOLE_NETWORK]
    stages_by_title = {f"stage {number}": stage for number, stage in enumerate(stages, 1)}
    return tuple(
        RowGenes(
            row.title,
            row.unit,
            tuple(BlockGenes(f"{u} {n}", tuple(row.blocks[u, n])) for u, n in sorted(row.blocks)),
            tuple(row.part_genes),
            stages_by_title.get(row.title.casefold()),
        )
        for row in [*network_rows, *(row for row in rows.values() if row.title != WHOLE_NETWORK)]
    )


def _parts_from_stages(genes: Sequence[Gene], stages: Sequence[Stage]) -> Mapping[int, Part]:
    """The parts of genes that name none, for each kind that has one gene for each block."""
    blocks = [
        Part(f"stage {number}", "block", block)
        for number, stage in enumerate(stages, 1)
        for block in range(1, stage.blocks + 1)
    ]
    parts_by_gene: dict[int, Part] = {}
    for gene_indices in _genes_by_kind(genes):
        if len(gene_indices) == len(blocks) and genes[gene_indices[0]].role in _BLOCK_ROLES:
            parts_by_switch: dict[int, set[str]] = {}
            for index, part in zip(gene_indices, blocks, strict=True):
                if (switch := genes[index].switch) is not None:
                    parts_by_switch.setdefault(switch, set()).add(part.where)
            if all(len(parts) == 1 for parts in parts_by_switch.values()):
                pairs = zip(gene_indices, blocks, strict=True)
                parts_by_gene |= {index: part for index, part in pairs if not genes[index].part}
    return parts_by_gene


def _genes_by_kind(genes: Sequence[Gene]) -> Iterator[list[int]]:
    """The genes of each group of each kind."""
    groups: dict[tuple[str, str], list[int]] = {}
    for index, gene in enumerate(genes):
        groups.setdefault((gene_kind(gene), gene.group), []).append(index)
    yield from groups.values()


def _part_of_gene(index: int, parts: Sequence[Part], space: SearchSpace) -> Part:
    """The part of a gene; for a depth without one, the part of all genes that it switches."""
    gene = space.genes[index]
    if gene.role != "depth" or parts[index] != Part(""):
        return parts[index]
    titles = {
        part.where or f"{part.unit}s" if part.unit or part.where else ""
        for part in (parts[i] for i in space.conditions.switched_genes[index])
    }
    return Part(titles.pop()) if len(titles) == 1 else parts[index]
