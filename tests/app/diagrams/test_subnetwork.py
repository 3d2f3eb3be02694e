from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.diagrams.blocks import legend
from app.diagrams.sparkline import sparkline_svg
from app.diagrams.stages import stages_svg
from app.diagrams.subnetwork import diagram_info, diagram_svg
from engine.errors import SpaceError
from engine.space import Gene, SearchSpace
from engine.supernets import registry
from engine.supernets.base import Stage
from tests.engine.renamed import FREE, renamed, spaces

SUPERNET = registry.load(registry.DEFAULT)
CONFIG = {"ks": [3, 5, 7, 3] * 3, "e": [3, 4, 6, 6] * 3, "d": [2, 3, 4]}
NAMESPACE = "{http://www.w3.org/2000/svg}"


def info_of(space, config, stages=()):
    return diagram_info(space, stages, config)


def boxes(info):
    return [[block.text for block in row.blocks] for row in info.rows]


def parse_drawing(info):
    return ElementTree.fromstring(diagram_svg(info))


def rects(svg, kind):
    return [r for r in svg.iter(f"{NAMESPACE}rect") if r.get("class") == f"dynas-block-{kind}"]


def test_each_stage_is_a_row_and_each_block_a_box():
    info = info_of(SUPERNET.space, CONFIG, SUPERNET.stages)
    assert [row.title for row in info.rows] == ["Stage 1", "Stage 2", "Stage 3"]
    assert [row.channels for row in info.rows] == ["16 channels", "24 channels", "48 channels"]
    assert boxes(info) == [
        ["k3 e3", "k5 e4", "skipped", "skipped"],
        ["k3 e3", "k5 e4", "k7 e6", "skipped"],
        ["k3 e3", "k5 e4", "k7 e6", "k3 e6"],
    ]


def test_width_is_expansion_and_height_is_kernel():
    active_rects = rects(parse_drawing(info_of(SUPERNET.space, CONFIG, SUPERNET.stages)), "kept")
    assert len(active_rects) == 2 + 3 + 4
    small, middle = active_rects[0], active_rects[1]
    assert float(small.get("width")) < float(middle.get("width"))
    assert float(small.get("height")) < float(middle.get("height"))
    assert legend(SUPERNET.space, SUPERNET.stages) == (
        "e: expansion (wider), k: kernel size (taller), dashed: left out"
    )


def test_the_drawing_has_a_text_alternative():
    drawing = parse_drawing(info_of(SUPERNET.space, CONFIG, SUPERNET.stages))
    assert drawing.get("role") == "img"
    assert "Stage 1: k3 e3, k5 e4; 16 channels at 14 by 14." in drawing.get("aria-label")


def test_genes_without_parts_belong_to_the_blocks_of_stages():
    supernet = registry.load("ofa_resnet50")
    genes = tuple(replace(gene, part="") for gene in supernet.space.genes)
    config = {"d": [2, 0, 1, 2, 0], "e": [0.35] * 18, "w": [2, 1, 0, 0, 0, 0]}
    info = info_of(replace(supernet.space, genes=genes), config, supernet.stages)
    assert [row.title for row in info.rows] == [
        "Whole network", "Stage 1", "Stage 2", "Stage 3", "Stage 4",
    ]  # fmt: skip
    active_counts = [sum(block.is_active for block in row.blocks) for row in info.rows]
    assert active_counts[1:] == [2, 3, 6, 2]
    assert boxes(info)[0][:3] == ["depth: 2", "width 1: 2", "width 2: 1"]
    assert info.rows[1].channels == "up to 256 channels", "a width may make it less"


@pytest.mark.parametrize(("depth", "middle"), [(2, "on"), (0, "skipped")])
def test_the_stem_and_the_stages_of_resnet_50_show_their_own_genes(depth, middle):
    supernet = registry.load("ofa_resnet50")
    config = {"d": [depth, 0, 1, 2, 0], "e": [0.2] * 18, "w": [2, 1, 0, 1, 2, 0]}
    info = info_of(supernet.space, config, supernet.stages)
    assert [row.title for row in info.rows] == ["Stem", "Stage 1", "Stage 2", "Stage 3", "Stage 4"]
    assert boxes(info)[0] == ["w2", middle, "w1"]
    assert boxes(info)[1] == ["e0.2 w0"] * 2 + ["skipped"] * 2
    assert boxes(info)[2] == ["e0.2 w1"] * 3 + ["skipped"]
    assert info.rows[1].channels == "", "its width says it"
    assert [info.rows[3].block_range(*which) for which in ((0, 5), (5, 1))] == [
        "blocks 1–5",
        "block 6",
    ]


