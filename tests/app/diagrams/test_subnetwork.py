from xml.etree import ElementTree

from app.diagrams.stages import sparkline_svg, stages_svg
from app.diagrams.subnetwork import diagram_info, diagram_svg
from engine.supernets import registry

SUPERNET = registry.load(registry.DEFAULT)
CONFIG = {"ks": [3, 5, 7, 3] * 3, "e": [3, 4, 6, 6] * 3, "d": [2, 3, 4]}
NAMESPACE = "{http://www.w3.org/2000/svg}"


def test_a_row_a_stage_and_a_box_a_block():
    info = diagram_info(CONFIG, SUPERNET.stages)
    assert [row.channels for row in info.rows] == [16, 24, 48]
    assert [[b.label for b in row.blocks] for row in info.rows] == [
        ["k3 e3", "k5 e4", "skipped", "skipped"],
        ["k3 e3", "k5 e4", "k7 e6", "skipped"],
        ["k3 e3", "k5 e4", "k7 e6", "k3 e6"],
    ]


def test_width_is_expansion_and_height_is_kernel():
    drawing = ElementTree.fromstring(diagram_svg(diagram_info(CONFIG, SUPERNET.stages)))
    kept = [r for r in drawing.iter(f"{NAMESPACE}rect") if r.get("class") == "dynas-block-kept"]
    assert len(kept) == 2 + 3 + 4
    small, middle = kept[0], kept[1]
    assert float(small.get("width")) < float(middle.get("width"))
    assert float(small.get("height")) < float(middle.get("height"))


def test_the_drawing_says_in_words_what_it_shows():
    drawing = ElementTree.fromstring(diagram_svg(diagram_info(CONFIG, SUPERNET.stages)))
    assert drawing.get("role") == "img"
    assert "Stage 1: k3 e3, k5 e4; 16 channels at 14 by 14." in drawing.get("aria-label")


def test_a_space_with_other_genes_is_not_drawn():
    assert diagram_info({"width": [1, 2]}, SUPERNET.stages) is None
    assert diagram_info({"width": [1, 2]}, ()) is None


def test_the_supernet_at_a_glance():
    drawing = ElementTree.fromstring(stages_svg(SUPERNET.stages))
    assert "stage 3: up to 4 blocks, 48 channels at 4 by 4" in drawing.get("aria-label")
    assert stages_svg(()) == ""


def test_a_sparkline_needs_two_values():
    assert sparkline_svg([0.2]) == ""
    line = ElementTree.fromstring(sparkline_svg([0.1, 0.2, 0.4])).find(f"{NAMESPACE}polyline")
    assert len(line.get("points").split()) == 3
