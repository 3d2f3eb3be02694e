"""Names and labels of genes, and the labels of the groups that they belong to."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from engine.space import Gene, Part, SearchSpace

_WORDS = {"kernel": "kernel size"}


def gene_kind(gene: Gene) -> str:
    """The kind of a gene, such as `kernel size`: its role, or without one its group in words.

    A name that is its own label, as in a search of choices, stands as it is written.
    """
    if _is_as_written(gene):
        return gene.label
    return (
        gene.group.replace("_", " ") if gene.role == "other" else _WORDS.get(gene.role, gene.role)
    )


def kind_title(gene: Gene) -> str:
    """The kind of a gene with a capital first letter; a name that stands as written keeps its."""
    return gene.label if _is_as_written(gene) else capitalised(gene_kind(gene))


def _is_as_written(gene: Gene) -> bool:
    return gene.label == gene.group


def capitalised(words: str) -> str:
    """The text with a capital first letter; the other letters do not change."""
    return words[:1].upper() + words[1:]


@dataclass(frozen=True)
class NamedGene:
    """A gene with a `name` such as `ks3`, the third of its group in a config, and a `label`.

    Names are distinct: where `w` has eleven genes and `w1` one, that one is `w1_1`. So are labels.

    `group_label` is the label of the genes of the same kind in the same stage.
    """

    index: int
    name: str
    label: str
    group_label: str


def named_genes(space: SearchSpace) -> tuple[NamedGene, ...]:
    """The genes of a space with their names, in the order of the space.

    Labels are built from role and part. For a gene without a part, its switch determines the stage:
    the blocks that one gene switches on and off. A single stage is not named. Genes outside all
    stages are numbered by kind if there are several of a kind. A label that the gene itself defines
    takes precedence.
    """
    labels = _labels(space)
    label_counts = Counter(label for label, _ in labels)
    used_labels = {label for label, count in label_counts.items() if count == 1}
    genes = []
    for index, (name, (label, group_label)) in enumerate(zip(_names(space), labels, strict=True)):
        unique_label, number = label, 0
        while label_counts[label] > 1 and (unique_label in used_labels or not number):
            number += 1
            unique_label = f"{label} {number}"
        used_labels.add(unique_label)
        genes.append(NamedGene(index, name, unique_label, group_label))
    return tuple(genes)


def representative_genes(space: SearchSpace, count: int) -> Sequence[int]:
    """Indices of up to `count` informative genes: depths, else switches, else the first genes.

    Genes of other kinds are among the first ones: in a search of choices, each is a kind of its
    own.
    """
    switches = sorted({gene.switch for gene in space.genes if gene.switch is not None})
    return (space.genes_of("depth") or switches or range(len(space.genes)))[:count]


def _names(space: SearchSpace) -> list[str]:
    """The name of each gene: its group, and its number in it."""
    group_sizes: Counter[str] = Counter()
    names: dict[str, None] = {}
    for gene in space.genes:
        group_sizes[gene.group] += 1
        name = f"{gene.group}{group_sizes[gene.group]}"
        while name in names:
            name = f"{gene.group}_{name.removeprefix(gene.group)}"
        names[name] = None
    return list(names)


def _labels(space: SearchSpace) -> list[tuple[str, str]]:
    """Label and group label of each gene; several genes may have the same label."""
    switches = sorted({gene.switch for gene in space.genes if gene.switch is not None})
    stage_of = {switch: stage for stage, switch in enumerate(switches, 1)}
    kinds = Counter(map(gene_kind, space.genes))
    kind_counts: Counter[str] = Counter()
    stage_counts: Counter[tuple[str, int]] = Counter()
    labels = []
    for index, gene in enumerate(space.genes):
        kind = gene_kind(gene)
        kind_counts[kind] += 1
        stage = stage_of.get(index if gene.switch is None else gene.switch)
        if gene.part:
            label, group_label = f"{gene.part} {kind}", _part_group(Part.read(gene.part), kind)
        elif stage is None:
            number = f" {kind_counts[kind]}" if kinds[kind] > 1 else ""
            label = group_label = gene.label or f"{kind}{number}"
        else:
            stage_counts[gene.group, stage] += 1
            stage_prefix = f"stage {stage} " if len(stage_of) > 1 else ""
            group_label = f"{stage_prefix}{kind}"
            block = f"{stage_prefix}block {stage_counts[gene.group, stage]} {kind}"
            label = group_label if index in stage_of and gene.switch is None else block
        group_title = group_label if _is_as_written(gene) else capitalised(group_label)
        labels.append((gene.label or capitalised(label), group_title))
    return labels


def _part_group(part: Part, kind: str) -> str:
    """The group of all genes of a kind in the blocks or layers of a part."""
    return " ".join(words for words in (part.where, part.inside, kind) if words)