@pytest.mark.parametrize(("side", "sides"), [(224, [56, 7]), (144, [36, 5]), (128, [32, 4])])
def test_the_output_of_a_stage_scales_with_the_resolution(side, sides):
    supernet = registry.load("ofa_mbv3_d234_e346_k357_w1.0_r128-224")
    config = {**supernet.space.to_config(supernet.space.largest), "r": [side]}
    info = info_of(supernet.space, config, supernet.stages)
    assert boxes(info)[0] == [f"resolution: {side}"]
    assert [info.rows[1].resolution, info.rows[5].resolution] == sides


RESNET = SearchSpace(
    (
        *(Gene("x", (32, 64), role="width", part=f"stage {n}") for n in range(1, 5)),
        *(Gene("y", (1, 2), role="depth", part=f"stage {n}") for n in range(1, 5)),
    )
)


def test_a_depth_without_genes_of_blocks_counts_them():
    config = {"x": [32, 64, 64, 32], "y": [1, 2, 1, 2]}
    expected = [["w32", "skipped"], ["w64", "w64"], ["w64", "skipped"], ["w32", "w32"]]
    assert boxes(info_of(RESNET, config)) == expected
    three = [Stage(64, 8, 3, 1)] * 4
    info = info_of(RESNET, config, three)
    assert boxes(info)[0] == ["w32", "w32", "skipped"], "one of three blocks is always there"
    assert info.rows[0].channels == "", "its width says it"
    assert "Stage 1: w32, w32; at 8 by 8." in info.description


def layers(count):
    return SearchSpace(
        (
            *(Gene("on", (0, 1), role="depth", part=f"layer {n + 1}") for n in range(count)),
            *(
                Gene("h", (2, 4), switch=n, needs=1, role="heads", part=f"layer {n + 1}")
                for n in range(count)
            ),
            *(
                Gene("f", (64, 128), switch=n, needs=1, role="width", part=f"layer {n + 1}")
                for n in range(count)
            ),
            Gene("dim", (32, 64), role="width"),
        )
    )


def test_layers_are_split_into_lines_and_skipped_ones_are_marked():
    config = {"on": [1, 0, 1] * 3, "h": [4] * 9, "f": [64] * 9, "dim": [64]}
    info = info_of(layers(9), config)
    assert boxes(info) == [["width: 64"], ["h4 w64", "skipped", "h4 w64"] * 3]
    assert "Layers: h4 w64, skipped, h4 w64, h4 w64" in info.description
    svg = parse_drawing(info)
    assert (len(rects(svg, "kept")), len(rects(svg, "skipped"))) == (7, 3)
    texts = [text.text for text in svg.iter(f"{NAMESPACE}text")]
    assert "1–6" in texts
    assert "7–9" in texts


def test_unordered_choices_are_written_in_words():
    space = SearchSpace(
        (
            *(Gene("units", (16, 64), role="width", part=f"layer {n}") for n in (1, 2)),
            Gene("act", ("relu", "gelu"), kind="categorical"),
            Gene("norm", ("batch", "none"), kind="categorical", part="layer 2"),
        )
    )
    info = info_of(space, {"units": [16, 64], "act": "gelu", "norm": "none"})
    assert boxes(info) == [["act: gelu"], ["w16", "w64 none"]]
    assert legend(space, ()) == "w: width (wider)"


def test_ranks_are_labelled_and_irregular_block_numbers_are_written():
    genes = [
        Gene("r", (2, 4), role="rank", part=f"layer {n} {what}")
        for n in (1, 12)
        for what in ("query", "value")
    ]
    info = info_of(SearchSpace(tuple(genes)), {"r": [2, 4, 4, 4]})
    assert boxes(info) == [["layer 1 query r2 value r4", "layer 12 query r4 value r4"]]


