"""The order in which a grid search measures a space."""

import numpy as np
import pytest

from engine.space import Gene, SearchSpace, mbconv_space
from engine.space.gene_order import genotypes_in_order, is_traversable
from tests.engine.space.contract import LARGE

PLAIN = SearchSpace((Gene("a", (1, 2, 3)), Gene("b", range(40)), Gene("c", tuple(range(30)))))
SWITCHED = mbconv_space(stages=1, blocks=2, depths=(1, 2))


@pytest.mark.parametrize("space", [PLAIN, SWITCHED], ids=["plain", "switched"])
def test_it_has_every_genotype_once_in_the_order_of_the_genes(space):
    genotypes = np.vstack(list(genotypes_in_order(space)))
    np.testing.assert_array_equal(genotypes, space.all_genotypes())


def test_only_spaces_without_switches_can_be_traversed():
    assert is_traversable(PLAIN)
    assert not is_traversable(SWITCHED)


def test_a_space_of_any_size_begins_at_once():
    space = LARGE["more than a floating-point number counts"]
    first = next(genotypes_in_order(space))
    assert (first[:, :-1] == 0).all()
    assert first[:, -1].tolist() == list(range(len(first)))
