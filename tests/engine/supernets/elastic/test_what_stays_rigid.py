"""What cannot bend stays as it is, with the reason; a wrong network is never made."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.errors import ElasticError
from engine.supernets.elastic.analysis import analyse
from engine.supernets.elastic.settings import ElasticSettings
from engine.supernets.elastic.tracing import call_network
from tests.engine.supernets.elastic.networks import built, conv_bn


class Wrapped(nn.Module):
    """Layers around a function of their activations `(n, 16, 8, 8)`."""

    def __init__(self, middle, after: int = 16) -> None:
        super().__init__()
        self.first, self.middle = conv_bn(3, 16), middle
        self.last, self.head = conv_bn(after, 24), nn.Linear(24, 5)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.last(self.middle(self.first(x))).mean((2, 3)))


class Constant(nn.Module):
    """Takes the first channels by a number in its code."""

    def forward(self, x):
        return torch.cat([x[:, :6] * 2, x[:, 6:]], 1)


class Multiplied(nn.Module):
    """Multiplies each channel by a number that is no parameter."""

    def forward(self, x):
        return x * torch.linspace(0.5, 1.5, 16).reshape(16, 1, 1)


class Sorted(nn.Module):
    """Channels in the order of their values."""

    def forward(self, x):
        return x.sort(1).values


class ByCount(nn.Module):
    """Scales by its own number of channels, kept as a number that also says how many there are."""

    def __init__(self):
        super().__init__()
        self.channels = 16

    def forward(self, x):
        return x.reshape(len(x), self.channels, 8, 8) / self.channels


class Looked(nn.Module):
    """An index of channels that is a buffer."""

    def __init__(self):
        super().__init__()
        self.register_buffer("order", torch.randperm(16))

    def forward(self, x):
        return x[:, self.order]


RIGID = {
    "constant": Constant,
    "multiplied": Multiplied,
    "sorted": Sorted,
    "looked up": Looked,
    "fourier": lambda: Fourier(),
}


class Fourier(nn.Module):
    """An operator that is not known."""

    def forward(self, x):
        return torch.fft.fft(x, dim=1).real


@pytest.mark.parametrize("kind", RIGID)
def test_a_layer_that_cannot_bend_is_named_with_the_reason(kind):
    torch.manual_seed(0)
    model, x = Wrapped(RIGID[kind]()).eval(), torch.randn(2, 3, 8, 8)
    analysis = analyse(model, x)
    names = {width.name for width in analysis.network.structure.widths}
    assert "first.0" not in names
    assert "last.0" in names
    assert all(rigid.reason for rigid in analysis.rigid)
    assert any(rigid.where.startswith("first.0") for rigid in analysis.rigid)


def test_a_number_that_means_two_things_is_not_changed():
    torch.manual_seed(0)
    model, x = Wrapped(ByCount()).eval(), torch.randn(2, 3, 8, 8)
    analysis = analyse(model, x)
    assert "first.0" not in {width.name for width in analysis.network.structure.widths}


def test_a_network_of_which_nothing_bends_is_refused_with_its_layers():
    with pytest.raises(ElasticError, match=r"Nothing of this network can bend\. .*output"):
        analyse(nn.Sequential(nn.Flatten(), nn.Linear(12, 3)), torch.randn(2, 12))


def test_inputs_of_another_size_are_refused_in_a_sentence():
    model, _ = built("perceptron")
    with pytest.raises(ElasticError, match="does not run on the given inputs: RuntimeError: "):
        analyse(model, torch.randn(2, 5))


class Noisy(nn.Module):
    """Random in eval mode as well."""

    def forward(self, x):
        return x + torch.randn_like(x)


def test_weights_that_hide_mistakes_are_others_in_the_test():
    model = Wrapped(Constant())
    nn.init.zeros_(model.head.weight)
    nn.init.zeros_(model.head.bias)
    analysis = analyse(model, torch.randn(2, 3, 8, 8))
    assert {width.name for width in analysis.network.structure.widths} == {"last.0"}
    assert not analysis.network.model.head.weight.any()


def test_layers_are_no_blocks_because_activations_are_tiny():
    model, inputs = built("perceptron")
    square = nn.Sequential(nn.Sequential(nn.Linear(12, 12), nn.ReLU()), model)
    assert not analyse(square, 1e-8 * inputs).network.structure.stages


def test_a_network_that_is_random_is_refused():
    with pytest.raises(ElasticError, match="different outputs for the same inputs"):
        analyse(Wrapped(Noisy()), torch.randn(2, 3, 8, 8))


@pytest.mark.filterwarnings("ignore:.torch.jit:FutureWarning")
@pytest.mark.parametrize("part", ["The network", "0"])
def test_torchscript_is_refused(part):
    x = torch.randn(2, 12)
    script = torch.jit.trace(nn.Linear(12, 32), x)
    network = script if part == "The network" else nn.Sequential(script, nn.Linear(32, 3))
    with pytest.raises(ElasticError, match=f"{part}.? is TorchScript, .* Python class"):
        analyse(network, x)


class KeepsActivations(nn.Module):
    """Keeps what it has computed last."""

    def __init__(self):
        super().__init__()
        self.layer, self.kept = nn.Linear(12, 32), None
        self.out = nn.Linear(32, 3)

    def forward(self, x):
        self.kept = self.layer(x)
        return self.out(F.relu(self.kept))


def test_a_network_that_keeps_activations_bends():
    model, x = KeepsActivations(), torch.randn(2, 12)
    model(x)
    network = analyse(model, x).network
    network.run(network.space.smallest, x, training=True)
    assert network.extract(network.space.smallest)(x).shape == (2, 3)


def test_the_users_network_is_not_changed():
    model, inputs = built("own attention")
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    expected = call_network(model, inputs)
    analyse(model, inputs)
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())
    assert torch.equal(call_network(model, inputs), expected)


def test_choices_and_rigid_genes_are_those_that_are_asked_for():
    model, inputs = built("resnet")
    names = [width.name for width in analyse(model, inputs).network.structure.widths]
    settings = ElasticSettings(rigid=(names[0],), choices={names[1]: (4, 10)})
    structure = analyse(model, inputs, settings).network.structure
    assert names[0] not in {width.name for width in structure.widths}
    assert structure.widths[0].values == (4, 10, 16)


def test_half_precision_is_turned_into_float32():
    model, inputs = built("perceptron")
    network = analyse(model.half(), inputs.half()).network
    assert {p.dtype for p in network.model.parameters()} == {torch.float32}


def test_input_resolutions_are_a_gene_with_exact_costs():
    from engine.supernets.counting import count_macs

    model, _ = built("resnet")
    images, settings = torch.randn(2, 3, 32, 32), ElasticSettings(resolutions=(16, 24, 32))
    analysis = analyse(model, images, settings)
    network = analysis.network
    assert analysis.self_test.counted == 6
    assert network.space.genes[0].role == "resolution"
    for genotype in network.space.sample(4, np.random.default_rng(0)):
        side = network.space.genes[0].choices[genotype[0]]
        counted = count_macs(network.extract(genotype), torch.zeros(1, 3, side, side))[""]
        assert network.macs_params(genotype)[0, 0] == counted


@pytest.mark.parametrize("padding", [3, "same"])
def test_a_depthwise_kernel_is_smaller_in_the_centre(padding):
    torch.manual_seed(0)
    depthwise = nn.Conv2d(16, 16, 7, padding=padding, groups=16)
    network = analyse(Wrapped(depthwise).eval(), torch.randn(2, 3, 8, 8)).network
    (kernel,) = network.structure.kernels
    assert kernel.choices == (3, 5, 7)
    plain = network.extract(network.space.smallest)
    assert plain.middle.weight.shape == (8, 1, 3, 3)


class Scaled(nn.Module):
    """A branch that is zero at first, with a part that keeps zeros only."""

    def __init__(self):
        super().__init__()
        self.layer = conv_bn(16, 16)
        self.gain = nn.Parameter(torch.zeros(()))
        self.scaled = Gate()

    def forward(self, x):
        return x + self.scaled(self.layer(x) * self.gain)


class Gate(nn.Module):
    """Multiplies by a number between 0 and 1."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Conv2d(16, 16, 1)

    def forward(self, x):
        return x * torch.sigmoid(self.layer(x))


def test_a_part_that_keeps_zeros_only_is_no_block():
    torch.manual_seed(0)
    model = Wrapped(nn.Sequential(Scaled(), Scaled())).eval()
    (stage,) = analyse(model, torch.randn(2, 3, 8, 8)).network.structure.stages
    assert set(stage.blocks) == {"middle.0", "middle.1"}
