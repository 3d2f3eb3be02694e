"""A sub-network as rows of blocks: the text and the size of each, and whether it is active."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.diagrams.genes import relative_size
from app.diagrams.layout import WHOLE_NETWORK, BlockGenes, RowGenes, row_genes
from engine.gene_names import gene_kind
from engine.space import Gene, Genotypes, Part, Role, SearchSpace
from engine.supernets.base import Stage

_LETTERS: dict[Role, str] = {
    "kernel": "k",
    "expansion": "e",
    "width": "w",
    "heads": "h",
    "rank": "r",
    "depth": "d",
}
_WIDER: tuple[Role, ...] = ("expansion", "width", "rank")
_TALLER: tuple[Role, ...] = ("kernel", "heads")
_MAX_BLOCKS = 24
"""Largest depth that is drawn as boxes; a larger one is written as a number."""

_DEFAULT_HEIGHT = 0.7  # of the largest height, for a block without a gene of _TALLER


@dataclass(frozen=True)
class Block:
    """One box: its words, and its size relative to the largest, in (0, 1].

    `is_active` is false for a block that a depth, or another gene, switches off.
    """

    words: tuple[str, ...]
    relative_width: float
    relative_height: float
    is_active: bool
    separator: str = " "

    @property
    def text(self) -> str:
        """The words of the box, such as `k5 e4` or `resolution: 160`."""
        return self.separator.join(self.words)


@dataclass(frozen=True)
class BlockRow:
    """One part of the network with all its boxes, inactive ones included.

    `unit` is what the boxes are called if they are numbered 1, 2, ...; else empty. `is_sequential`
    boxes are joined by a line. `channels`, in words, and `resolution` describe the output of a
    stage; empty and 0 for other parts.
    """

    title: str
    unit: str
    blocks: tuple[Block, ...]
    is_sequential: bool
    stride: str = ""
    channels: str = ""
    resolution: int = 0

    def block_range(self, start: int, count: int) -> str:
        """The numbers of boxes, such as `5–8` of layers, `blocks 5–8` or `block 5` of a stage."""
        if not self.unit:
            return ""
        numbers = f"{start + 1}–{start + count}" if count > 1 else f"{start + 1}"
        repeats_title = self.title.casefold() == f"{self.unit}s"
        units = f"{self.unit}s" if count > 1 else self.unit
        return numbers if repeats_title else f"{units} {numbers}"

    @property
    def text(self) -> str:
        """The row in words, without the inactive blocks at its end."""
        last = max((i for i, block in enumerate(self.blocks, 1) if block.is_active), default=0)
        blocks = ", ".join(block.text for block in self.blocks[:last]) or "nothing"
        side = self.resolution
        output = f"; {self.channels} at {side} by {side}".replace("  ", " ") if side else ""
        return f"{self.title}: {blocks}{output}."


class _Choices:
    """The choices of a config, gene by gene, as words and as sizes."""

    def __init__(self, space: SearchSpace, genotype: Genotypes) -> None:
        self.space, self.genotype = space, genotype
        self.active = space.active(genotype[None])[0]

    def choice_text(self, index: int) -> str:
        """The choice of a gene in words, such as `k5`, `query r4`, `relu`, `dropout 0.1`."""
        gene, choice = self.space.genes[index], int(self.genotype[index])
        text, inside = gene.text(choice), Part.read(gene.part).inside
        if not isinstance(gene.choices[choice], str):
            letter = _LETTERS.get(gene.role)
            text = f"{letter}{text}" if letter else f"{gene_kind(gene)} {text}"
        return f"{inside} {text}" if inside else text

    def size(self, genes: Sequence[int], roles: Sequence[Role]) -> float | None:
        """The size of the first of `roles` that an active gene has, relative to the largest."""
        for role in roles:
            shares = [
                self._share(index)
                for index in genes
                if self.space.genes[index].role == role and self.active[index]
            ]
            if shares:
                return max(shares)
        return None

    def _share(self, index: int) -> float:
        gene, choice = self.space.genes[index], int(self.genotype[index])
        same_role = [self.space.genes[i] for i in self.space.genes_of(gene.role)]
        values = [_numeric_value(other, len(other.choices) - 1) for other in same_role]
        values += [_numeric_value(other, 0) for other in same_role]
        value, largest = _numeric_value(gene, choice), max(values)
        return value / largest if gene.ordered and value > 0 else relative_size(gene, choice)


def _numeric_value(gene: Gene, choice: int) -> float:
    """A choice as a number: itself, or the value that it is an index of; 0 without an order."""
    value = gene.choices[choice]
    if isinstance(value, str) or not gene.ordered:
        return 0.0
    return float(value) if gene.index_of is None else float(gene.index_of.values[int(value)])


def block_rows(
    space: SearchSpace, stages: Sequence[Stage], config: Mapping[str, Any]
) -> tuple[BlockRow, ...]:
    """The rows of a config by the parts of its space; empty for a space without parts.

    Raises SpaceError for a config that is not in the space.
    """
    choices = _Choices(space, space.encode(config))
    rows = row_genes(space, stages)
    side = space.value_of("resolution", choices.genotype)
    largest = max((space.genes[i].highest or 0 for i in space.genes_of("resolution")), default=0)
    scale = float(side) / largest if side is not None and largest else 1.0
    return tuple(_row(row, choices, scale) for row in rows)


def _row(row: RowGenes, choices: _Choices, scale: float) -> BlockRow:
    if row.blocks:
        blocks = tuple(_block(block, row, choices) for block in row.blocks)
    elif (depth_and_count := _counting_depth(row, choices.space)) is not None:
        blocks = _repeated_blocks(row, choices, *depth_and_count)
    else:
        return BlockRow(
            row.title, "", tuple(_gene_block(i, row, choices) for i in row.part_genes), False
        )
    stage, unit = row.stage, row.unit if row.is_numbered else ""
    if stage is None:
        return BlockRow(row.title, unit, blocks, True)
    widths = choices.space.genes_of("width")
    has_width_gene = bool(
        {*row.part_genes, *(i for block in row.blocks for i in block.genes)} & {*widths}
    )
    channels = "" if has_width_gene else f"{'up to ' if widths else ''}{stage.channels} channels"
    resolution = int(-(-stage.resolution * scale // 1))
    return BlockRow(
        row.title, unit, blocks, True,
        f"stride {stage.stride}", channels, resolution,
    )  # fmt: skip


def _block(block: BlockGenes, row: RowGenes, choices: _Choices) -> Block:
    """A block with its own genes, and the genes of its row, which apply to each block."""
    genes = choices.space.genes
    row_indices = [*(index for other in row.blocks for index in other.genes), *row.part_genes]
    switches = {genes[index].switch for index in row_indices}
    switching_depths = {i for i in row_indices if genes[i].role == "depth" and i in switches}
    block_genes = [index for index in block.genes if index not in switching_depths]
    if all(genes[i].role == "depth" for i in block.genes):
        amounts = [_numeric_value(genes[i], int(choices.genotype[i])) for i in block.genes]
        is_active = min(amounts) > 0 and bool(choices.active[list(block.genes)].all())
        on_or_off = all(max(amounts) == 1 or len(genes[i].choices) == 2 for i in block.genes)
        words = ["on"] if on_or_off else [choices.choice_text(i) for i in block.genes]
        return _make_block(words, [], choices, is_active)
    drawn_genes = [i for i in (*block_genes, *row.part_genes) if i not in switching_depths]
    active_genes = [i for i in drawn_genes if choices.active[i]]
    words = [choices.choice_text(index) for index in active_genes]
    if not row.is_numbered:
        words = [block.name, *words]
    return _make_block(words, active_genes, choices, bool(choices.active[block_genes].any()))


def _make_block(
    words: Sequence[str], active_genes: Sequence[int], choices: _Choices, is_active: bool
) -> Block:
    if not is_active:
        return Block(("skipped",), 1.0, 0.0, False)
    relative_width = choices.size(active_genes, _WIDER)
    relative_height = choices.size(active_genes, _TALLER)
    return Block(
        tuple(words),
        1.0 if relative_width is None else relative_width,
        _DEFAULT_HEIGHT if relative_height is None else relative_height,
        True,
    )


def _counting_depth(row: RowGenes, space: SearchSpace) -> tuple[int, int] | None:
    """The depth gene that counts the blocks of a part without block genes, and the largest count.

    None if there is no such gene, or if it counts something else.
    """
    depths = [index for index in row.part_genes if space.genes[index].role == "depth"]
    if row.blocks or row.title == WHOLE_NETWORK or len(depths) != 1:
        return None
    gene = space.genes[depths[0]]
    ends = [end for end in (gene.choices[0], gene.choices[-1]) if not isinstance(end, str)]
    if not gene.ordered or gene.index_of is not None or any(end != int(end) for end in ends):
        return None
    max_count = int(gene.highest or 0)
    if row.stage is not None:
        max_count = max(max_count, row.stage.blocks)
    return (depths[0], max_count) if 0 < max_count <= _MAX_BLOCKS and min(ends) >= 0 else None


def _repeated_blocks(
    row: RowGenes, choices: _Choices, depth: int, max_count: int
) -> tuple[Block, ...]:
    """`max_count` equal blocks, of which as many are active as the depth gene chooses.

    The first ones, if the gene does not say which. Blocks of a stage beyond the largest choice of
    its depth come first, and are always active.
    """
    genes = choices.space.genes
    active_genes = [i for i in row.part_genes if i != depth and choices.active[i]]
    words = [choices.choice_text(index) for index in active_genes] or ["block"]
    always = max_count - int(genes[depth].highest or 0)
    count = always + int(_numeric_value(genes[depth], int(choices.genotype[depth])))
    is_on = bool(choices.active[depth])
    return tuple(
        _make_block(words, active_genes, choices, is_on and least <= count)
        for least in _least_counts(genes[depth], always, max_count)
    )


def _least_counts(depth: Gene, always: int, max_count: int) -> list[int]:
    """For each block in order, the least number of blocks of which it is one."""
    least = depth.kept_from or range(1, max_count - always + 1)
    return [*range(1, always + 1), *(always + count for count in least)]


def _gene_block(index: int, row: RowGenes, choices: _Choices) -> Block:
    """The box of a gene without a block: its kind and its choice."""
    gene, choice = choices.space.genes[index], int(choices.genotype[index])
    same_kind = [i for i in row.part_genes if gene_kind(choices.space.genes[i]) == gene_kind(gene)]
    number = f" {same_kind.index(index) + 1}" if len(same_kind) > 1 else ""
    is_on = bool(choices.active[index])
    words = f"{gene_kind(gene)}{number}", gene.text(choice) if is_on else "off"
    return Block(words, 1.0, relative_size(gene, choice) if is_on else 0.0, is_on, ": ")


def legend(space: SearchSpace, stages: Sequence[Stage]) -> str:
    """The meaning of letters and sizes, such as `e: expansion (wider), k: kernel size (taller)`."""
    size_notes: dict[Role, str] = {}
    has_skipped_blocks = False
    for row in row_genes(space, stages):
        boxes = [block.genes + row.part_genes for block in row.blocks]
        if _counting_depth(row, space) is not None:
            boxes = [row.part_genes]
        for box in boxes:
            roles = [space.genes[i].role for i in box]
            is_switched = any(space.genes[i].switch is not None for i in box)
            has_skipped_blocks |= "depth" in roles or is_switched
            for size_roles, note in ((_WIDER, " (wider)"), (_TALLER, " (taller)")):
                used_roles = [role for role in size_roles if role in roles]
                for i, role in enumerate(used_roles):
                    size_notes[role] = size_notes.get(role) or ("" if i else note)
    kinds = {gene.role: gene_kind(gene) for gene in space.genes}
    words = [f"{_LETTERS[role]}: {kinds[role]}{size}" for role, size in size_notes.items()]
    return ", ".join([*words, "dashed: left out"] if has_skipped_blocks else words)
