import numpy as np
import pytest

from engine.runs.baselines.uniform_scaling import uniform_genotypes
from engine.space import Gene, SearchSpace
from engine.supernets import registry


class Areas:
    """A supernet as far as scaling needs one: MACs are the product of all numbers."""

    def __init__(self, *genes):
        self.space = SearchSpace(genes)

    def exact_metrics(self, genotypes):
        choices = [gene.choices for gene in self.space.genes]
        rows = [[c[i] for c, i in zip(choices, row, strict=True)] for row in genotypes]
        return {"macs": np.array([np.prod([n for n in r if n != "relu"]) for r in rows], float)}


@pytest.mark.parametrize("name", registry.names())
def test_ten_sizes_and_the_largest_are_spread_over_the_range_of_macs(name):
    supernet = registry.load(name)
    genotypes = uniform_genotypes(supernet)
    assert genotypes.shape == (11, len(supernet.space.genes))
    assert len(set(supernet.space.keys(genotypes))) == 11
    assert (genotypes == supernet.space.canonical(genotypes)).all()
    assert (genotypes[[0, -1]] == [supernet.space.smallest, supernet.space.largest]).all()
    macs = supernet.exact_metrics(genotypes)["macs"]
    share = (macs - macs[0]) / (macs[-1] - macs[0])
    assert (np.diff(share) > 0).all()
    assert np.abs(share - np.arange(11) / 10).max() < 0.1


def test_all_ordered_genes_have_the_same_relative_size_within_a_step():
    space = registry.load("ofa_resnet50").space
    for genotype in uniform_genotypes(registry.load("ofa_resnet50")):
        active = space.active(genotype[None])[0] & (space.directions != 0) & (space.choices > 1)
        sizes = [(genotype[i], space.choices[i] - 1) for i in np.flatnonzero(active)]
        lowest = max(rank / last for rank, last in sizes) - max(1 / last for _, last in sizes)
        assert all(rank / last >= lowest - 1 / last for rank, last in sizes)


def test_falling_choices_shrink_too_and_categorical_ones_stay():
    supernet = Areas(
        Gene("width", (64, 32, 16)), Gene("act", ("relu",), kind="categorical"), Gene("d", (1, 2))
    )
    genotypes = uniform_genotypes(supernet)
    assert genotypes[0].tolist() == [2, 0, 0]
    assert genotypes[-1].tolist() == [0, 0, 1]
    assert len(genotypes) < 11  # the space has six networks
    macs = supernet.exact_metrics(genotypes)["macs"]
    assert (np.diff(macs) > 0).all()


def test_a_list_of_sizes_is_taken_whole():
    genotypes = uniform_genotypes(Areas(Gene("size", (15, 40, 80, 100))))
    assert genotypes.ravel().tolist() == [0, 1, 2, 3]
