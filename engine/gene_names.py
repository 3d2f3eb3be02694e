"""What people call genes: a short name to write, a label to read, and which belong together."""

from collections import Counter
from dataclasses import dataclass

from engine.space import SearchSpace

_WORDS = {
    "ks": "kernel size",
    "e": "expansion",
    "d": "depth",
    "w": "width",
    "r": "resolution",
}


def kind_of_gene(group: str) -> str:
    """What the genes of a group are, such as `kernel size` for `ks`."""
    return _WORDS.get(group, group.replace("_", " "))


@dataclass(frozen=True)
class NamedGene:
    """One gene. `name` is such as `ks3`, the third of its group in a config; `label` for people.

    Names are distinct: where `w` has eleven genes and `w1` one, that one is `w1_1`.

    `belongs` is the label of what it is part of: genes of one kind in one stage.
    """

    index: int
    name: str
    label: str
    belongs: str


def named_genes(space: SearchSpace) -> tuple[NamedGene, ...]:
    """A space's genes in their order.

    A stage is what one gene switches on and off block by block; a network with but one has no need
    to name it. Genes outside all stages are counted by kind.
    """
    switches = sorted({gene.switch for gene in space.genes if gene.switch is not None})
    stage_of = {switch: stage for stage, switch in enumerate(switches, 1)}
    in_group: Counter[str] = Counter()
    in_stage: Counter[tuple[str, int]] = Counter()
    named: list[NamedGene] = []
    taken: set[str] = set()
    for index, gene in enumerate(space.genes):
        in_group[gene.group] += 1
        name, kind = f"{gene.group}{in_group[gene.group]}", kind_of_gene(gene.group)
        while name in taken:
            name = f"{gene.group}_{name.removeprefix(gene.group)}"
        taken.add(name)
        stage = stage_of.get(index if gene.switch is None else gene.switch)
        if stage is None:
            label = belongs = f"{kind.capitalize()} {in_group[gene.group]}"
        else:
            in_stage[gene.group, stage] += 1
            where = f"stage {stage} " if len(stage_of) > 1 else ""
            belongs = f"{where}{kind}".capitalize()
            block = f"{where}block {in_stage[gene.group, stage]} {kind}".capitalize()
            label = belongs if index in stage_of and gene.switch is None else block
        named.append(NamedGene(index, name, label, belongs))
    return tuple(named)
