"""What people call genes: a short name to write, a label to read, and which belong together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from engine.space import Gene, Part, SearchSpace

_WORDS = {"kernel": "kernel size"}


def gene_kind(gene: Gene) -> str:
    """What a gene chooses, such as `kernel size`: its role, or without one its group in words."""
    return (
        gene.group.replace("_", " ") if gene.role == "other" else _WORDS.get(gene.role, gene.role)
    )


def capitalised(words: str) -> str:
    """With a capital first letter, and the others as they are: names keep theirs."""
    return words[:1].upper() + words[1:]


@dataclass(frozen=True)
class NamedGene:
    """One gene. `name` is such as `ks3`, the third of its group in a config; `label` for people.

    Names are distinct: where `w` has eleven genes and `w1` one, that one is `w1_1`. So are labels.

    `group_label` is the label of what it is part of: genes of one kind in one stage.
    """

    index: int
    name: str
    label: str
    group_label: str


def named_genes(space: SearchSpace) -> tuple[NamedGene, ...]:
    """A space's genes in their order.

    Labels follow from role and part. Of a gene without a part, its switch tells the stage: what one
    gene switches on and off block by block. A network with but one has no need to name it. Genes
    outside all stages are counted by kind, unless there is but one of a kind. A label that a gene
    has of its own goes before all that.
    """
    labels = _labels(space)
    often = Counter(label for label, _ in labels)
    taken = {label for label, times in often.items() if times == 1}
    named = []
    for index, (name, (label, group_label)) in enumerate(zip(_names(space), labels, strict=True)):
        own, number = label, 0
        while often[label] > 1 and (own in taken or not number):
            number += 1
            own = f"{label} {number}"
        taken.add(own)
        named.append(NamedGene(index, name, own, group_label))
    return tuple(named)


def representative_genes(space: SearchSpace, most: int) -> Sequence[int]:
    """Up to `most` genes that say much in a few figures: depths, else switches, else the first."""
    switches = sorted({gene.switch for gene in space.genes if gene.switch is not None})
    kind = gene_kind(space.genes[0])
    alike = [index for index, gene in enumerate(space.genes) if gene_kind(gene) == kind]
    return (space.genes_of("depth") or switches or alike)[:most]


def _names(space: SearchSpace) -> list[str]:
    """The name of each gene: its group, and its number in it."""
    in_group: Counter[str] = Counter()
    names: dict[str, None] = {}
    for gene in space.genes:
        in_group[gene.group] += 1
        name = f"{gene.group}{in_group[gene.group]}"
        while name in names:
            name = f"{gene.group}_{name.removeprefix(gene.group)}"
        names[name] = None
    return list(names)


def _labels(space: SearchSpace) -> list[tuple[str, str]]:
    """Label, maybe that of several genes, and what the gene belongs to."""
    switches = sorted({gene.switch for gene in space.genes if gene.switch is not None})
    stage_of = {switch: stage for stage, switch in enumerate(switches, 1)}
    kinds = Counter(map(gene_kind, space.genes))
    in_kind: Counter[str] = Counter()
    in_stage: Counter[tuple[str, int]] = Counter()
    labels = []
    for index, gene in enumerate(space.genes):
        kind = gene_kind(gene)
        in_kind[kind] += 1
        stage = stage_of.get(index if gene.switch is None else gene.switch)
        if gene.part:
            label, group_label = f"{gene.part} {kind}", _place(Part.read(gene.part), kind)
        elif stage is None:
            number = f" {in_kind[kind]}" if kinds[kind] > 1 else ""
            label = group_label = gene.label or f"{kind}{number}"
        else:
            in_stage[gene.group, stage] += 1
            where = f"stage {stage} " if len(stage_of) > 1 else ""
            group_label = f"{where}{kind}"
            block = f"{where}block {in_stage[gene.group, stage]} {kind}"
            label = group_label if index in stage_of and gene.switch is None else block
        labels.append((gene.label or capitalised(label), capitalised(group_label)))
    return labels


def _place(part: Part, kind: str) -> str:
    """Genes of a kind in all blocks or layers of a part belong together."""
    return " ".join(words for words in (part.where, part.inside, kind) if words)
