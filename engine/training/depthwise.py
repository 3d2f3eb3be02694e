"""A faster gradient for depthwise convolutions on small feature maps, for training on a CPU.

oneDNN's weight gradient of a 5 x 5 or 7 x 7 depthwise convolution on a 4 x 4 map is an order of
magnitude slower than its forward pass. The same gradient is one batched matrix product of the
input and the output gradient over the batch, whose entries are then summed by spatial offset.
"""

import functools
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.compat.ofa import depthwise_forward, replace_depthwise_forward

_MAX_MAP_SIZE = 7  # beyond 7 x 7 the (h w)^2 products cost more than oneDNN's own gradient
_MIN_KERNEL = 5


@functools.lru_cache(maxsize=32)
def _offset_sums(height: int, width: int, kernel: int) -> Tensor:
    """`((h w)^2, k^2)` of 0 and 1: which (input, output) position pairs a kernel tap connects."""
    ys, xs = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    ys, xs = ys.reshape(-1), xs.reshape(-1)
    dy = ys[:, None] - ys[None] + kernel // 2
    dx = xs[:, None] - xs[None] + kernel // 2
    inside = ((dy >= 0) & (dy < kernel) & (dx >= 0) & (dx < kernel)).reshape(-1)
    taps = (dy * kernel + dx).reshape(-1)
    sums = torch.zeros(inside.numel(), kernel * kernel)
    pairs = inside.nonzero()[:, 0]
    sums[pairs, taps[pairs]] = 1.0
    return sums


class DepthwiseConv(torch.autograd.Function):
    """`conv2d(x, weight, padding=k // 2, groups=c)` of stride 1 with a gradient by matrix products.

    Shapes: `x` `(n, c, h, w)`, `weight` `(c, 1, k, k)`, both float32, odd `k`; output as `x`.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor) -> Tensor:
        """Convolve."""
        ctx.save_for_backward(x, weight)
        return F.conv2d(x, weight, None, 1, weight.shape[-1] // 2, 1, x.shape[1])

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        """Gradients of input and weight."""
        (grad,) = grad_outputs
        x, weight = ctx.saved_tensors
        n, channels, height, width = x.shape
        kernel = weight.shape[-1]
        grad_x = F.conv2d(grad, weight.flip(2, 3), None, 1, kernel // 2, 1, channels)

        def by_channel(t: Tensor) -> Tensor:
            return t.contiguous().view(n, channels, height * width).transpose(0, 1).contiguous()

        products = torch.bmm(by_channel(x).transpose(1, 2), by_channel(grad))
        sums = _offset_sums(height, width, kernel)
        grad_weight = (products.view(channels, -1) @ sums).view_as(weight)
        return grad_x, grad_weight


def _forward(self: Any, x: Tensor, kernel_size: int | None = None) -> Tensor:
    kernel = kernel_size or self.active_kernel_size
    is_fast = max(x.shape[2:]) <= _MAX_MAP_SIZE and kernel >= _MIN_KERNEL
    if not is_fast or self.stride != 1:
        return depthwise_forward(self, x, kernel)
    return DepthwiseConv.apply(x, self.get_active_filter(x.shape[1], kernel))  # type: ignore[no-any-return]


def speed_up_depthwise(net: nn.Module) -> None:
    """Give every elastic depthwise convolution of `net` the faster gradient (CPU, float32)."""
    replace_depthwise_forward(net, _forward)
