import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.supernets.builtin.network import FashionMobileNetV3
from engine.training.depthwise import DepthwiseConv, speed_up_depthwise

SHAPES = [  # images, channels, height, width, kernel
    (2, 3, 4, 4, 5),
    (2, 3, 4, 4, 7),
    (3, 5, 7, 7, 5),
    (3, 5, 7, 7, 7),
    (4, 2, 5, 3, 3),
    (1, 1, 1, 1, 5),
    (1, 4, 2, 6, 7),
]
CONFIGS = [
    {"ks": 7, "e": 6, "d": 4},
    {"ks": 3, "e": 3, "d": 2},
    {"ks": [5, 7, 3, 5] * 3, "e": [3, 4, 6, 4] * 3, "d": [2, 4, 3]},
]


def reference(x: Tensor, weight: Tensor) -> Tensor:
    return F.conv2d(x, weight, padding=weight.shape[-1] // 2, groups=x.shape[1])


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize(("n", "channels", "height", "width", "kernel"), SHAPES)
def test_gradients_equal_those_of_autograd(
    n: int, channels: int, height: int, width: int, kernel: int, memory_format: torch.memory_format
) -> None:
    generator = torch.Generator().manual_seed(kernel)
    x = torch.randn(n, channels, height, width, generator=generator)
    x = x.contiguous(memory_format=memory_format).requires_grad_()
    weight = torch.randn(channels, 1, kernel, kernel, generator=generator, requires_grad=True)
    output_gradient = torch.randn(n, channels, height, width, generator=generator)

    expected = torch.autograd.grad(reference(x, weight), (x, weight), output_gradient)
    output = DepthwiseConv.apply(x, weight)
    gradients = torch.autograd.grad(output, (x, weight), output_gradient)

    torch.testing.assert_close(output, reference(x, weight))
    for gradient, expected_gradient in zip(gradients, expected, strict=True):
        torch.testing.assert_close(gradient, expected_gradient, atol=1e-4, rtol=1e-4)


def twins() -> tuple[FashionMobileNetV3, FashionMobileNetV3]:
    """The same network twice, the second with the faster gradient."""
    torch.manual_seed(0)
    unpatched = FashionMobileNetV3()
    patched = FashionMobileNetV3()
    patched.load_state_dict(unpatched.state_dict())
    speed_up_depthwise(patched)
    return unpatched, patched


@pytest.mark.parametrize("config", CONFIGS)
def test_a_patched_network_computes_the_same(config: dict[str, list[int]]) -> None:
    x = torch.randn(4, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    outputs = []
    for net in twins():
        net.set_active_subnet(**config)
        outputs.append(net.eval()(x))
    assert torch.equal(*outputs)


def test_a_patched_network_has_the_same_gradients() -> None:
    x = torch.randn(8, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    nets = twins()
    for net in nets:
        net.set_max_net()
        net.eval()(x).square().sum().backward()
    pairs = zip(*(net.named_parameters() for net in nets), strict=True)
    for (name, unpatched), (_, patched) in pairs:
        if unpatched.grad is None:
            assert patched.grad is None, name
            continue
        scale = float(unpatched.grad.abs().max()) + 1e-6
        torch.testing.assert_close(
            patched.grad,
            unpatched.grad,
            atol=1e-4 * scale,
            rtol=1e-3,
            msg=lambda m, n=name: f"{n}: {m}",
        )
