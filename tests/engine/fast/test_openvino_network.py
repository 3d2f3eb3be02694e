"""OpenVINO's network against the module that it is made from, and what it leaves to torch."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.compat.openvino import openvino_version
from engine.compat.torch import processor_has_bf16
from engine.errors import EvaluationError
from engine.fast import openvino_network
from engine.fast.network import FusedNetwork
from engine.fast.openvino_graph import split_program
from engine.fast.openvino_network import OpenVinoNetwork
from engine.fast.pixel_scale import PixelScale
from engine.fast.program import trace
from engine.supernets import registry
from engine.supernets.base import EvaluationSettings
from tests.engine.fast.families import FAMILIES, images, norms, random_subnetwork

BUILT_IN = "ofa_mbv3_fashion_d234_e346_k357"
SCALE = PixelScale((0.4, 0.5, 0.6), (0.2, 0.25, 0.3))
needs_openvino = pytest.mark.skipif(not openvino_version(), reason="openvino is not installed")
needs_bf16 = pytest.mark.skipif(not processor_has_bf16(), reason="no bf16 on this processor")


def calibrated(module: nn.Module, batch: Tensor) -> nn.Module:
    """The module with the statistics of a batch, so that its outputs differ between images."""
    fused = FusedNetwork.from_module(module.eval())
    assert fused is not None
    fused.calibrate([batch])
    return module


def from_module(
    module: nn.Module, dtype: torch.dtype = torch.float32, scale: PixelScale | None = None
) -> OpenVinoNetwork:
    program = trace(module.eval())
    assert program is not None
    network = OpenVinoNetwork.from_program(program, dtype, scale)
    assert network is not None
    return network


def compare(network: Callable[[Tensor], Tensor], module: nn.Module, x: Tensor) -> float:
    """The largest difference in deviations of the module's outputs."""
    with torch.inference_mode():
        expected = module(x)
        return float((network(x) - expected).abs().max() / expected.std())


@pytest.fixture(scope="module", params=FAMILIES)
def module(request: pytest.FixtureRequest) -> nn.Module:
    return calibrated(random_subnetwork(request.param), images(20))


@needs_openvino
def test_logits_are_those_of_the_module(module: nn.Module) -> None:
    assert compare(from_module(module), module, images(5)) < 5e-4  # by torch it is as much


@needs_openvino
@needs_bf16
@pytest.mark.slow
def test_bf16_is_as_close_as_by_torch(module: nn.Module) -> None:
    x, fused = images(32), FusedNetwork.from_module(module, torch.bfloat16)
    assert fused is not None
    ours = compare(fused, module, x)
    assert compare(from_module(module, torch.bfloat16), module, x) < 2 * ours + 0.02


@needs_openvino
def test_random_subnetworks_of_the_built_in_supernet() -> None:
    supernet = registry.load(BUILT_IN)
    x = supernet.task.example_inputs(40)
    for genotype in supernet.space.sample(4, np.random.default_rng(0)):
        config = supernet.space.to_config(genotype)
        subnetwork = calibrated(supernet.extract(config, EvaluationSettings()), x)
        assert compare(from_module(subnetwork), subnetwork, x[:7]) < 1e-4


@needs_openvino
def test_bytes_are_normalised_in_the_graph(module: nn.Module) -> None:
    pixels = torch.randint(0, 256, (5, 64, 64, 3), dtype=torch.uint8)
    x = (pixels / 255 - torch.tensor(SCALE.mean)) / torch.tensor(SCALE.std)
    network = from_module(module, scale=SCALE)
    logits, expected = network.classify_bytes(pixels), network(x.permute(0, 3, 1, 2))
    assert float((logits - expected).abs().max() / expected.std()) < 1e-3


