"""Networks of every kind bend, and every sub-network is what it should be."""

import numpy as np
import pytest
import torch
from torch import nn

from engine.supernets.counting import count_macs
from engine.supernets.elastic.analysis import Analysis, analyse
from engine.supernets.elastic.costs import CostTable
from engine.supernets.elastic.example_inputs import first_input_only
from engine.supernets.elastic.self_test import difference
from engine.supernets.elastic.structure_json import structure_from_json, structure_to_json
from engine.supernets.elastic.tracing import call_network, tensors_in
from tests.engine.supernets.elastic.networks import NETWORKS, built


@pytest.fixture(scope="module", params=NETWORKS)
def analysed(request: pytest.FixtureRequest) -> tuple[nn.Module, object, Analysis]:
    model, inputs = built(request.param)
    return model, inputs, analyse(model, inputs)


def test_the_largest_is_the_original(analysed):
    model, inputs, analysis = analysed
    network = analysis.network
    output = network.run(network.space.largest, inputs)
    assert difference(output, call_network(model, inputs)) < 1e-5


def test_a_sub_network_is_its_plain_module(analysed):
    _, inputs, analysis = analysed
    network = analysis.network
    for genotype in network.space.sample(5, np.random.default_rng(3)):
        plain = network.extract(genotype)
        assert difference(call_network(plain, inputs), network.run(genotype, inputs)) < 1e-5


def test_costs_are_those_that_are_counted(analysed):
    _, inputs, analysis = analysed
    network = analysis.network
    genotypes = network.space.sample(3, np.random.default_rng(4))
    costs = CostTable(network.structure).costs(genotypes)
    for genotype, (macs, params, size) in zip(genotypes, costs, strict=True):
        plain = network.extract(genotype)
        assert macs == count_macs(plain, first_input_only(inputs))[""]
        assert params == sum(p.numel() for p in plain.parameters())
        assert size == sum(t.numel() * t.element_size() for t in plain.state_dict().values())


def test_gradients_reach_the_shared_weights(analysed):
    _, inputs, analysis = analysed
    network = analysis.network
    network.model.zero_grad()
    output = network.run(network.space.smallest, inputs, training=True)
    sum(tensor.sum() for tensor in tensors_in(output)).backward()
    reached = [p for p in network.model.parameters() if p.grad is not None]
    assert reached
    assert all(torch.isfinite(p.grad).all() for p in reached)
    network.model.eval()


def test_the_structure_is_plain_data(analysed):
    structure = analysed[2].network.structure
    assert structure_from_json(structure_to_json(structure)) == structure


def test_a_depth_says_which_blocks_it_leaves_out(analysed):
    network = analysed[2].network
    structure, space = network.structure, network.space
    modules = [name for name, _ in network.model.named_modules()]
    for column, stage in zip(structure.positions["stages"], structure.stages, strict=True):
        gene = space.genes[column]
        assert gene.kept_from[: stage.others] == tuple(range(1, stage.others + 1))
        blocks = sorted(stage.blocks, key=modules.index)
        for index, depth in enumerate(gene.choices):
            genotype = space.largest.copy()
            genotype[column] = index
            skipped = network.choices(genotype).skipped
            left_out = [least > depth for least in gene.kept_from[stage.others :]]
            assert left_out == [block in skipped for block in blocks]


def test_training_a_small_one_keeps_the_statistics_of_the_largest():
    model, inputs = built("resnet")
    network = analyse(model, inputs).network
    before = {name: buffer.clone() for name, buffer in network.model.named_buffers()}
    network.run(network.space.smallest, inputs, training=True)
    after = dict(network.model.named_buffers())
    assert all(torch.equal(before[name], after[name]) for name in before)


GENES = {
    "resnet": {"w": 7, "d": 2},
    "mobilenet": {"w": 5, "d": 1, "k": 2},
    "dense": {"w": 3},
    "shuffle": {"w": 1},
    "unet": {"w": 4},
    "own attention": {"w": 5, "h": 4, "d": 1},
    "divided attention": {"w": 4, "h": 1, "d": 1},
    "torch's encoder": {"w": 3, "h": 2, "d": 1},
    "gated": {"w": 2},
    "language model": {"w": 2, "h": 1, "d": 1},
    "instance norms": {"w": 2},
    "recurrent": {"w": 5},
    "perceptron": {"w": 2},
}


@pytest.mark.parametrize("name", NETWORKS)
def test_what_bends(name):
    model, inputs = built(name)
    analysis = analyse(model, inputs)
    counts: dict[str, int] = {}
    for gene in analysis.network.space.genes:
        counts[gene.group] = counts.get(gene.group, 0) + 1
    assert counts == GENES[name], analysis.rigid


class Kept(nn.Module):
    """Keeps what it computes of its weights in eval mode, until it is trained again."""

    def __init__(self):
        super().__init__()
        self.first, self.last, self.scale = (
            nn.Linear(12, 32), nn.Linear(32, 3), nn.Parameter(torch.randn(32))
        )  # fmt: skip
        self.kept, self.sizes = None, [32]

    def train(self, mode=True):
        self.kept = None
        return super().train(mode)

    def forward(self, x):
        if self.kept is None:
            self.kept = self.scale.exp()
        return self.last(self.first(x).reshape([len(x), *self.sizes.copy()]) * self.kept)


def test_what_a_network_keeps_of_its_weights_follows_them():
    model, x = Kept().eval(), torch.randn(2, 12)
    model(x)
    analysis = analyse(model, x)
    (width,) = analysis.network.structure.widths
    assert width.units == 32
    assert analysis.network.extract(analysis.network.space.smallest).scale.shape == (16,)
    assert analysis.network.extract(analysis.network.space.smallest).sizes == [16]
