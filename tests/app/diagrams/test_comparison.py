from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.diagrams.comparison import comparison_info, comparison_svg
from engine.space import Gene, SearchSpace
from engine.supernets import registry
from tests.engine.renamed import FREE, renamed, spaces

SUPERNET = registry.load(registry.DEFAULT)
FIRST = {"ks": [3, 5, 7, 3] * 3, "e": [3, 4, 6, 6] * 3, "d": [2, 3, 4]}
OTHER = {"ks": [3, 5, 7, 3] * 2 + [3, 3, 7, 3], "e": [3, 4, 6, 6] * 3, "d": [3, 3, 4]}
NAMESPACE = "{http://www.w3.org/2000/svg}"


def info(*configs):
    names = [f"#{i}" for i, _ in enumerate(configs, 1)]
    return comparison_info(names, configs, SUPERNET.space, SUPERNET.stages)


def outlined(drawing):
    root = ElementTree.fromstring(comparison_svg(drawing))
    return [r for r in root.iter(f"{NAMESPACE}rect") if r.get("class") == "dynas-differs"]


def test_rows_are_stages_and_differences_are_marked():
    drawing = info(FIRST, OTHER)
    assert [row.title for row in drawing.rows] == ["Stage 1", "Stage 2", "Stage 3"]
    assert [[part.is_different for part in row.columns[1]] for row in drawing.rows] == [
        [False, False, True, False],
        [False] * 4,
        [False, True, False, False],
    ]
    assert not any(part.is_different for row in drawing.rows for part in row.columns[0])
    assert len(outlined(drawing)) == 2


def test_the_text_alternative_lists_the_differences():
    root = ElementTree.fromstring(comparison_svg(info(FIRST, OTHER)))
    description = root.get("aria-label")
    assert root.get("role") == "img"
    assert (
        "#2 against #1: Stage 1, 3: k7 e6 instead of skipped; Stage 3, 2: k3 e4 instead of k5 e4."
    ) in description
    assert "#2 against #1: the same architecture." in info(FIRST, FIRST).description


@pytest.mark.parametrize("count", [2, 3, 4])
def test_up_to_four_sub_networks_fit_side_by_side(count):
    root = ElementTree.fromstring(comparison_svg(info(*[FIRST, OTHER, FIRST, OTHER][:count])))
    width = float(root.get("viewBox").split()[2])
    for box in root.iter(f"{NAMESPACE}rect"):
        assert float(box.get("x")) >= 0
        assert float(box.get("x")) + float(box.get("width")) <= width


def test_a_space_with_other_genes_is_drawn_by_its_parts():
    supernet = registry.load("ofa_resnet50")
    genotypes = [supernet.space.smallest, supernet.space.largest]
    configs = [supernet.space.to_config(genotype) for genotype in genotypes]
    drawing = comparison_info(["#1", "#2"], configs, supernet.space, supernet.stages)
    assert [row.title for row in drawing.rows][:2] == ["Stem", "Stage 1"]
    differences = [part.is_different for row in drawing.rows for part in row.columns[1]]
    assert len(differences) == 18 + 3, "blocks of the stages, and layers of the stem"
    assert all(differences)
    assert len(outlined(drawing)) == sum(differences)
    assert "Stem, 1: w2 instead of w0" in drawing.description


def test_a_space_without_parts_is_drawn_by_its_genes():
    space = SearchSpace((Gene("d", (1, 2)), Gene("w", (1, 2)), Gene("w", (1, 2), 0, 2)))
    configs = [{"d": 1, "w": [1, 1]}, {"d": 2, "w": [1, 1]}]
    drawing = comparison_info(["#1", "#2"], configs, space, ())
    assert [(row.title, len(row.columns[0])) for row in drawing.rows] == [("D", 1), ("W", 2)]
    assert [part.is_different for row in drawing.rows for part in row.columns[1]] == [
        True,
        False,
        True,
    ]


def test_the_output_of_a_stage_is_noted_if_all_agree():
    supernet = registry.load("ofa_mbv3_d234_e346_k357_w1.0_r128-224")
    large = supernet.space.to_config(supernet.space.largest)
    for sides, note in (((224, 224), "24 ch, 56×56"), ((224, 128), "24 ch")):
        configs = [{**large, "r": [side]} for side in sides]
        drawing = comparison_info(["#1", "#2"], configs, supernet.space, supernet.stages)
        assert drawing.rows[1].note == note


@given(spaces(), st.permutations(FREE), st.integers(0, 2**32 - 1))
def test_renaming_groups_changes_nothing(space, names, seed):
    original = SearchSpace(tuple(gene for gene in space.genes if gene.group != "act"))
    other = renamed(original, names)
    genotypes = original.sample(3, np.random.default_rng(seed))
    before, after = (
        comparison_info(["a", "b", "c"], [s.to_config(g) for g in genotypes], s, ())
        for s in (original, other)
    )
    assert before == after
    root = ElementTree.fromstring(comparison_svg(before))
    width, height = map(float, root.get("viewBox").split()[2:])
    for box in root.iter(f"{NAMESPACE}rect"):
        assert float(box.get("x")) + float(box.get("width")) <= width
        assert float(box.get("y")) + float(box.get("height")) <= height
