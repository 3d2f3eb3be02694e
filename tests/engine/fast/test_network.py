"""The fused network against the module that it is made from, for each family of `ofa`."""

import copy
import functools
from collections.abc import Callable

import pytest
import torch
from torch import nn

from engine.compat.torch import processor_has_bf16
from engine.fast import kernels
from engine.fast.convolution import Convolution
from engine.fast.kernels import activate
from engine.fast.network import FusedNetwork
from engine.fast.program import trace
from engine.fast.segment import inputs_in_chunk
from engine.meters.pipeline import measure
from engine.supernets import registry
from engine.supernets.base import EvaluationSettings
from engine.tasks import statistics
from tests.engine.fast.families import FAMILIES, images, norms, random_subnetwork

needs_bf16 = pytest.mark.skipif(not processor_has_bf16(), reason="no bf16 on this processor")


@pytest.fixture(scope="module", params=FAMILIES)
def module(request: pytest.FixtureRequest) -> nn.Module:
    """A sub-network with random weights."""
    return random_subnetwork(request.param)


def test_statistics_and_logits_are_those_of_the_module(
    module: nn.Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many chunks of a batch stand for the batch as a whole."""
    monkeypatch.setattr("engine.fast.segment._CHUNK_BYTES", 3 * 64 * 64 * 4 * 20)
    monkeypatch.setattr("engine.fast.segment._FEWEST_INPUTS", 1)
    fused, unfused = copy.deepcopy(module), copy.deepcopy(module)
    batches = images(12).split(6)
    statistics.recalibrate(fused, batches)
    statistics._recalibrate_module(unfused, batches, "fp32")
    for fused_norm, expected_norm in zip(norms(fused), norms(unfused), strict=True):
        torch.testing.assert_close(
            fused_norm.running_mean, expected_norm.running_mean, atol=1e-3, rtol=1e-2
        )
        numbers = 6 * 2 * 2  # at least: the smallest maps are 2 x 2
        torch.testing.assert_close(
            fused_norm.running_var, expected_norm.running_var, atol=1e-3, rtol=1.2 / numbers
        )
    network = FusedNetwork.from_module(fused)
    assert network is not None
    with torch.inference_mode():
        torch.testing.assert_close(network(images(5)), fused(images(5)), atol=1e-3, rtol=1e-3)


@pytest.mark.parametrize("bias", [False, True])
@torch.inference_mode()
def test_moments_of_a_wider_output_follow_from_its_input(bias: bool) -> None:
    torch.manual_seed(0)
    conv = nn.Conv2d(3, 8, 1, bias=bias)
    x = 5 + images(4, 8)  # a mean that is large beside the deviation
    mean, var = Convolution("y", "x", conv).moments(x.split(3))
    y = conv(x).double()
    torch.testing.assert_close(mean, y.mean((0, 2, 3)).float())
    torch.testing.assert_close(var, y.var((0, 2, 3), unbiased=False).float())


@pytest.mark.parametrize(
    ("conv", "widens"),
    [
        (nn.Conv2d(3, 3, 1), True),
        (nn.Conv2d(4, 3, 1), False),
        (nn.Conv2d(3, 8, 1, stride=2), False),
        (nn.Conv2d(3, 8, 1, padding=1), False),
        (nn.Conv2d(3, 8, 3), False),
        (nn.Conv2d(4, 8, 1, groups=2), False),
    ],
)
def test_only_products_of_whole_pixels_widen(conv: nn.Conv2d, widens: bool) -> None:
    assert Convolution("y", "x", conv).widens is widens


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("activation", ["", "relu", "hardswish", "hardtanh"])
@pytest.mark.parametrize(
    "conv",
    [
        nn.Conv2d(4, 4, 1),
        nn.Conv2d(4, 4, 1, stride=2),
        nn.Conv2d(4, 4, 1, bias=False),
        nn.Conv2d(4, 4, 3, padding=1),
        nn.Conv2d(4, 4, 5, padding=2, groups=4),
    ],
    ids=str,
)
@torch.inference_mode()
def test_a_kernel_for_gpus_convolves_adds_and_activates(
    conv: nn.Conv2d, activation: str, dtype: torch.dtype
) -> None:
    """But for what cuDNN takes in one, which test_cuda tries."""
    x = torch.randn(2, 4, 8, 8).to(dtype, memory_format=torch.channels_last)
    functions = {"relu": torch.relu, "hardswish": nn.Hardswish(), "hardtanh": nn.ReLU6()}
    kernel = kernels.Cuda(conv, conv.weight, conv.bias, dtype)
    expected = conv(x.float())
    for residual in (None, torch.randn_like(expected).to(dtype)):
        originals = x.clone(), None if residual is None else residual.clone()
        y = expected if residual is None else expected + residual.float()
        close = (
            {"atol": 1e-5, "rtol": 1e-5} if dtype == torch.float32 else {"atol": 0.05, "rtol": 0.02}
        )
        result = kernel(x, residual, activation)
        torch.testing.assert_close(
            result.float(), functions.get(activation, nn.Identity())(y), **close
        )
        assert torch.equal(x, originals[0])
        assert residual is None or torch.equal(residual, originals[1])  # type: ignore[arg-type]


@torch.inference_mode()
@pytest.mark.parametrize("activation", ["", "relu", "hardswish", "hardtanh"])
@pytest.mark.parametrize("side", [1, 2, 5])
@torch.inference_mode()
def test_the_kernel_of_the_processor_adds_to_maps_of_any_size(side: int, activation: str) -> None:
    torch.manual_seed(0)
    conv = nn.Conv2d(8, 16, 3, stride=2, padding=1)
    x = torch.randn(2, 8, side, side).contiguous(memory_format=torch.channels_last)
    expected = conv(x)
    residual = torch.randn_like(expected).contiguous(memory_format=torch.channels_last)
    before = residual.clone()
    kernel = kernels.OneDNN(conv, conv.weight, conv.bias, torch.float32)
    result = kernel(x, residual, activation)
    torch.testing.assert_close(result, activate(expected + residual, activation))
    assert torch.equal(residual, before)
    overwritten = kernel(x, residual, activation, overwrites=True)
    torch.testing.assert_close(overwritten, result)


class Shortcuts(nn.Module):
    """Four convolutions with shortcuts; only the memory of the first is free to be overwritten."""

    def __init__(self) -> None:
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(8, 8, 1) for _ in range(6))
        self.pass_on = nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        a, b, c, d, e, f = self.convs
        first = a(x) + x  # the input belongs to the caller
        free = b(torch.relu(c(first))) + first
        passed_on = self.pass_on(free)
        alias = d(free) + free  # `passed_on` has the same memory
        own = e(alias) + alias  # the convolution reads what it would overwrite
        return f(own) + passed_on  # type: ignore[no-any-return]


@torch.inference_mode()
def test_a_shortcut_is_overwritten_only_if_nothing_reads_it_afterwards() -> None:
    torch.manual_seed(0)
    module, x = Shortcuts().eval(), torch.randn(5, 8, 6, 6)
    program = trace(module)
    assert program is not None
    assert [
        step.residual for step in program.convolutions if step.output in program.overwriting_steps
    ] == [program.convolutions[0].output]
    network, before = FusedNetwork.from_module(module), x.clone()
    assert network is not None
    torch.testing.assert_close(network(x), module(x))
    assert torch.equal(x, before)


@pytest.mark.parametrize(
    ("megabytes", "threads", "inputs"),
    [(0.5, 1, 16), (3, 1, 4), (3, 4, 10), (7, 1, 3), (30, 1, 1), (30, 8, 2)],
)
def test_a_chunk_has_several_inputs_unless_they_are_large(
    megabytes: float, threads: int, inputs: int
) -> None:
    assert inputs_in_chunk(int(megabytes * 1e6), threads) == inputs


def test_relu_of_bf16_is_that_of_torch() -> None:
    x = torch.tensor([-3.5, -0.0, 0.0, 1e-40, -1e-40, 2.5, float("inf"), -float("inf")])
    x = x.bfloat16()
    assert torch.equal(activate(x.clone(), "relu"), torch.relu(x))


@needs_bf16
def test_a_network_that_diverges_does_so_in_bf16_too() -> None:
    net = nn.Sequential(
        nn.Conv2d(3, 8, 3, groups=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(inplace=True),
        nn.Conv2d(8, 4, 3, bias=False), nn.BatchNorm2d(4),
    )  # fmt: skip
    nn.init.constant_(net[0].weight, -float("nan"))  # type: ignore[arg-type]
    statistics.recalibrate(net.eval(), [images(4, 16)], "bf16")
    assert torch.isnan(net[1].running_mean).all()  # type: ignore[arg-type]
    assert not torch.isfinite(statistics.fast_network(net, "bf16")(images(2, 16))).any()


@needs_bf16
def test_bf16_is_close_and_its_logits_are_not_rounded() -> None:
    supernet = registry.load(registry.DEFAULT)
    config = supernet.space.to_config(supernet.space.smallest)
    module = supernet.subnetwork(config)
    x = torch.randn(20, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        expected = module(x)
    logits = statistics.fast_network(module, "bf16")(x)
    assert not torch.equal(logits, logits.bfloat16().float())
    assert 0 < (logits - expected).norm() < 0.05 * expected.norm()
    settings = EvaluationSettings(precision="bf16")
    full = measure(supernet, config, ["acc"], EvaluationSettings())["acc"]
    assert measure(supernet, config, ["acc"], settings)["acc"] == pytest.approx(full, abs=0.3)


class Branching(nn.Module):
    """Its flow depends on its data."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.bn = nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.bn(self.conv(x))
        return (y if y.sum() > 0 else -y).mean((2, 3))  # type: ignore[no-any-return]


def decorated(forward: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
    """A forward pass that code wraps which takes any arguments, as in transformers."""

    @functools.wraps(forward)
    def wrapper(self: nn.Module, *inputs: torch.Tensor, **named: torch.Tensor) -> torch.Tensor:
        return forward(self, *inputs, **named)

    return wrapper


class Decorated(nn.Module):
    """Its forward pass is wrapped."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.bn = nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4)

    @decorated
    def forward(
        self, x: torch.Tensor, a: float = 1.0, b: float = 1.0, c: float = 1.0, **others: float
    ) -> torch.Tensor:
        return a * b * c * self.bn(self.conv(x)).mean((2, 3))  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "odd",
    [
        Branching(),
        Decorated(),
        nn.Sequential(nn.BatchNorm2d(3), nn.Conv2d(3, 4, 1), nn.Flatten()),
    ],
)
def test_what_cannot_be_fused_is_measured_as_it_is(odd: nn.Module) -> None:
    assert trace(odd) is None
    statistics.recalibrate(odd, [images(8)])
    with torch.inference_mode():
        expected = odd(images(4))
    torch.testing.assert_close(statistics.fast_network(odd)(images(4)), expected)


def test_values_that_are_read_twice_are_kept() -> None:
    """A stem whose output goes two ways, meets again, and has bias and ReLU6."""

    class Diamond(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU6())
            self.left = nn.Sequential(nn.Conv2d(8, 8, 1), nn.BatchNorm2d(8))
            self.right = nn.Sequential(nn.Conv2d(8, 8, 3, padding=1), nn.BatchNorm2d(8))
            self.act, self.head = nn.ReLU(), nn.Linear(8, 5)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = self.stem(x)
            x = self.act(self.left(x) + self.right(x)) + x
            return self.head(x.mean((2, 3)))  # type: ignore[no-any-return]

    torch.manual_seed(0)
    module = Diamond().eval()
    program = trace(module)
    assert program is not None
    unfused = copy.deepcopy(module)
    statistics.recalibrate(module, images(20).split(10))
    statistics._recalibrate_module(unfused, images(20).split(10), "fp32")
    logits = statistics.fast_network(module)(images(7))
    with torch.inference_mode():
        torch.testing.assert_close(logits, module(images(7)), atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(logits, unfused(images(7)), atol=1e-3, rtol=1e-3)