@needs_openvino
def test_batches_of_any_size_follow_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Smaller ones are filled up, a larger one has its own number of inputs in a pass."""
    monkeypatch.setattr(openvino_network, "_CHUNK_PIXELS", 4 * 64 * 64)
    module = calibrated(random_subnetwork(FAMILIES[0]), images(20))
    network, x = from_module(module), images(11)
    with torch.inference_mode():
        expected = module(x)
    for count in (3, 11, 10, 1):
        torch.testing.assert_close(network(x[:count]), expected[:count], atol=1e-4, rtol=1e-4)
    small = images(2, 32)
    with torch.inference_mode():
        torch.testing.assert_close(network(small), module(small), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(
    ("batch", "side", "size"), [(100, 224, 8), (100, 28, 100), (7, 224, 7), (100, 3000, 1)]
)
def test_a_pass_fits_the_cache_and_leaves_few_over(batch: int, side: int, size: int) -> None:
    assert openvino_network._inputs_at_once(batch, (side, side, 3)) == size


class Block(nn.Module):
    """An operation between two convolutions."""

    def __init__(self, operation: Callable[[Tensor], Tensor] | nn.Module) -> None:
        super().__init__()
        self.first, self.norm = nn.Conv2d(3, 6, 3, stride=2, bias=False), nn.BatchNorm2d(6)
        self.operation = operation
        self.last = nn.Conv2d(6, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.operation(self.norm(self.first(x)))).mean((2, 3))


RUN_BY_OPENVINO = [
    *(nn.ReLU(), nn.ReLU6(), nn.Hardswish(), nn.Hardsigmoid(), nn.Sigmoid(), nn.SiLU()),
    *(nn.Identity(), nn.Dropout(), torch.relu, torch.sigmoid, lambda x: x.relu()),
    *(nn.MaxPool2d(3, 2, 1), nn.MaxPool2d(2, ceil_mode=True), nn.MaxPool2d(2, 1, dilation=2)),
    *(nn.AvgPool2d(3, 2, 1), nn.AvgPool2d(2, ceil_mode=True)),
    nn.AvgPool2d(3, 2, 1, count_include_pad=False),
    *(nn.AdaptiveAvgPool2d(1), lambda x: x.mean([-1, -2], keepdim=True)),
    *(lambda x: x * x.mean((2, 3), keepdim=True).sigmoid(), lambda x: torch.relu(x) + x),
    nn.Conv2d(6, 6, (1, 3), dilation=2, padding=(0, 2), groups=3),
]
LEFT_TO_TORCH = [
    *(nn.GELU(), nn.Softmax(1), nn.MaxPool2d(3, 2, 1, ceil_mode=True), nn.AdaptiveAvgPool2d(3)),
    *(nn.AvgPool2d(2, divisor_override=3), nn.AvgPool2d(2, 3, ceil_mode=True)),
    *(lambda x: x.mean((1, 2), keepdim=True), lambda x: x + 1.0, lambda x: x.mean(3, True)),
    nn.Conv2d(6, 6, 3, padding=1, padding_mode="reflect"),
]


def _name(operation: object) -> str:
    """The same in each process; functions without a name are numbered."""
    return str(operation) if isinstance(operation, nn.Module) else operation.__name__


@needs_openvino
@pytest.mark.parametrize("operation", RUN_BY_OPENVINO, ids=_name)
def test_operations(operation: Callable[[Tensor], Tensor]) -> None:
    torch.manual_seed(0)
    module = Block(operation).eval()
    x = images(4, 17)
    assert compare(from_module(module), module, x) < 1e-4


@pytest.mark.parametrize("operation", LEFT_TO_TORCH, ids=_name)
def test_a_network_with_other_operations_is_left_to_torch(
    operation: Callable[[Tensor], Tensor],
) -> None:
    program = trace(Block(operation).eval())
    assert program is not None
    assert split_program(program) is None


def test_an_operation_that_modifies_what_others_read_is_left_to_torch() -> None:
    def modify(x: Tensor) -> Tensor:
        y = x.sigmoid()
        return torch.nn.functional.relu(y, inplace=True) + y

    program = trace(Block(modify).eval())
    assert program is not None
    assert split_program(program) is None


def test_what_follows_the_last_convolution_is_done_by_torch() -> None:
    layers = [nn.Conv2d(3, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    program = trace(nn.Sequential(*layers, nn.Linear(4, 5), nn.Softmax(1)).eval())
    assert program is not None
    parts = split_program(program)
    assert parts is not None
    assert [len(part.steps) for part in parts] == [2, 3]


@needs_openvino
def test_statistics_are_those_of_the_first_call() -> None:
    module = calibrated(random_subnetwork(FAMILIES[0]), images(20))
    network = from_module(module)
    norms(module)[0].running_var.mul_(4)
    assert compare(network, module, images(3)) < 1e-4


@pytest.mark.parametrize("error", [RuntimeError, ImportError, OSError])
def test_what_openvino_refuses_is_said_with_the_way_out(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise error("no such thing")

    monkeypatch.setattr(openvino_network, "build_model", refuse)
    network = from_module(Block(nn.ReLU()))
    with pytest.raises(EvaluationError, match=r"no such thing.*Set backend to torch"):
        network(images(2, 17))
