"""What people write into their networks: each case bends, and its weights stay what they are."""

import copy
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from engine.supernets.elastic.analysis import analyse
from engine.supernets.elastic.settings import ElasticSettings


class OneModuleTwice(nn.Module):
    """The same module under two names."""

    def __init__(self) -> None:
        super().__init__()
        layer = nn.Sequential(nn.LayerNorm(32), nn.Linear(32, 48), nn.GELU(), nn.Linear(48, 32))
        self.first, self.layers = nn.Linear(6, 32), nn.ModuleList([layer, layer])
        self.last = nn.Linear(32, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        for layer in self.layers:
            x = x + layer(x)
        return self.last(x)


class Branches(nn.Module):
    """Other layers for other inputs."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(10, 64), nn.Linear(64, 3)
        self.above, self.below = nn.Linear(64, 64), nn.Linear(64, 64)

    def forward(self, x: Tensor) -> Tensor:
        hidden = F.relu(self.first(x))
        return self.last(self.above(hidden) if x.mean() > 0 else self.below(hidden).tanh())


class Experts(nn.Module):
    """Two of four experts for each input."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.gate, self.last = nn.Linear(10, 32), nn.Linear(32, 4), nn.Linear(32, 3)
        self.experts = nn.ModuleList(
            nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 32)) for _ in range(4)
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        shares, chosen = self.gate(x).softmax(-1).topk(2, -1)
        output = torch.zeros_like(x)
        for number, expert in enumerate(self.experts):
            rows, place = torch.where(chosen == number)
            output.index_add_(0, rows, expert(x[rows]) * shares[rows, place, None])
        return self.last(output)


