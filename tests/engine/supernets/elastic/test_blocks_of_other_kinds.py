"""Blocks that can be skipped though they normalise, share modules, or return more than a tensor."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import parametrizations

from engine.supernets.elastic.analysis import analyse
from engine.supernets.elastic.blocks import skippable_blocks
from engine.supernets.elastic.following import trace
from engine.supernets.elastic.network import ElasticNetwork
from engine.supernets.elastic.structure_json import structure_from_json, structure_to_json

_SIZE = 16


class Mixed(nn.Module):
    """A dense layer and a norm of what it makes and its input, as in BERT."""

    def __init__(self, inner: int) -> None:
        super().__init__()
        self.dense, self.norm = nn.Linear(inner, _SIZE), nn.LayerNorm(_SIZE)

    def forward(self, hidden: Tensor, x: Tensor) -> Tensor:
        return self.norm(self.dense(hidden) + x)


class AfterTheSum(nn.Module):
    """Two sums, each followed by a norm; `keeps` false has a layer between them."""

    def __init__(self, keeps: bool = True) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(_SIZE, 24), nn.Linear(_SIZE, 32)
        self.one, self.other = Mixed(24), Mixed(32)
        self.between = nn.Identity() if keeps else nn.Linear(_SIZE, _SIZE)

    def forward(self, x: Tensor) -> tuple[Tensor]:
        x = self.between(self.one(F.gelu(self.first(x)), x))
        return (self.other(F.gelu(self.second(x)), x),)


class Stack(nn.Module):
    """Blocks one after the other, each of which returns a tuple."""

    def __init__(self, blocks: list[nn.Module]) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(6, _SIZE), nn.Linear(_SIZE, 3)
        self.norm, self.blocks = nn.LayerNorm(_SIZE), nn.ModuleList(blocks)

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(self.first(x))
        for block in self.blocks:
            x = block(x)[0]
        return self.last(x)


def _compared(model: nn.Module, x: Tensor) -> ElasticNetwork:
    """The elastic network, of which the smallest equals its plain module after it was stored."""
    analysed = analyse(model, x).network
    structure = structure_from_json(structure_to_json(analysed.structure))
    network, smallest = ElasticNetwork(analysed.model, structure), analysed.space.smallest
    with torch.no_grad():
        assert torch.allclose(network.run(smallest, x), network.extract(smallest)(x), atol=1e-6)
    return network


def test_blocks_that_normalise_after_each_sum_are_skipped():
    torch.manual_seed(0)
    network = _compared(Stack([AfterTheSum() for _ in range(4)]).eval(), torch.randn(2, 6))
    (stage,) = network.structure.stages
    assert sorted(stage.blocks) == [f"blocks.{number}" for number in range(4)]
    skipped = network.choices(network.space.smallest).skipped
    assert len(skipped) == 2
    left = sum(p.numel() for p in network.extract(network.space.smallest).parameters())
    assert left == network.macs_params(network.space.smallest)[0, 1]


def test_a_layer_between_the_sums_makes_it_no_block():
    torch.manual_seed(0)
    model = Stack([AfterTheSum(keeps=False) for _ in range(4)]).eval()
    assert skippable_blocks(model, trace(model, torch.randn(2, 6))[0]) == []


class Weighted(nn.Module):
    """A residual block whose weights are computed of others."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        wrap = {
            "weight norm": parametrizations.weight_norm,
            "older weight norm": nn.utils.weight_norm,
            "spectral norm": parametrizations.spectral_norm,
        }[kind]
        self.one, self.other = wrap(nn.Linear(_SIZE, 24)), wrap(nn.Linear(24, _SIZE))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.other(F.relu(self.one(x)))


@pytest.mark.filterwarnings("ignore:`torch.nn.utils.weight_norm` is deprecated")
@pytest.mark.parametrize("kind", ["weight norm", "older weight norm", "spectral norm"])
def test_blocks_with_computed_weights_are_skipped(kind):
    torch.manual_seed(0)
    blocks = (Weighted(kind) for _ in range(3))
    model = nn.Sequential(nn.Linear(6, _SIZE), *blocks, nn.Linear(_SIZE, 3)).eval()
    found = skippable_blocks(model, trace(model, torch.randn(2, 6))[0])
    assert [block.name for block in found] == ["1", "2", "3"]
    assert all(torch.isfinite(parameter).all() for parameter in model.parameters())
    assert torch.isfinite(model(torch.randn(2, 6))).all()


class Shared(nn.Module):
    """A residual block that runs a module of its network as well."""

    def __init__(self, shared: nn.Module) -> None:
        super().__init__()
        self.shared, self.own = shared, nn.Linear(_SIZE, _SIZE, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.own(self.shared(x).tanh())


class Owner(nn.Module):
    """Blocks with one module in common, which the network has itself if it `owns` it."""

    def __init__(self, owns: bool) -> None:
        super().__init__()
        shared = nn.Linear(_SIZE, _SIZE, bias=False)
        if owns:
            self.shared = shared
        self.first, self.last = nn.Linear(6, _SIZE), nn.Linear(_SIZE, 3)
        self.blocks = nn.ModuleList(Shared(shared) for _ in range(4))

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        for block in self.blocks:
            x = block(x)
        return self.last(x)


@pytest.mark.parametrize("owns", [True, False])
def test_what_skipped_blocks_share_costs_as_often_as_it_runs(owns):
    torch.manual_seed(0)
    network = _compared(Owner(owns).eval(), torch.randn(2, 6))
    sizes = {stage.name: len(stage.blocks) for stage in network.structure.stages}
    assert sizes == {"blocks": 4 if owns else 3}  # one has to keep what they share
    genotype = network.space.largest.copy()
    genotype[network.structure.positions["stages"][0]] = 0
    whole, without = network.macs_params(network.space.largest), network.macs_params(genotype)
    skipped = len(network.choices(genotype).skipped)
    assert skipped == (2 if owns else 1)
    assert whole[0, 0] - without[0, 0] == skipped * 2 * _SIZE * _SIZE  # two products in each
    assert whole[0, 1] - without[0, 1] == skipped * _SIZE * _SIZE  # their own parameters only


class PassesOn(nn.Module):
    """A residual block that returns the height and width as well."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(_SIZE, 24), nn.ReLU(), nn.Linear(24, _SIZE))

    def forward(self, x: Tensor, size: tuple[int, int]) -> tuple[Tensor, tuple[int, int]]:
        height, width = size
        return x + self.inner(x), (height, width)


class Sizes(nn.Module):
    """Blocks that tell each other the size of an image."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Conv2d(3, _SIZE, 2, 2), nn.Linear(_SIZE, 3)
        self.blocks = nn.ModuleList(PassesOn() for _ in range(4))

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        size = (x.shape[2], x.shape[3])
        x = x.flatten(2).transpose(1, 2)
        for block in self.blocks:
            x, size = block(x, size)
        return self.last(x.unflatten(1, size).mean((1, 2)))


def test_what_a_skipped_block_passes_on_is_passed_on():
    torch.manual_seed(0)
    network = _compared(Sizes().eval(), torch.randn(2, 3, 8, 8))
    (stage,) = network.structure.stages
    assert len(stage.blocks) == 4
    assert set(network.structure.passed.values()) == {(1,)}
