import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import SpaceError
from engine.gene_names import gene_kind, kind_title, named_genes, representative_genes
from engine.space import Gene, SearchSpace, mbconv_space
from engine.space.choices import choice_space
from engine.supernets import registry
from tests.engine.renamed import FREE, renamed, spaces

SHIPPED = json.loads((Path(__file__).parent / "data" / "gene_labels.json").read_text())


def labels(space):
    return [(gene.label, gene.group_label) for gene in named_genes(space)]


def test_genes_of_a_stage_are_counted_by_block():
    genes = {
        gene.name: gene for gene in named_genes(mbconv_space(stages=2, blocks=2, depths=(1, 2)))
    }
    assert genes["ks1"].label == "Stage 1 block 1 kernel size"
    assert genes["ks4"].label == "Stage 2 block 2 kernel size"
    assert genes["e3"].group_label == "Stage 2 expansion"
    assert genes["d2"].label == genes["d2"].group_label == "Stage 2 depth"


def test_genes_outside_all_stages_are_counted_by_kind():
    width = Gene("w", (1, 2), role="width")
    space = SearchSpace((width, width, Gene("extra", (0, 1))))
    assert [gene.label for gene in named_genes(space)] == ["Width 1", "Width 2", "Extra"]
    assert [gene.name for gene in named_genes(space)] == ["w1", "w2", "extra1"]


def test_a_network_of_one_stage_does_not_name_it():
    space = SearchSpace(
        (Gene("depth", (1, 2)), *(Gene("head_count", (1, 2), 0, layer) for layer in (1, 2)))
    )
    assert [(gene.name, gene.label, gene.group_label) for gene in named_genes(space)] == [
        ("depth1", "Depth", "Depth"),
        ("head_count1", "Block 1 head count", "Head count"),
        ("head_count2", "Block 2 head count", "Head count"),
    ]
    assert labels(mbconv_space(stages=1, blocks=2, depths=(1, 2))) == [
        ("Block 1 kernel size", "Kernel size"),
        ("Block 2 kernel size", "Kernel size"),
        ("Block 1 expansion", "Expansion"),
        ("Block 2 expansion", "Expansion"),
        ("Depth", "Depth"),
    ]


@pytest.mark.parametrize("name", [*SHIPPED])
def test_labels_of_shipped_supernets_stay_as_people_know_them(name):
    gene_rows = [[g.name, g.label, g.group_label] for g in named_genes(registry.load(name).space)]
    assert gene_rows == SHIPPED[name]


def test_a_group_without_a_role_is_called_by_its_name_whatever_letter_it_is():
    space = SearchSpace(tuple(Gene(group, (1, 2)) for group in ("r", "ks", "e", "d", "w", "MLP_x")))
    expected = ["R", "Ks", "E", "D", "W", "MLP x"]
    assert [gene.label for gene in named_genes(space)] == expected


def test_a_part_is_in_the_label_and_its_layers_belong_together():
    space = SearchSpace(
        tuple(
            Gene("r", (2, 4), role="rank", part=part)
            for part in ("encoder layer 1 query", "encoder layer 2 query", "decoder", "layer 3")
        )
    )
    assert labels(space) == [
        ("Encoder layer 1 query rank", "Encoder query rank"),
        ("Encoder layer 2 query rank", "Encoder query rank"),
        ("Decoder rank", "Decoder rank"),
        ("Layer 3 rank", "Rank"),
    ]


def test_a_gene_is_called_by_its_own_label_and_belongs_where_its_part_is():
    width = Gene("w", (1, 2), role="width", part="stem layer 1", label="Inner width")
    space = SearchSpace((width, replace(width, label="Width 2"), replace(width, part="")))
    assert labels(space) == [
        ("Inner width 1", "Stem width"),
        ("Width 2", "Stem width"),
        ("Inner width 2", "Inner width"),
    ]
    with pytest.raises(SpaceError, match=r"The gene 'w' has the label ' x'\. Name it in up to 60"):
        replace(width, label=" x")


@pytest.mark.parametrize("name", ["ofa_resnet50", "ofa_resnet50_r128-224"])
def test_genes_of_a_stage_of_resnet_50_belong_together(name):
    genes_with_names = named_genes(registry.load(name).space)
    often = Counter(
        gene.group_label for gene in genes_with_names if "resolution" not in gene.label.lower()
    )
    stages = {f"Stage {n} {kind}": count for n, blocks in enumerate((4, 4, 6, 4), 1)
              for kind, count in (("depth", 1), ("expansion", blocks), ("width", 1))}  # fmt: skip
    assert often == {"Stem depth": 1, "Stem width": 2, **stages}


def test_labels_are_distinct():
    width = Gene("a", (1, 2), role="width", part="layer 1")
    space = SearchSpace((width, replace(width, group="b"), replace(width, part="layer 2")))
    assert [label for label, _ in labels(space)] == [
        "Layer 1 width 1", "Layer 1 width 2", "Layer 2 width",
    ]  # fmt: skip


@given(spaces(), st.permutations(FREE))
def test_renaming_groups_changes_no_label(space, names):
    other = renamed(space, names)
    with_role = [i for i, gene in enumerate(space.genes) if gene.role != "other"]
    before, after = labels(space), labels(other)
    assert [before[i] for i in with_role] == [after[i] for i in with_role]
    assert representative_genes(space, 6) == representative_genes(other, 6)
    assert len({label for label, _ in after}) == len(space.genes)


def test_what_tells_much_is_depth_else_switches_else_the_first_genes():
    assert representative_genes(mbconv_space(stages=3, blocks=4), 2) == (24, 25)
    skips = tuple(Gene("skip", (0, 1)) for _ in range(2))
    behind = tuple(Gene("h", (1, 2), switch=i, needs=1) for i in range(2))
    assert list(representative_genes(SearchSpace((*behind[::-1], *skips)[2:] + behind), 6)) == [
        0,
        1,
    ]
    first = SearchSpace((Gene("a", (1, 2)), Gene("b", (1, 2)), Gene("a", (1, 2))))
    assert list(representative_genes(first, 6)) == [0, 1, 2]
    assert list(representative_genes(first, 2)) == [0, 1]


def test_the_names_of_choices_of_a_script_stand_as_they_are_written():
    space = choice_space({"lr": [0.1, 0.01], "batch_size": [16, 32], "Act": ["relu", "gelu"]})
    assert labels(space) == [("lr", "lr"), ("batch_size", "batch_size"), ("Act", "Act")]
    assert [kind_title(gene) for gene in space.genes] == ["lr", "batch_size", "Act"]
    assert [gene_kind(gene) for gene in space.genes] == ["lr", "batch_size", "Act"]
    long_name = f"a  name with two spaces {'of many letters ' * 4}"
    assert labels(choice_space({long_name: [1, 2]}))[0][0].startswith("A  name")
