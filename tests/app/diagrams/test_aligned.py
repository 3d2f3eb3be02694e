from xml.etree import ElementTree

import numpy as np
import pytest

from app.diagrams.aligned import aligned_info, aligned_svg
from engine.supernets import registry

SUPERNET = registry.load(registry.DEFAULT)
FIRST = {"ks": [3, 5, 7, 3] * 3, "e": [3, 4, 6, 6] * 3, "d": [2, 3, 4]}
OTHER = {"ks": [3, 5, 7, 3] * 2 + [3, 3, 7, 3], "e": [3, 4, 6, 6] * 3, "d": [3, 3, 4]}
NAMESPACE = "{http://www.w3.org/2000/svg}"


def info(*configs):
    names = [f"#{i}" for i, _ in enumerate(configs, 1)]
    return aligned_info(names, configs, SUPERNET.space, SUPERNET.stages)


def outlined(drawn):
    root = ElementTree.fromstring(aligned_svg(drawn))
    return [r for r in root.iter(f"{NAMESPACE}rect") if r.get("class") == "dynas-differs"]


def test_rows_are_stages_and_what_differs_is_marked():
    drawn = info(FIRST, OTHER)
    assert [row.title for row in drawn.rows] == ["Stage 1", "Stage 2", "Stage 3"]
    assert [[part.differs for part in row.columns[1]] for row in drawn.rows] == [
        [False, False, True, False],
        [False] * 4,
        [False, True, False, False],
    ]
    assert not any(part.differs for row in drawn.rows for part in row.columns[0])
    assert len(outlined(drawn)) == 2


def test_the_drawing_says_in_words_what_differs():
    root = ElementTree.fromstring(aligned_svg(info(FIRST, OTHER)))
    said = root.get("aria-label")
    assert root.get("role") == "img"
    assert (
        "#2 against #1: Stage 1, 3: k7 e6 instead of skipped; Stage 3, 2: k3 e4 instead of k5 e4."
    ) in said
    assert "#2 against #1: the same architecture." in info(FIRST, FIRST).description


@pytest.mark.parametrize("count", [2, 3, 4])
def test_as_many_as_four_fit_beside_each_other(count):
    root = ElementTree.fromstring(aligned_svg(info(*[FIRST, OTHER, FIRST, OTHER][:count])))
    width = float(root.get("viewBox").split()[2])
    for box in root.iter(f"{NAMESPACE}rect"):
        assert float(box.get("x")) >= 0
        assert float(box.get("x")) + float(box.get("width")) <= width


def test_a_space_with_other_genes_is_drawn_by_its_genes():
    supernet = registry.load("ofa_resnet50")
    genotypes = [supernet.space.smallest, supernet.space.largest]
    configs = [supernet.space.to_config(genotype) for genotype in genotypes]
    drawn = aligned_info(["#1", "#2"], configs, supernet.space, supernet.stages)
    marked = [part.differs for row in drawn.rows for part in row.columns[1]]
    assert len(marked) == len(supernet.space.genes)
    assert sum(marked) == int(np.sum(supernet.space.choices > 1))
    assert len(outlined(drawn)) == sum(marked)