def test_a_block_with_only_a_depth_gene_is_on_or_skipped():
    space = SearchSpace(tuple(Gene("z", (0, 1), role="depth", part=f"block {n}") for n in (1, 2)))
    assert boxes(info_of(space, {"z": [1, 0]})) == [["on", "skipped"]]


@given(spaces(), st.permutations(FREE), st.integers(0, 2**32 - 1))
def test_renaming_groups_changes_no_drawing(space, names, seed):
    """Only what has no role is called by its group: here it stands beside the drawing's parts."""
    original = SearchSpace(tuple(gene for gene in space.genes if gene.group != "act"))
    other = renamed(original, names)
    for genotype in original.sample(3, np.random.default_rng(seed)):
        before = info_of(original, original.to_config(genotype))
        assert before == info_of(other, other.to_config(genotype))
        assert legend(original, ()) == legend(other, ())


@given(spaces(), st.integers(0, 2**32 - 1))
def test_boxes_fit_into_the_drawing(space, seed):
    for genotype in space.sample(2, np.random.default_rng(seed)):
        info = info_of(space, space.to_config(genotype))
        svg = parse_drawing(info)
        _, _, width, height = map(float, svg.get("viewBox").split())
        rectangles = list(svg.iter(f"{NAMESPACE}rect"))
        assert len(rectangles) == sum(len(row.blocks) for row in info.rows)
        for rect in rectangles:
            left, top, wide, tall = (float(rect.get(k)) for k in ("x", "y", "width", "height"))
            assert left >= 0 <= top
            assert left + wide <= width
            assert top + tall <= height


def test_the_order_of_groups_in_a_space_does_not_move_blocks():
    reversed_space = SearchSpace(
        tuple(
            replace(gene, switch=None if gene.switch is None else 26 - gene.switch)
            for gene in SUPERNET.space.genes[::-1]
        )
    )
    mirrored = {key: values[::-1] for key, values in CONFIG.items()}
    reversed_blocks = {row.title: row.blocks for row in info_of(reversed_space, mirrored).rows}
    for row in info_of(SUPERNET.space, CONFIG).rows:
        assert [{*block.words} for block in row.blocks] == [
            {*b.words} for b in reversed_blocks[row.title]
        ]


def test_a_space_without_parts_has_no_diagram():
    space = SearchSpace((Gene("ks", (3, 5)), Gene("e", (1, 2)), Gene("d", (1, 2))))
    assert info_of(space, space.to_config(space.largest)) is None
    assert info_of(space, space.to_config(space.largest), [Stage(8, 8, 1, 1)]) is None


def test_a_config_that_is_not_in_the_space_is_refused():
    with pytest.raises(SpaceError):
        info_of(SUPERNET.space, {"width": [1, 2]}, SUPERNET.stages)


def test_the_stages_of_a_supernet_have_a_text_alternative():
    drawing = ElementTree.fromstring(stages_svg(SUPERNET.stages))
    assert "stage 3: up to 4 blocks, 48 channels at 4 by 4" in drawing.get("aria-label")
    assert stages_svg(()) == ""


def test_a_sparkline_needs_two_values():
    assert sparkline_svg([0.2], 1.0) == ""
    line = ElementTree.fromstring(sparkline_svg([0.1, 0.2, 0.4], 0.8)).find(f"{NAMESPACE}polyline")
    assert len(line.get("points").split()) == 3


def test_sparklines_with_the_same_top_share_a_scale():
    def heights(values):
        line = ElementTree.fromstring(sparkline_svg(values, 0.9)).find(f"{NAMESPACE}polyline")
        return [float(point.split(",")[1]) for point in line.get("points").split()]

    lower, higher = heights([0.1, 0.3]), heights([0.1, 0.9])
    assert lower[0] == higher[0]
    assert lower[1] > higher[1] == 4.0


def test_the_blocks_that_a_depth_leaves_out_are_drawn_where_they_are():
    depth = Gene("d", (2, 3, 4), role="depth", part="layer1", kept_from=(1, 4, 2, 3))
    space = SearchSpace((depth,))
    drawn = {d: boxes(info_of(space, {"d": [d]}))[0] for d in (2, 3, 4)}
    assert drawn == {
        2: ["block", "skipped", "block", "skipped"],
        3: ["block", "skipped", "block", "block"],
        4: ["block"] * 4,
    }
