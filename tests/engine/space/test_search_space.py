import numpy as np
import pytest

from engine.errors import SpaceError
from engine.search.random_genotypes import biased_sample
from engine.space import Gene, SearchSpace, mbconv_space
from engine.supernets import registry

SPACE = mbconv_space(stages=3, blocks=4)


def test_size_counts_distinct_networks():
    assert SPACE.size == 7371**3
    assert mbconv_space(stages=5, blocks=4).size == 7371**5


def test_size_equals_enumeration_of_canonical_forms():
    space = SearchSpace((Gene("k", (3, 5), 2, 1), Gene("k", (3, 5), 2, 2), Gene("d", (0, 1, 2))))
    genotypes = np.array(np.meshgrid([0, 1], [0, 1], [0, 1, 2])).reshape(3, -1).T
    assert len(np.unique(space.canonical(genotypes), axis=0)) == space.size == 7


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
    excluded_keys = {space.key(np.array([0, 0]))}
    new_genotypes = space.sample_new(20, np.random.default_rng(0), excluded_keys)
    assert len({space.key(g) for g in new_genotypes}) == len(new_genotypes) == 8


def test_totals_sum_a_kind_of_gene_over_the_network_and_over_each_stage():
    features = SPACE.features_with_totals(np.stack([SPACE.smallest, SPACE.largest]))
    totals = features[:, 81:]
    assert features.shape == (2, 81 + 2 * (1 + 3))  # three depths are too few to be summed
    counted = [2 * 3, 2, 2, 2] * 2, [4 * 3 * 3, 12, 12, 12] * 2
    columns = np.array([36, 12, 12, 12] * 2)
    np.testing.assert_allclose(totals, np.array(counted) / np.sqrt(columns))


FALLING = SearchSpace(
    (
        Gene("d", (3, 2, 1)),
        Gene("w", range(10, 0, -1), switch=0, needs=2),
        Gene("k", (3, 5, 7)),
        Gene("act", ("relu", "gelu"), kind="categorical"),
    )
)
"""Choices that fall, beside some that rise and some without an order."""


def test_what_is_smallest_and_largest_follows_the_numbers_and_not_their_order():
    smallest, largest = (FALLING.to_config(g) for g in (FALLING.smallest, FALLING.largest))
    assert (smallest["d"], smallest["k"]) == ([1], [3])
    assert (largest["d"], largest["w"], largest["k"]) == ([3], [10], [7])
    assert smallest["act"] == largest["act"] == ["relu"]
    assert FALLING.smallest.tolist() == [2, 0, 0, 0]  # off: choice 0
    assert FALLING.ends[0].tolist() == [2, 9, 0, 0]
    assert FALLING.directions.tolist() == [-1, -1, 1, 0]


def test_genotypes_that_lean_do_so_by_their_numbers():
    genotypes = biased_sample(FALLING, 400, np.random.default_rng(0), 6.0)
    values = [FALLING.genes[gene].values(genotypes[:, gene]) for gene in (0, 2)]
    assert np.corrcoef(values)[0, 1] > 0.3


NO_GENOTYPES = [
    "0120", ["0", "1", "2", "0"], [0.0, 1.0, 2.0, 0.0], np.zeros(4), [True] * 4, [None] * 4,
    [[0, 1, 2], [0, 1]], np.zeros((1, 1, 4), dtype=int), {}, None, [0, 0, 0, 2], [-1, 0, 0, 0],
    [0, 0, 0], [0] * 5,
]  # fmt: skip


@pytest.mark.parametrize("value", NO_GENOTYPES, ids=str)
@pytest.mark.parametrize(
    "method",
    ["to_config", "key", "keys", "canonical", "active", "features", "features_with_totals"],
)
def test_what_is_no_genotype_is_refused_in_a_sentence(method, value):
    with pytest.raises(SpaceError, match=r"^The genotypes .*(of another space|no choice indices)"):
        getattr(FALLING, method)(value)


@pytest.mark.parametrize("name", [registry.DEFAULT, "ofa_resnet50", "ofa_mbv3_d234_e346_k357_w1.0"])
def test_costs_are_those_of_genotypes_alone(name):
    supernet = registry.load(name)
    genes = len(supernet.space.genes)
    for value in (["0"] * genes, [0.5] * genes, [0] * (genes + 1), [99] * genes):
        for compute in (supernet.macs_params, supernet.exact_metrics, supernet.state_bytes):
            with pytest.raises(SpaceError, match="The genotypes"):
                compute(value)


def test_lists_and_tuples_of_whole_numbers_are_genotypes():
    for genotype in ([2, 0, 0, 0], (2, 0, 0, 0), np.array([2, 0, 0, 0], dtype=np.uint8)):
        assert FALLING.key(genotype) == FALLING.key(FALLING.smallest)
        assert FALLING.to_config(genotype) == FALLING.to_config(FALLING.smallest)
