import numpy as np
import pytest

from engine.errors import SpaceError
from engine.space import Gene, SearchSpace, mbconv_space

SPACE = mbconv_space(stages=3, blocks=4)


def test_size_counts_distinct_networks():
    assert SPACE.size == 7371**3
    assert mbconv_space(stages=5, blocks=4).size == 7371**5


def test_size_equals_enumeration_of_canonical_forms():
    space = SearchSpace((Gene("k", (3, 5), 2, 1), Gene("k", (3, 5), 2, 2), Gene("d", (0, 1, 2))))
    every = np.array(np.meshgrid([0, 1], [0, 1], [0, 1, 2])).reshape(3, -1).T
    assert len(np.unique(space.canonical(every), axis=0)) == space.size == 7


def test_genes_of_skipped_blocks_do_not_change_the_key():
    shallow = SPACE.smallest.copy()
    other = shallow.copy()
    other[3] = 2  # kernel of the fourth block of a stage that is two deep
    assert SPACE.key(shallow) == SPACE.key(other)
    other[0] = 2
    assert SPACE.key(shallow) != SPACE.key(other)


def test_config_round_trip():
    for genotype in SPACE.sample(50, np.random.default_rng(0)):
        assert (SPACE.encode(SPACE.to_config(genotype)) == genotype).all()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"ks": [9] * 12}, r"ks\[0\] = 9"),
        ({"e": [3]}, r"no entry e\[1\]"),
        ({"d": 4}, "no entry d"),
    ],
)
def test_bad_config_is_named(change, sentence):
    with pytest.raises(SpaceError, match=sentence):
        SPACE.encode({**SPACE.to_config(SPACE.largest), **change})


def test_features_are_zero_where_a_block_is_skipped():
    features = SPACE.features(np.stack([SPACE.smallest, SPACE.largest]))
    assert features.shape == (2, 81)
    assert features.sum(axis=1).tolist() == [2 * 6 + 3, 3 * (2 * 12 + 3)]


def test_features_of_choices_further_apart_differ_more():
    three = np.stack([SPACE.smallest] * 3)
    three[:, 0] = [0, 1, 2]
    distances = np.abs(SPACE.features(three) - SPACE.features(three[:1])).sum(axis=1)
    assert distances.tolist() == [0, 1, 2]


def test_new_samples_are_distinct_and_unseen():
    space = SearchSpace((Gene("k", (3, 5, 7)), Gene("k", (3, 5, 7))))
    seen = {space.key(np.array([0, 0]))}
    found = space.sample_new(20, np.random.default_rng(0), seen)
    assert len({space.key(g) for g in found}) == len(found) == 8


def test_totals_sum_a_kind_of_gene_over_the_network_and_over_each_stage():
    features = SPACE.features_with_totals(np.stack([SPACE.smallest, SPACE.largest]))
    totals = features[:, 81:]
    assert features.shape == (2, 81 + 2 * (1 + 3))  # three depths are too few to be summed
    counted = [2 * 3, 2, 2, 2] * 2, [4 * 3 * 3, 12, 12, 12] * 2
    columns = np.array([36, 12, 12, 12] * 2)
    np.testing.assert_allclose(totals, np.array(counted) / np.sqrt(columns))
