from dataclasses import replace

import pytest

from engine.space import Gene, SearchSpace
from engine.space.likeness import difference
from engine.supernets.registry import load

SPACE = SearchSpace(
    (Gene("d", (1, 2)), Gene("e", (3, 4, 6)), Gene("e", (3, 4, 6), switch=0, needs=2))
)


def test_supernets_of_two_widths_have_the_same_space():
    one, other = (load(f"ofa_mbv3_d234_e346_k357_w1.{width}").space for width in (0, 2))
    assert difference(one, other) == ""


def test_labels_aliases_and_fixed_entries_do_not_count():
    depth = replace(SPACE.genes[0], label="Depth", aliases=((3, 2),))
    assert difference(SPACE, SearchSpace((depth, *SPACE.genes[1:]), leading=(("r", (160,)),))) == ""


@pytest.mark.parametrize(
    ("number", "gene", "how"),
    [
        (1, Gene("e", (3, 4, 8)), "has other choices for e, gene 2"),
        (1, Gene("e", (6, 4, 3)), "has other choices for e, gene 2"),
        (1, Gene("w", (3, 4, 6)), "has e, gene 2, in the place of w"),
        (2, Gene("e", (3, 4, 6)), "gives e, gene 3, another meaning"),
        (1, Gene("e", (3, 4, 6), kind="categorical"), "gives e, gene 2, another meaning"),
    ],
)
def test_what_differs_is_named(number, gene, how):
    genes = list(SPACE.genes)
    genes[number] = gene
    assert difference(SPACE, SearchSpace(tuple(genes))) == how


def test_another_number_of_genes_is_named():
    assert difference(SPACE, SearchSpace(SPACE.genes[:1])) == "has 3 genes, not 1"
