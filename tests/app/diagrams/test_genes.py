from xml.etree import ElementTree

import pytest

from app.diagrams.genes import gene_rows, genes_svg, genes_text
from engine.errors import SpaceError
from engine.space import Gene, SearchSpace
from engine.supernets import registry

NAMESPACE = "{http://www.w3.org/2000/svg}"
SPACE = SearchSpace(
    (
        Gene("depth", (1, 2)),
        *(Gene("head_count", (1, 2, 4), switch=0, needs=layer) for layer in (1, 2)),
    )
)


def parse_drawing(config, space=SPACE):
    return ElementTree.fromstring(genes_svg(gene_rows(space, config)))


def test_each_group_is_a_row_and_each_gene_a_box():
    depth, heads = gene_rows(SPACE, {"depth": [1], "head_count": [4, 2]})
    assert (depth.name, heads.name) == ("Depth", "Head count")
    assert [box.value for box in depth.boxes] == ["1"]
    assert [(box.value, box.is_active) for box in heads.boxes] == [("4", True), ("1", False)]


def test_descending_choices_are_ranked_by_size():
    space = SearchSpace((Gene("w", (4, 2, 1)), Gene("r", range(100, 0, -1))))
    (width, _) = gene_rows(space, space.to_config(space.largest))
    assert [(box.value, box.relative_size) for box in width.boxes] == [("4", 1.0)]
    assert gene_rows(space, space.to_config(space.smallest))[0].boxes[0].relative_size == 1 / 3
    assert genes_text(space)[1].endswith(": 1 to 100")


def test_larger_choices_are_taller_and_inactive_genes_are_off():
    svg = parse_drawing({"depth": [1], "head_count": [4, 2]})
    heights = [float(rect.get("height")) for rect in svg.iter(f"{NAMESPACE}rect")]
    assert heights[1] > heights[0] > heights[2]
    assert svg.get("aria-label") == "Depth: 1. Head count: 4, off."


@pytest.mark.parametrize("name", ["ofa_resnet50", "ofa_mbv3_d234_e346_k357_w1.0_r128-224"])
def test_long_spaces_fit_into_the_drawing(name):
    space = registry.load(name).space
    svg = parse_drawing(space.to_config(space.largest), space)
    right_edge = max(
        float(r.get("x")) + float(r.get("width")) for r in svg.iter(f"{NAMESPACE}rect")
    )
    bottom = max(float(r.get("y")) + float(r.get("height")) for r in svg.iter(f"{NAMESPACE}rect"))
    _, _, width, height = map(float, svg.get("viewBox").split())
    assert right_edge <= width
    assert bottom <= height
    assert len(list(svg.iter(f"{NAMESPACE}rect"))) == len(space.genes)


def test_a_config_that_is_not_in_the_space_is_refused():
    with pytest.raises(SpaceError):
        gene_rows(SPACE, {"ks": [3]})


def test_choices_are_described_in_words():
    assert genes_text(SPACE) == ["Depth: 1 or 2", "Head count, 2 times: 1, 2 or 4"]


def test_genes_are_named_by_role_or_else_by_group():
    space = SearchSpace((Gene("ks", (1, 2)), Gene("a", (3, 5), role="kernel")))
    rows = gene_rows(space, {"ks": 1, "a": 5})
    assert [(row.name, row.values) for row in rows] == [("Ks", "1"), ("Kernel size", "5")]
