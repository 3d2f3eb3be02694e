"""Sub-networks beside each other, row by row, with what differs from the first one outlined."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from app.diagrams.genes import fitting, share_of, size_legend
from app.diagrams.subnetwork import Block, StageRow, diagram_info
from engine.gene_names import kind_of_gene
from engine.space import SearchSpace
from engine.supernets.base import Stage

_WIDTH, _LEFT, _HEAD, _BETWEEN, _GAP = 940.0, 96.0, 26.0, 24.0, 10.0
_LINE, _TALLEST, _SHORTEST, _NARROWEST = 66.0, 54.0, 34.0, 0.5
_IN_A_LINE = {1: 8, 2: 8, 3: 5}
_FEWEST_IN_A_LINE = 4
_MARGIN = 3.0  # between a box and the outline that marks it


@dataclass(frozen=True)
class Part:
    """One block or gene: its words, and its extent as shares of the largest, in (0, 1]."""

    words: tuple[str, ...]
    wide: float
    tall: float
    kept: bool
    differs: bool

    @property
    def text(self) -> str:
        """Such as `k5 e4`."""
        return " ".join(self.words)


@dataclass(frozen=True)
class AlignedRow:
    """One stage, or one group of genes, of every sub-network."""

    title: str
    note: str
    columns: tuple[tuple[Part, ...], ...]


@dataclass(frozen=True)
class AlignedInfo:
    """Plain data of the drawing; `legend` says what the shapes mean."""

    names: tuple[str, ...]
    rows: tuple[AlignedRow, ...]
    legend: str

    @property
    def description(self) -> str:
        """The text alternative: the first sub-network whole, of the others what differs."""
        parts = [
            f"{self.names[0]}: "
            + " ".join(
                f"{row.title}: {', '.join(p.text for p in row.columns[0])}." for row in self.rows
            )
        ]
        for column, name in list(enumerate(self.names))[1:]:
            changes = [
                f"{row.title}, {at}: {part.text} instead of {row.columns[0][at - 1].text}"
                for row in self.rows
                for at, part in enumerate(row.columns[column], 1)
                if part.differs
            ]
            said = "; ".join(changes) if changes else "the same architecture"
            parts.append(f"{name} against {self.names[0]}: {said}.")
        return " ".join(parts)


def aligned_info(
    names: Sequence[str],
    configs: Sequence[Mapping[str, Any]],
    space: SearchSpace,
    stages: Sequence[Stage],
) -> AlignedInfo:
    """The drawing of configs of one space: by stages and blocks where it has them, else by genes.

    Raises SpaceError for a config that is not in the space.
    """
    largest = space.highest("ks") or 7, space.highest("e") or 6
    drawn = [diagram_info(config, stages, *largest) for config in configs]
    if all(drawn):
        rows = tuple(
            _stage_row([d.rows[i] for d in drawn if d is not None], *largest)
            for i in range(len(stages))
        )
        return AlignedInfo(tuple(names), rows, "Width: expansion. Height: kernel size.")
    legend = size_legend(space, "Taller: a larger choice.")
    return AlignedInfo(tuple(names), _gene_rows(configs, space), legend)


def _stage_row(stage: Sequence[StageRow], kernel: float, expansion: float) -> AlignedRow:
    first = stage[0]
    columns = tuple(
        tuple(
            _block(block, kernel, expansion, block.label != other.label)
            for block, other in zip(row.blocks, first.blocks, strict=True)
        )
        for row in stage
    )
    note = f"{first.channels} ch, {first.resolution}×{first.resolution}"
    return AlignedRow(f"Stage {first.number}", note, columns)


def _block(block: Block, kernel: float, expansion: float, differs: bool) -> Part:
    if block.skipped:
        return Part(("skipped",), 1.0, 0.0, False, differs)
    words = tuple(block.label.split())
    return Part(words, block.expansion / expansion, block.kernel / kernel, True, differs)


def _gene_rows(configs: Sequence[Mapping[str, Any]], space: SearchSpace) -> tuple[AlignedRow, ...]:
    genotypes = [space.encode(config) for config in configs]
    active = [space.active(genotype[None])[0] for genotype in genotypes]
    groups: dict[str, list[int]] = {}
    for i, gene in enumerate(space.genes):
        groups.setdefault(gene.group, []).append(i)
    rows = []
    for group, indices in groups.items():
        columns = []
        for genotype, on in zip(genotypes, active, strict=True):
            parts = []
            for i in indices:
                same = genotype[i] == genotypes[0][i] and on[i] == active[0][i]
                gene, choice = space.genes[i], int(genotype[i])
                share = share_of(gene, choice) if on[i] else 0.0
                word = str(gene.choices[choice]) if on[i] else "off"
                parts.append(Part((word,), 1.0, share, bool(on[i]), not same))
            columns.append(tuple(parts))
        rows.append(AlignedRow(kind_of_gene(group).capitalize(), "", tuple(columns)))
    return tuple(rows)


def aligned_svg(info: AlignedInfo) -> str:
    """The drawing as inline SVG in the theme's colours, with its text alternative."""
    count = len(info.names)
    column = (_WIDTH - _LEFT) / count - _BETWEEN
    lefts = [_LEFT + i * (column + _BETWEEN) for i in range(count)]
    parts = [
        f'<text class="dynas-stage" x="{left:.1f}" y="16">{escape(name)}</text>'
        for left, name in zip(lefts, info.names, strict=True)
    ]
    top, per_line = _HEAD, _IN_A_LINE.get(count, _FEWEST_IN_A_LINE)
    for row in info.rows:
        most = len(row.columns[0])
        in_line = min(most, per_line)
        cell = min((column - _GAP * (in_line - 1)) / in_line, 84.0)
        parts += [
            f'<text class="dynas-stage" x="0" y="{top + 30:.1f}">{escape(row.title)}</text>',
            f'<text class="dynas-edge" x="0" y="{top + 47:.1f}">{escape(row.note)}</text>',
        ]
        for left, boxes in zip(lefts, row.columns, strict=True):
            for i, box in enumerate(boxes):
                x = left + (i % in_line) * (cell + _GAP)
                parts.append(_part_svg(box, x, top + (i // in_line + 0.5) * _LINE, cell))
        top += _LINE * -(-most // in_line)
    text = escape(info.description, quote=True)
    return (
        f'<svg class="dynas-diagram dynas-aligned" viewBox="0 0 {_WIDTH:.0f} {top + 4:.0f}" '
        f'role="img" aria-label="{text}" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def _part_svg(part: Part, left: float, middle: float, cell: float) -> str:
    kind = "kept" if part.kept else "skipped"
    width = cell * max(part.wide, _NARROWEST)
    height = _SHORTEST + (_TALLEST - _SHORTEST) * part.tall
    x, y, centre = left + (cell - width) / 2, middle - height / 2, left + cell / 2
    start = middle + 4.5 - 7.0 * (len(part.words) - 1)
    words = "".join(
        f'<text class="dynas-block-label-{kind}" x="{centre:.1f}" y="{start + 14 * i:.1f}" '
        f'text-anchor="middle">{escape(fitting(word, width))}</text>'
        for i, word in enumerate(part.words if part.kept else ("–",))
    )
    outline = ""
    if part.differs:
        outline = (
            f'<rect class="dynas-differs" x="{x - _MARGIN:.1f}" y="{y - _MARGIN:.1f}" '
            f'width="{width + 2 * _MARGIN:.1f}" height="{height + 2 * _MARGIN:.1f}" rx="7"/>'
        )
    return (
        f'<rect class="dynas-block-{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}" rx="5"/>{words}{outline}'
    )
