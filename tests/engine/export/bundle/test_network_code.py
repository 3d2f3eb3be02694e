import functools
import importlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from engine.compat.torch import tree_leaves
from engine.errors import EvaluationError
from engine.evaluation_settings import EvaluationSettings
from engine.export.bundle.network_code import network_code
from engine.supernets import registry
from engine.supernets.ofa.catalogue import MODELS
from engine.supernets.ofa.elastic import extract_subnetwork
from engine.tasks.inputs import call_network

LOADER = """
import sys, torch
for name in ("engine", "ofa", "safetensors", "torchvision", "numpy"):
    sys.modules[name] = None
import importlib.util
for folder in sys.argv[1:]:
    spec = importlib.util.spec_from_file_location("network", f"{folder}/network.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    network = module.load(f"{folder}/weights.safetensors")
    outputs = []
    with torch.no_grad():
        for batch in torch.load(f"{folder}/batches.pt"):
            if isinstance(batch, dict):
                outputs.append(network(**batch))
            else:
                outputs.append(network(*batch) if isinstance(batch, tuple) else network(batch))
    torch.save((outputs, sorted(network.state_dict())), f"{folder}/outputs.pt")
"""
COUNTS = (2, 1, 5)
OFA = [name for name in MODELS if "w1.2" not in name]  # the other width has the same layers
EXAMPLES = Path(__file__).parents[4] / "examples"


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(5, 7, 2, batch_first=True, bidirectional=True)
        self.out = nn.Linear(14, 3)

    def forward(self, x):
        return self.out(self.lstm(x)[0][:, -1])


class Attending(nn.Module):
    """A parameter and buffers outside of layers, one in no state dict, and outputs by name."""

    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.position = nn.Parameter(torch.randn(6, 8))
        self.register_buffer("mask", torch.ones(6, 6).triu(1).bool())
        self.register_buffer("scale", torch.tensor(2.0), persistent=False)

    def forward(self, x):
        x = x + self.position
        y, _ = self.attention(x, x, x, attn_mask=self.mask, need_weights=False)
        return {"mean": y.mean(1) * torch.tensor([3.0]), "all": (y, x * self.scale)}


class Tied(nn.Module):
    """The embedding is the matrix of the last layer as well; the second input is optional."""

    def __init__(self):
        super().__init__()
        self.embedding, self.next = nn.Embedding(9, 4), nn.Linear(4, 9)
        self.next.weight = self.embedding.weight

    def forward(self, tokens, features=None):
        x = self.embedding(tokens)
        if features is not None:
            x = x + features[:, None]
        return self.next(x)


class TiedAndBranching(Tied):
    """What torch.export gives a name of its own for each use of a tied weight."""

    def forward(self, tokens):
        x = super().forward(tokens)
        return x.relu() if x.shape[1] > 2 else x