class ImageMemory(nn.Module):
    """A recurrent network of convolutions, which makes its first state itself."""

    def __init__(self) -> None:
        super().__init__()
        self.channels = 32
        self.gates = nn.Conv2d(3 + 32, 4 * 32, 3, padding=1)
        self.last = nn.Conv2d(32, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        hidden = x.new_zeros(len(x), self.channels, *x.shape[3:])
        cell = torch.zeros_like(hidden)
        for step in range(x.shape[1]):
            gates = self.gates(torch.cat([x[:, step], hidden], 1)).chunk(4, 1)
            keep, add, show = (gate.sigmoid() for gate in gates[:3])
            cell = keep * cell + add * gates[3].tanh()
            hidden = show * cell.tanh()
        return self.last(hidden)


class UnitVectors(nn.Module):
    """Activations of length one, and their distances from the rows of a table."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 32, 3), nn.Conv2d(32, 32, 3)
        self.centres = nn.Embedding(20, 32)

    def forward(self, x: Tensor) -> Tensor:
        x = F.normalize(self.second(F.normalize(self.first(x), dim=1)), dim=1)
        return torch.cdist(x.mean((2, 3)), self.centres.weight)


class Unused(nn.Module):
    """A layer whose result nothing needs, and a sum of products of three letters."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.unused = nn.Conv1d(2, 32, 3), nn.Conv1d(32, 32, 1)
        self.weight = nn.Parameter(torch.randn(5, 32) * 0.1)

    def forward(self, x: Tensor) -> Tensor:
        x = F.gelu(self.first(x))
        self.unused(x)
        return torch.einsum("nct,oc->no", x, self.weight)


class Masked(nn.Module):
    """Entries that a mask replaces, and products that are taken by their distance."""

    def __init__(self) -> None:
        super().__init__()
        self.num_heads = 4
        self.first, self.qkv = nn.Linear(6, 64), nn.Linear(64, 192)
        self.mask, self.last = nn.Parameter(torch.randn(64)), nn.Linear(64, 2)

    def forward(self, x: Tensor) -> Tensor:
        count, steps, _ = x.shape
        x = self.first(x)
        is_hidden = torch.zeros(count, steps, dtype=torch.bool)
        is_hidden[:, 1] = True
        x[is_hidden] = self.mask
        q, k, v = (
            part.reshape(count, steps, self.num_heads, -1).transpose(1, 2)
            for part in self.qkv(x).chunk(3, -1)
        )
        places = torch.arange(steps).flip(0).expand(count, self.num_heads, steps, steps)
        scores = (q @ k.transpose(-1, -2)).gather(-1, places)
        return self.last((scores.softmax(-1) @ v).transpose(1, 2).flatten(2))


class Reduced(nn.Module):
    """Attention to fewer places, which a convolution makes in the shape of its input."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.reduce = nn.Conv2d(3, 32, 3, 2, 1), nn.Conv2d(32, 32, 2, 2)
        self.norm, self.keys, self.last = nn.LayerNorm(32), nn.Linear(32, 48), nn.Linear(32, 4)
        self.queries = nn.Linear(32, 48)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        count, channels = x.shape[:2]
        few = self.norm(self.reduce(x).reshape(count, channels, -1).transpose(1, 2))
        many = x.flatten(2).transpose(1, 2)
        shares = (self.queries(many) @ self.keys(few).transpose(1, 2)).softmax(-1)
        return self.last((shares @ few).mean(1))


def upscaler() -> nn.Module:
    """Each channel doubled in size by itself."""
    return nn.Sequential(
        nn.Conv2d(3, 64, 3, padding=1), nn.ReLU(), nn.ConvTranspose2d(64, 64, 4, 2, 1, groups=64),
        nn.ReLU(), nn.ConvTranspose2d(64, 32, 2, 2, groups=8), nn.Conv2d(32, 3, 1),
    )  # fmt: skip


def critic() -> nn.Module:
    """Weights divided by their largest singular value."""
    return nn.Sequential(
        spectral_norm(nn.Conv2d(3, 32, 3, 2)), nn.LeakyReLU(0.2),
        spectral_norm(nn.Conv2d(32, 64, 3, 2)), nn.LeakyReLU(0.2), nn.Flatten(),
        spectral_norm(nn.Linear(64 * 9, 1)),
    )  # fmt: skip


CASES: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...], int, int]] = {
    "one module twice": (OneModuleTwice, (2, 6), 2, 0),
    "branches": (Branches, (2, 10), 2, 0),
    "experts": (Experts, (3, 10), 5, 0),
    "image memory": (ImageMemory, (2, 3, 3, 12, 12), 1, 0),
    "unit vectors": (UnitVectors, (2, 3, 16, 16), 2, 0),
    "unused": (Unused, (2, 2, 20), 2, 0),
    "masked": (Masked, (2, 5, 6), 2, 1),
    "reduced": (Reduced, (2, 3, 16, 16), 2, 0),
    "upscaler": (upscaler, (2, 3, 8, 8), 1, 0),
    "critic": (critic, (2, 3, 16, 16), 2, 0),
}
"""A function of each network, the shape of its input, and how many widths and heads bend."""


@pytest.mark.parametrize("name", CASES)
def test_it_bends_and_keeps_its_weights(name):
    torch.manual_seed(0)
    make, shape, widths, heads = CASES[name]
    model = make().eval()
    before = copy.deepcopy(model.state_dict())
    analysis = analyse(model, torch.randn(*shape))
    roles = [width.role for width in analysis.network.structure.widths]
    assert roles.count("heads") == heads, analysis.rigid
    assert roles.count("width") >= widths - heads, analysis.rigid
    assert analysis.self_test.extracted_difference < 1e-5
    for key, value in model.state_dict().items():
        assert torch.equal(value, before[key])


@pytest.mark.parametrize("name", ["branches", "experts"])
def test_a_network_with_branches_is_remarked(name):
    torch.manual_seed(0)
    make, shape, _, _ = CASES[name]
    remarks = analyse(make(), torch.randn(*shape)).self_test.remarks
    assert any("other operators for other inputs" in remark for remark in remarks)


def test_a_part_that_is_to_stay_does_not_bend_with_others():
    torch.manual_seed(0)
    settings = ElasticSettings(rigid=("first",))
    analysis = analyse(Reduced(), torch.randn(2, 3, 16, 16), settings)
    assert not [w for w in analysis.network.structure.widths if "first" in w.layers]


def test_a_smaller_network_runs_in_every_branch():
    torch.manual_seed(0)
    analysis = analyse(Branches(), torch.randn(2, 10))
    network = analysis.network
    plain = network.extract(network.space.smallest)
    for shift in (-2.0, 2.0):
        assert plain(torch.randn(2, 10) + shift).shape == (2, 3)
    assert {width.units for width in network.structure.widths} == {64}


def test_another_count_than_that_of_fvcore_is_remarked():
    torch.manual_seed(0)
    analysis = analyse(Unused(), torch.randn(2, 2, 20))
    assert any("fvcore counts" in remark for remark in analysis.self_test.remarks)


def test_a_usual_network_has_no_remarks():
    torch.manual_seed(0)
    layers = nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 2)
    assert analyse(nn.Sequential(*layers), torch.randn(2, 8)).self_test.remarks == ()
