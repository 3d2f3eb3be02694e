"""A sub-network as rows of blocks: what each box says, how large it is, and what is left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.diagrams.genes import share_of
from app.diagrams.layout import WHOLE, BlockGenes, RowGenes, rows_of
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
_MOST_BLOCKS = 24
"""Boxes that a depth is drawn as; a larger one is told in words."""

_PLAIN = 0.7  # of the largest height, where nothing says how tall


@dataclass(frozen=True)
class Block:
    """One box: its words, and its extent as shares of the largest, in (0, 1].

    `kept` is false for what a depth, or another gene, leaves out.
    """

    words: tuple[str, ...]
    wide: float
    tall: float
    kept: bool
    between: str = " "

    @property
    def text(self) -> str:
        """Such as `k5 e4`, or `resolution: 160`."""
        return self.between.join(self.words)


@dataclass(frozen=True)
class BlockRow:
    """One part of the network with all its boxes, those left out included.

    `unit` is what they are called if they count 1, 2, ...; else empty. `flow` says that they
    follow one another, so that a line leads through them. `channels`, in
    words, and `resolution` are what leaves a stage; empty and 0 for other parts.
    """

    title: str
    unit: str
    blocks: tuple[Block, ...]
    flow: bool
    stride: str = ""
    channels: str = ""
    resolution: int = 0

    def range(self, start: int, count: int) -> str:
        """Which boxes those are, such as `5–8` of layers, `blocks 5–8` or `block 5` of a stage."""
        if not self.unit:
            return ""
        numbers = f"{start + 1}–{start + count}" if count > 1 else f"{start + 1}"
        own = self.title.casefold() == f"{self.unit}s"
        units = f"{self.unit}s" if count > 1 else self.unit
        return numbers if own else f"{units} {numbers}"

    @property
    def text(self) -> str:
        """The row in words; what is left out at its end is not mentioned."""
        last = max((i for i, block in enumerate(self.blocks, 1) if block.kept), default=0)
        told = ", ".join(block.text for block in self.blocks[:last]) or "nothing"
        side = self.resolution
        leaves = f"; {self.channels} at {side} by {side}".replace("  ", " ") if side else ""
        return f"{self.title}: {told}{leaves}."


class _Chosen:
    """What a config chose, gene by gene, as words and as sizes."""

    def __init__(self, space: SearchSpace, genotype: Genotypes) -> None:
        self.space, self.genotype = space, genotype
        self.active = space.active(genotype[None])[0]

    def word(self, index: int) -> str:
        """Such as `k5`, `query r4`, `relu`, `dropout 0.1`."""
        gene, choice = self.space.genes[index], int(self.genotype[index])
        text, inside = gene.text(choice), Part.read(gene.part).inside
        if not isinstance(gene.choices[choice], str):
            letter = _LETTERS.get(gene.role)
            text = f"{letter}{text}" if letter else f"{gene_kind(gene)} {text}"
        return f"{inside} {text}" if inside else text

    def size(self, genes: Sequence[int], roles: Sequence[Role]) -> float | None:
        """The first of those roles that an active gene has, as a share of the largest of all."""
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
        alike = [self.space.genes[i] for i in self.space.genes_of(gene.role)]
        values = [_amount(one, len(one.choices) - 1) for one in alike]
        values += [_amount(one, 0) for one in alike]
        value, largest = _amount(gene, choice), max(values)
        return value / largest if gene.ordered and value > 0 else share_of(gene, choice)


def _amount(gene: Gene, choice: int) -> float:
    """What a choice amounts to: itself, or what it is an index of; 0 where there is no order."""
    value = gene.choices[choice]
    if isinstance(value, str) or not gene.ordered:
        return 0.0
    return float(value) if gene.index_of is None else float(gene.index_of.values[int(value)])


def block_rows(
    space: SearchSpace, stages: Sequence[Stage], config: Mapping[str, Any]
) -> tuple[BlockRow, ...]:
    """The rows of a config by the parts of its space; empty where it says nothing of parts.

    Raises SpaceError for a config that is not in the space.
    """
    chosen = _Chosen(space, space.encode(config))
    rows = rows_of(space, stages)
    side = space.value_of("resolution", chosen.genotype)
    largest = max((space.genes[i].highest or 0 for i in space.genes_of("resolution")), default=0)
    scale = float(side) / largest if side is not None and largest else 1.0
    return tuple(_row(row, chosen, scale) for row in rows)


def _row(row: RowGenes, chosen: _Chosen, scale: float) -> BlockRow:
    if row.blocks:
        blocks = tuple(_block(block, row, chosen) for block in row.blocks)
    elif (counted := _depth_counted(row, chosen.space)) is not None:
        blocks = _repeated(row, chosen, *counted)
    else:
        return BlockRow(row.title, "", tuple(_alone(i, row, chosen) for i in row.own), False)
    stage, unit = row.stage, row.unit if row.counted else ""
    if stage is None:
        return BlockRow(row.title, unit, blocks, True)
    widths = chosen.space.genes_of("width")
    told = bool({*row.own, *(i for block in row.blocks for i in block.genes)} & {*widths})
    channels = "" if told else f"{'up to ' if widths else ''}{stage.channels} channels"
    resolution = int(-(-stage.resolution * scale // 1))
    return BlockRow(
        row.title, unit, blocks, True,
        f"stride {stage.stride}", channels, resolution,
    )  # fmt: skip


def _block(block: BlockGenes, row: RowGenes, chosen: _Chosen) -> Block:
    """A block with its own genes, and those of its row, which hold for each block of it."""
    genes = chosen.space.genes
    within = [*(index for other in row.blocks for index in other.genes), *row.own]
    switches = {genes[index].switch for index in within}
    told = {i for i in within if genes[i].role == "depth" and i in switches}
    own = [index for index in block.genes if index not in told]
    if all(genes[i].role == "depth" for i in block.genes):
        amounts = [_amount(genes[i], int(chosen.genotype[i])) for i in block.genes]
        there = min(amounts) > 0 and bool(chosen.active[list(block.genes)].all())
        on_or_off = all(max(amounts) == 1 or len(genes[i].choices) == 2 for i in block.genes)
        words = ["on"] if on_or_off else [chosen.word(i) for i in block.genes]
        return _drawn(words, [], chosen, there)
    shown = [index for index in (*own, *row.own) if index not in told and chosen.active[index]]
    words = [chosen.word(index) for index in shown]
    if not row.counted:
        words = [block.name, *words]
    return _drawn(words, shown, chosen, bool(chosen.active[own].any()))


def _drawn(words: Sequence[str], shown: Sequence[int], chosen: _Chosen, kept: bool) -> Block:
    if not kept:
        return Block(("skipped",), 1.0, 0.0, False)
    wide = chosen.size(shown, _WIDER)
    tall = chosen.size(shown, _TALLER)
    return Block(
        tuple(words), 1.0 if wide is None else wide, _PLAIN if tall is None else tall, True
    )


def _depth_counted(row: RowGenes, space: SearchSpace) -> tuple[int, int] | None:
    """The depth that counts the blocks of a part without genes of blocks, and how many there are.

    None where it has no such gene, or one that counts something else.
    """
    depths = [index for index in row.own if space.genes[index].role == "depth"]
    if row.blocks or row.title == WHOLE or len(depths) != 1:
        return None
    gene = space.genes[depths[0]]
    ends = [end for end in (gene.choices[0], gene.choices[-1]) if not isinstance(end, str)]
    if not gene.ordered or gene.index_of is not None or any(end != int(end) for end in ends):
        return None
    most = int(gene.highest or 0)
    if row.stage is not None:
        most = max(most, row.stage.blocks)
    return (depths[0], most) if 0 < most <= _MOST_BLOCKS and min(ends) >= 0 else None


def _repeated(row: RowGenes, chosen: _Chosen, depth: int, most: int) -> tuple[Block, ...]:
    """As many equal blocks as the depth says, and those that it leaves out.

    A stage that is known to have more blocks than its depth can choose has the others always.
    """
    genes = chosen.space.genes
    shown = [i for i in row.own if i != depth and chosen.active[i]]
    words = [chosen.word(index) for index in shown] or ["block"]
    always = most - int(genes[depth].highest or 0)
    count = always + int(_amount(genes[depth], int(chosen.genotype[depth])))
    on = bool(chosen.active[depth])
    return tuple(_drawn(words, shown, chosen, on and number < count) for number in range(most))


def _alone(index: int, row: RowGenes, chosen: _Chosen) -> Block:
    """A gene that is of no block: what it chooses, and the choice."""
    gene, choice = chosen.space.genes[index], int(chosen.genotype[index])
    alike = [i for i in row.own if gene_kind(chosen.space.genes[i]) == gene_kind(gene)]
    number = f" {alike.index(index) + 1}" if len(alike) > 1 else ""
    on = bool(chosen.active[index])
    words = f"{gene_kind(gene)}{number}", gene.text(choice) if on else "off"
    return Block(words, 1.0, share_of(gene, choice) if on else 0.0, on, ": ")


def legend(space: SearchSpace, stages: Sequence[Stage]) -> str:
    """What letters and sizes mean, such as `e: expansion (wider), k: kernel size (taller)`."""
    told: dict[Role, str] = {}
    left_out = False
    for row in rows_of(space, stages):
        boxes = [block.genes + row.own for block in row.blocks]
        if _depth_counted(row, space) is not None:
            boxes = [row.own]
        for box in boxes:
            roles = [space.genes[i].role for i in box]
            left_out |= "depth" in roles or any(space.genes[i].switch is not None for i in box)
            for sizes, word in ((_WIDER, " (wider)"), (_TALLER, " (taller)")):
                used = [role for role in sizes if role in roles]
                for role in used:
                    told[role] = told.get(role) or (word if role == used[0] else "")
    kinds = {gene.role: gene_kind(gene) for gene in space.genes}
    words = [f"{_LETTERS[role]}: {kinds[role]}{size}" for role, size in told.items()]
    return ", ".join([*words, "dashed: left out"] if left_out else words)