class Branching(nn.Module):
    """Control flow, which torch.fx cannot trace; a buffer of integers."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 4)
        self.register_buffer("order", torch.tensor([3, 1, 2, 0]))

    def forward(self, x):
        for _ in range(x.dim()):
            x = self.linear(x)[:, self.order]
        return x.relu() if x.shape[1] > 2 else x


class OwnConvolution(nn.Conv2d):
    """A layer of torch.nn that computes something else."""

    def forward(self, x):
        return super().forward(x) + x[:, :, 1:-1, 1:-1].mul_(2)


class Spatial(nn.Sequential):
    def __init__(self):
        pool = nn.MaxPool2d(2)
        norms = nn.BatchNorm2d(4, eps=1e-3, momentum=None), nn.GroupNorm(2, 4, affine=False)
        weighted = nn.utils.parametrizations.weight_norm(nn.Conv2d(4, 4, (1, 3), stride=(1, 2)))
        super().__init__(
            nn.Conv2d(3, 4, 3, padding="same"), *norms, nn.PReLU(4), pool, OwnConvolution(4, 4, 3),
            weighted, nn.Hardtanh(-1.5, 2.5, inplace=True), nn.Upsample(scale_factor=2.0),
            nn.ConvTranspose2d(4, 3, 3, 2, output_padding=1, bias=False), nn.Dropout(0.4),
            nn.AdaptiveAvgPool2d((1, None)), nn.Flatten(), nn.LayerNorm(30, bias=False),
        )  # fmt: skip


def _floats(*shape):
    return lambda count: torch.randn(count, *shape)


def _tokens(count):
    return torch.randint(0, 9, (count, 3))


def _of_ofa(name, resolution=64):
    model = MODELS[name]
    space = model.make_space((resolution,))
    config = space.to_config(space.sample(1, np.random.default_rng(3))[0])
    return extract_subnetwork(model, config, None), _floats(3, resolution, resolution)


def _built_in():
    supernet = registry.load("ofa_mbv3_fashion_d234_e346_k357")
    config = supernet.space.to_config(supernet.space.smallest)
    return supernet.extract(config, EvaluationSettings()), _floats(1, 28, 28)


def _of_example(package, network, *arguments):
    sys.path.insert(0, str(EXAMPLES / package))
    name = next(p.parent.name for p in (EXAMPLES / package).glob("*/network.py"))
    try:
        return getattr(importlib.import_module(f"{name}.network"), network)(*arguments)
    finally:
        sys.path.pop(0)
        for module in [m for m in sys.modules if m.split(".")[0] == name]:
            del sys.modules[module]


CASES = {
    "recurrent": lambda: (Recurrent(), _floats(6, 5)),
    "attending": lambda: (Attending(), _floats(6, 8)),
    "tied": lambda: (Tied(), _tokens),
    "a tuple": lambda: (Tied(), lambda count: (_tokens(count), torch.randn(count, 4))),
    "a mapping": lambda: (
        Tied(), lambda count: {"features": torch.randn(count, 4), "tokens": _tokens(count)},
    ),
    "branching": lambda: (Branching(), _floats(4)),
    "tied and branching": lambda: (TiedAndBranching(), _tokens),
    "a layer of torch alone": lambda: (nn.TransformerEncoderLayer(8, 2, 16), _floats(5, 8)),
    "spatial": lambda: (Spatial(), _floats(3, 16, 16)),
    "a single layer": lambda: (nn.Linear(3, 2), _floats(3)),
    "built-in": _built_in,
    "the example of a Transformer": lambda: (
        _of_example("token_supernet", "Transformer", [1, 2], [16, 24]), _tokens,
    ),
    "the example of a table": lambda: (
        _of_example("tabular_supernet", "Perceptron", "gelu", [8, 9]), _floats(30),
    ),
    "the example of a ResNet": lambda: (
        _of_example("resnet_supernet", "ResNet", [8, 8, 16, 16], [1, 2, 1, 1]), _floats(1, 8, 8),
    ),
    "the example of a vision Transformer": lambda: (
        _of_example("own_supernet", "Transformer", [1, 2], [16, 24]), _floats(1, 8, 8),
    ),
    **{name: functools.partial(_of_ofa, name) for name in OFA},
}  # fmt: skip
OPERATORS_ONLY = {"branching", "tied and branching", "a layer of torch alone"}


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    """The module, its code and batches of each case, and what a process without `engine` loads."""
    folders, cases = {}, {}
    torch.manual_seed(0)
    for name, case in CASES.items():
        module, make_batch = case()
        module.eval()
        before = {key: value.clone() for key, value in module.state_dict().items()}
        batches = [make_batch(count) for count in COUNTS]
        code = network_code(module, batches[0], "A network")
        assert all(torch.equal(before[key], value) for key, value in module.state_dict().items())
        cases[name] = module, code, batches
        folder = folders[name] = tmp_path_factory.mktemp("network")
        (folder / "network.py").write_text(code.source)
        save_file(code.tensors, folder / "weights.safetensors")
        torch.save(batches, folder / "batches.pt")
    command = [sys.executable, "-I", "-W", "ignore", "-c", LOADER, *map(str, folders.values())]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    return {
        name: (*cases[name], *torch.load(folder / "outputs.pt")) for name, folder in folders.items()
    }


@pytest.mark.parametrize("name", CASES)
def test_the_code_needs_torch_alone_and_gives_the_same_outputs_for_any_batch(rebuilt, name):
    module, code, batches, outputs, names = rebuilt[name]
    assert ("torch.ops." in code.source) == (name in OPERATORS_ONLY)
    for batch, output in zip(batches, outputs, strict=True):
        with torch.no_grad():
            expected = call_network(module, batch)
        assert type(output) is type(expected)
        for value, other in zip(tree_leaves(output), tree_leaves(expected), strict=True):
            torch.testing.assert_close(value, other, rtol=1e-4, atol=1e-5)
    if "parametrizations" not in "".join(module.state_dict()) and name not in OPERATORS_ONLY:
        assert set(module.state_dict()) <= set(names)


def test_a_layer_is_written_as_its_constructor_and_a_chain_reads_as_one(rebuilt):
    source = rebuilt["recurrent"][1].source
    constructor = "nn.LSTM(5, 7, num_layers=2, batch_first=True, bidirectional=True)"
    assert f'"lstm": {constructor},' in source
    assert "        x = self.lstm(x)\n        x = x[0]\n        x = x[:, -1]\n" in source


def test_tied_tensors_are_stored_once_and_stay_tied(rebuilt):
    code = rebuilt["tied"][1]
    assert "self.next.weight = self.embedding.weight" in code.source
    assert set(code.tensors) == {"embedding.weight", "next.bias"}


class OfAnotherLibrary(nn.Module):
    def forward(self, x):
        return OTHER(x)


@torch.library.custom_op("other_operators::twice", mutates_args=())
def OTHER(x: torch.Tensor) -> torch.Tensor:  # noqa: N802 - a constant of this test
    return x * 2


OTHER.register_fake(lambda x: torch.empty_like(x))


class OfOneSize(nn.Module):
    def forward(self, x):
        return x if int(x.shape[0]) == 2 and bool((x.sum() < 1e9).item()) else x + x


class Random(nn.Module):
    def forward(self, x):
        return x + torch.rand_like(x)


@pytest.mark.parametrize(
    ("module", "sentence"),
    [
        (OfAnotherLibrary(), r"other_operators\.twice.*is no part of torch"),
        (OfOneSize(), "cannot be written as plain PyTorch code"),
        (Random(), "other outputs each time"),
    ],
)
def test_what_cannot_be_written_is_named(module, sentence):
    with pytest.raises(EvaluationError, match=sentence):
        network_code(module, torch.randn(2, 3), "A network")


def test_inputs_that_are_no_tensors_are_refused():
    with pytest.raises(EvaluationError, match="inputs that are not tensors"):
        network_code(Tied(), (_tokens(2), None), "A network")
