"""Modules whose output the network adds to their input: they can be skipped."""

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.supernets.elastic.analysis import analyse
from engine.supernets.elastic.blocks import skippable_blocks, stages
from engine.supernets.elastic.following import trace
from engine.supernets.elastic.network import ElasticNetwork
from engine.supernets.elastic.settings import ElasticSettings
from engine.supernets.elastic.structure_json import structure_from_json, structure_to_json


class Outside(nn.Module):
    """Additions outside of what is added, with the norm before it, inside it or after the sum."""

    def __init__(self, norm: str) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(6, 16), nn.Linear(16, 3)
        self.norm, norms = norm, [nn.LayerNorm(16) for _ in range(6)]
        self.norms = nn.ModuleList(norms if norm != "inside" else [])
        self.dropout, self.layers = nn.Dropout(0.1), nn.ModuleList()
        for first, second in zip(norms[::2], norms[1::2], strict=True):
            mixer: list[nn.Module] = [nn.Linear(16, 32), nn.Tanh(), nn.Linear(32, 16)]
            other: list[nn.Module] = [nn.Linear(16, 24), nn.ReLU(), nn.Linear(24, 16)]
            if norm == "inside":
                mixer, other = [first, *mixer], [second, *other]
            self.layers.append(nn.ModuleList([nn.Sequential(*mixer), nn.Sequential(*other)]))

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        parts = [part for layer in self.layers for part in layer]  # type: ignore[attr-defined]
        for number, part in enumerate(parts):
            if self.norm == "inside":
                x = part(x) + x
            elif self.norm == "before":
                x = x + F.dropout(part(self.dropout(self.norms[number](x))), training=self.training)
            else:
                x = self.norms[number](x + part(x))
        return self.last(x)


class NotAdded(nn.Module):
    """Sums of two layers, of a layer and the input's input, and of a layer that is scaled."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(6, 16), nn.Linear(16, 3)
        self.one, self.other = nn.Linear(16, 16), nn.Linear(16, 16)
        self.inner, self.outer = nn.Linear(16, 16), nn.Linear(16, 16)
        self.scaled = nn.Linear(16, 16)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        x = self.one(x) + self.other(x)
        x = x + self.outer(self.inner(x))
        return self.last(x + 2 * self.scaled(x))


@pytest.mark.parametrize("norm", ["inside", "before", "after"])
def test_what_is_added_outside_of_itself_can_be_skipped(norm):
    torch.manual_seed(0)
    model, x = Outside(norm).eval(), torch.randn(2, 6)
    network = analyse(model, x).network
    found = [sorted(stage.blocks) for stage in network.structure.stages]
    assert found == [[f"layers.{layer}.{part}" for layer in range(3)] for part in range(2)]
    structure = structure_from_json(structure_to_json(network.structure))
    stored, smallest = ElasticNetwork(network.model, structure), network.space.smallest
    assert torch.equal(stored.run(smallest, x), stored.extract(smallest)(x))

    original, skipped = ElasticNetwork(model, structure), stored.choices(smallest).skipped
    assert len(skipped) == 2
    full = original.choices(network.space.largest)
    zeros = {
        name: torch.zeros_like(parameter)
        for name, parameter in model.named_parameters()
        if name.startswith(skipped)
    }
    without = original.run_choices(replace(full, skipped=skipped), x)
    assert torch.allclose(without, torch.func.functional_call(model, zeros, x), atol=1e-6)


def test_attention_of_torch_is_skipped_where_the_norm_follows_the_sum():
    torch.manual_seed(0)
    layer = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True)
    model = nn.Sequential(nn.Linear(6, 16), nn.TransformerEncoder(layer, 3), nn.Linear(16, 3))
    (stage,) = analyse(model.eval(), torch.randn(2, 5, 6)).network.structure.stages
    assert sorted(stage.blocks) == [f"1.layers.{number}.self_attn" for number in range(3)]


def test_blocks_of_the_whole_network_have_the_name_of_the_first():
    torch.manual_seed(0)
    blocks = (nn.TransformerEncoderLayer(16, 2, 32, norm_first=True) for _ in range(3))
    model = nn.Sequential(nn.Linear(6, 16), *blocks).eval()
    found = skippable_blocks(model, trace(model, torch.randn(2, 5, 6))[0])
    assert [stage.name for stage in stages(model, found, ElasticSettings())] == ["1"]


def test_other_sums_are_no_blocks():
    torch.manual_seed(0)
    model = NotAdded().eval()
    assert skippable_blocks(model, trace(model, torch.randn(2, 6))[0]) == []
