"""A sub-network of any space as a drawing: a row a gene group, a box a gene, taller is larger."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from engine.gene_names import kind_of_gene
from engine.space import SearchSpace

_WIDTH, _LEFT = 600, 130
_IN_A_LINE = 10
_GAP, _LINE, _TALLEST, _SHORTEST = 6, 46, 38, 18


def gene_name(group: str) -> str:
    """A gene group as people call it: `ks` is the kernel size, `hidden_width` "Hidden width"."""
    return kind_of_gene(group).capitalize()


@dataclass(frozen=True)
class GeneBox:
    """One gene: its value, and where among its choices that stands, in (0, 1]."""

    value: str
    share: float
    active: bool


@dataclass(frozen=True)
class GeneRow:
    """The genes of a group in their order."""

    name: str
    boxes: tuple[GeneBox, ...]

    @property
    def text(self) -> str:
        """The row in words."""
        return f"{self.name}: {', '.join(b.value if b.active else 'off' for b in self.boxes)}."


def gene_rows(space: SearchSpace, config: Mapping[str, Any]) -> tuple[GeneRow, ...]:
    """A row a gene group of a config; raises SpaceError if it is not in `space`."""
    genotype = space.encode(config)
    active = space.active(genotype[None])[0]
    rows: dict[str, list[GeneBox]] = {}
    for gene, choice, on in zip(space.genes, genotype, active, strict=True):
        box = GeneBox(str(gene.choices[choice]), (int(choice) + 1) / len(gene.choices), bool(on))
        rows.setdefault(gene.group, []).append(box)
    return tuple(GeneRow(gene_name(group), tuple(boxes)) for group, boxes in rows.items())


def genes_text(space: SearchSpace) -> list[str]:
    """What there is to choose, such as `Depth: 1, 2 or 3` and `Heads, 4 times: 1 or 2`."""
    counts: dict[tuple[str, tuple[float, ...]], int] = {}
    for gene in space.genes:
        known = (gene.group, gene.choices)
        counts[known] = counts.get(known, 0) + 1
    sentences = []
    for (group, choices), count in counts.items():
        *most, last = map(str, choices)
        values = f"{', '.join(most)} or {last}" if most else last
        times = f", {count} times" if count > 1 else ""
        sentences.append(f"{gene_name(group)}{times}: {values}")
    return sentences


def genes_svg(rows: tuple[GeneRow, ...]) -> str:
    """The drawing as inline SVG in the theme's colours, with its text alternative."""
    most = min(_IN_A_LINE, max(len(row.boxes) for row in rows))
    cell = min(84.0, (_WIDTH - _LEFT + _GAP) / most - _GAP)
    parts, top = [], 4.0
    for row in rows:
        y = top + _LINE / 2 + 4.5
        parts.append(f'<text class="dynas-stage" x="0" y="{y:.1f}">{escape(row.name)}</text>')
        for first in range(0, len(row.boxes), _IN_A_LINE):
            line = row.boxes[first : first + _IN_A_LINE]
            lefts = _LEFT + np.arange(len(line)) * (cell + _GAP)
            middle = top + _LINE / 2
            parts += [_box_svg(b, x, middle, cell) for b, x in zip(line, lefts, strict=True)]
            top += _LINE
    text = escape(" ".join(row.text for row in rows), quote=True)
    return (
        f'<svg class="dynas-diagram" viewBox="0 0 {_WIDTH} {top + 4:.0f}" role="img" '
        f'aria-label="{text}" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def _box_svg(box: GeneBox, left: float, middle: float, width: float) -> str:
    kind = "kept" if box.active else "skipped"
    height = _SHORTEST + (_TALLEST - _SHORTEST) * (box.share if box.active else 0.0)
    return (
        f'<rect class="dynas-block-{kind}" x="{left:.1f}" y="{middle - height / 2:.1f}" '
        f'width="{width:.1f}" height="{height:.1f}" rx="5"/>'
        f'<text class="dynas-block-label-{kind}" x="{left + width / 2:.1f}" y="{middle + 4.5:.1f}" '
        f'text-anchor="middle">{escape(box.value) if box.active else "off"}</text>'
    )
