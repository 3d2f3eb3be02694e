"""Costs that are counted part by part are those of the whole network, on any space."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from engine.errors import DataError
from engine.space import Gene, SearchSpace
from engine.supernets import counted_costs
from engine.supernets.counted_costs import CountedCosts
from engine.supernets.counting import count_by_part
from tests.engine.space.contract import spaces


class Chain(nn.Module):
    """Linear layers of the given widths, one after the other; one of width 0 is left out."""

    def __init__(self, widths):
        super().__init__()
        before = 3
        for number, width in enumerate(widths):
            if width:
                self.add_module(f"part_{number}", nn.Linear(before, width, bias=number % 2 == 0))
                before = width

    def forward(self, inputs):
        for part in self.children():
            inputs = part(inputs)
        return inputs


def costs_of_chains(space, widths, built=None):
    """Costs of chains whose widths follow from genotypes; `built` gathers what was built."""

    def build(genotype):
        if built is not None:
            built.append(space.key(genotype))
        return Chain(widths(genotype)), torch.zeros(1, 3)

    return CountedCosts(space, build, "the chain")


def count_networks(widths, genotypes):
    """`(n, 3)` costs of whole chains."""
    networks = [Chain(widths(genotype)) for genotype in genotypes]
    costs = [list(count_by_part(network, torch.zeros(1, 3)).values()) for network in networks]
    return np.array([np.sum(parts, axis=0) for parts in costs])


@st.composite
def searched(draw):
    """A space with conditions, and widths of a chain: each follows from one or two genes."""
    space = draw(spaces(most_genes=5, most_choices=3))
    genes = st.integers(0, len(space.genes) - 1)
    parts = draw(st.lists(st.tuples(genes, genes, st.integers(1, 3)), min_size=1, max_size=4))

    def widths(genotype):
        is_active = space.active(genotype[None])[0]
        return [
            int(is_active[one]) * (factor + int(genotype[one]))
            + int(is_active[other]) * int(genotype[other])
            for one, other, factor in parts
        ]

    return space, widths


@settings(max_examples=40)
@given(case=searched(), seed=st.integers(0, 99))
def test_they_are_those_of_whole_networks(case, seed):
    space, widths = case
    rows = space.sample(12, np.random.default_rng(seed))
    np.testing.assert_array_equal(
        costs_of_chains(space, widths).costs(rows), count_networks(widths, rows)
    )


def test_a_gene_that_matters_in_some_contexts_only_is_found():
    space = SearchSpace(tuple(Gene("w", (1, 2, 3)) for _ in range(4)))

    def widths(genotype):
        first, second, third, fourth = (int(gene) for gene in genotype)
        return [1 + first, 2 + (second if first == 1 else 0), 1 + (fourth if third == 2 else 0)]

    rows = space.all_genotypes()
    np.testing.assert_array_equal(
        costs_of_chains(space, widths).costs(rows), count_networks(widths, rows)
    )


def test_a_gene_that_only_a_middle_choice_turns_on_is_counted():
    """Neither end of the space nor one changed gene of them shows what it costs."""
    needs = frozenset({2})
    space = SearchSpace(
        (Gene("a", (1, 2, 3)), Gene("b", (1, 2, 3), switch=0, needs=needs),
         *(Gene("w", (1, 2, 3)) for _ in range(3)))
    )  # fmt: skip

    def widths(genotype):
        active = space.active(genotype[None])[0]
        return [1 + int(genotype[0]) + int(active[1]) * int(genotype[1]), 1 + int(genotype[2])]

    rows = space.all_genotypes()
    assert len(rows) > 64
    np.testing.assert_array_equal(
        costs_of_chains(space, widths).costs(rows), count_networks(widths, rows)
    )


def test_few_sub_networks_are_counted_and_none_twice():
    space = SearchSpace(tuple(Gene("w", (1, 2, 3, 4)) for _ in range(6)))
    built = []
    costs = costs_of_chains(space, lambda genotype: [int(gene) + 1 for gene in genotype], built)
    rows = space.sample(500, np.random.default_rng(0))
    costs.costs(rows)
    assert len(built) == len(set(built))
    assert len(built) < 150  # of 4,096; a layer has the genes of its own width and of its input's
    before = len(built)
    costs.costs(rows)
    assert len(built) == before


def test_too_many_combinations_are_refused_before_any_is_counted(monkeypatch):
    monkeypatch.setattr(counted_costs, "_MAX_COMBINATIONS", 5)
    space = SearchSpace(tuple(Gene("w", tuple(range(1, 12))) for _ in range(3)))
    built = []
    costs = costs_of_chains(space, lambda genotype: [int(sum(genotype)) + 1], built)
    with pytest.raises(DataError, match="costs of the chain depend on too many combinations"):
        costs.costs(space.all_genotypes())
    assert len(built) < 40


def test_one_genotype_is_a_row():
    space = SearchSpace((Gene("w", (1, 2)),))
    costs = costs_of_chains(space, lambda genotype: [int(genotype[0]) + 1])
    assert costs.costs(space.largest).tolist() == [[6, 8, 32]]
