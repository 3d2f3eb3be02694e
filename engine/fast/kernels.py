"""A convolution, an addition and an activation as the device runs them fastest."""

from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.compat.torch import (
    cudnn_convolve_add_relu,
    cudnn_convolve_relu,
    onednn_convolve,
    onednn_convolve_and_add,
    onednn_ordered_weight,
)

ACTIVATIONS = {"": [], "relu": [], "hardswish": [], "hardtanh": [0.0, 6.0]}
"""Names that oneDNN knows and their parameters; the last one is ReLU6, the first none."""


class Kernel(Protocol):
    """`activation(conv(x) + residual)` of maps `(n, c, h, w)` in channels-last memory."""

    dtype: torch.dtype

    def __call__(self, x: Tensor, residual: Tensor | None = None, activation: str = "") -> Tensor:
        """The result; `x` and `residual` stay as they are."""
        ...


def make_kernel(conv: nn.Conv2d, weight: Tensor, bias: Tensor | None, dtype: torch.dtype) -> Kernel:
    """The geometry of `conv` with `weight` and `bias`, for the device that they are on."""
    kind = OneDNN if weight.device.type == "cpu" else Cuda
    return kind(conv, weight, bias, dtype)


def activate(x: Tensor, activation: str) -> Tensor:
    """The activation of `x`, in its place."""
    if activation == "relu":
        slow = x.dtype == torch.bfloat16 and x.device.type == "cpu"
        return _relu_bf16(x) if slow else torch.relu_(x)
    if activation == "hardswish":
        return functional.hardswish(x, inplace=True)
    if activation == "hardtanh":
        return functional.hardtanh_(x, *ACTIVATIONS[activation])
    return x


def _relu_bf16(x: Tensor) -> Tensor:
    """`relu_` by the bits, in a quarter of the time: the sign is that of a whole number.

    A NaN may become 0: what calls this has taken statistics of `x`, which keep it.
    """
    x.view(torch.int16).clamp_min_(0)
    return x


class OneDNN:
    """For a processor: one operation, its weights in the order that oneDNN reads them in.

    That order depends on the size of the maps. With one for another size oneDNN would put the
    weights in order anew at each call, which can take longer than the convolution.
    """

    def __init__(
        self, conv: nn.Conv2d, weight: Tensor, bias: Tensor | None, dtype: torch.dtype
    ) -> None:
        self._geometry = _geometry(conv)
        self._plain = weight.to(dtype).contiguous(memory_format=torch.channels_last)
        self._packed: tuple[torch.Size, Tensor] | None = None
        self.dtype = dtype
        self._bias = None if bias is None else bias.to(dtype)

    def __call__(self, x: Tensor, residual: Tensor | None = None, activation: str = "") -> Tensor:
        """`activation(conv(x) + residual)`."""
        scalars, name = ACTIVATIONS[activation], activation or "none"
        args = (self._weight(x), self._bias, *self._geometry)
        if residual is None:
            return onednn_convolve(x, *args, name, scalars, "")
        if activation in ("", "relu"):
            unary = activation or None
            return onednn_convolve_and_add(x, residual, *args, "add", 1.0, unary, [], None)
        y = onednn_convolve_and_add(x, residual, *args, "add", 1.0, None, [], None)
        return activate(y, activation)

    def _weight(self, x: Tensor) -> Tensor:
        size = x.shape[1:]
        if self._packed is None or self._packed[0] != size:
            weight = onednn_ordered_weight(self._plain, *self._geometry, list(x.shape))
            self._packed = (size, weight)
        return self._packed[1]


class Cuda:
    """For a GPU of NVIDIA, where reading and writing values takes the time, not multiplying.

    cuDNN adds shortcuts and takes ReLU within a convolution, but for depthwise ones, which become
    slow of it. In bfloat16, a matrix product for each pixel adds its bias in passing.
    """

    def __init__(
        self, conv: nn.Conv2d, weight: Tensor, bias: Tensor | None, dtype: torch.dtype
    ) -> None:
        self._geometry = _geometry(conv)
        padding, stride, _, groups = self._geometry
        self._weight = weight.to(dtype).contiguous(memory_format=torch.channels_last)
        self._bias = None if bias is None else bias.to(dtype)
        pixelwise = weight.shape[2:] == (1, 1) and (padding, stride) == ([0, 0], [1, 1])
        has_cudnn = weight.is_cuda and torch.version.cuda is not None  # AMD's has MIOpen
        self._takes_relu = groups == 1 and has_cudnn
        self._is_product = groups == 1 and pixelwise and dtype == torch.bfloat16
        self.dtype = dtype

    def __call__(self, x: Tensor, residual: Tensor | None = None, activation: str = "") -> Tensor:
        """`activation(conv(x) + residual)`."""
        padding, stride, dilation, groups = self._geometry
        geometry = (stride, padding, dilation, groups)
        if activation == "relu" and self._takes_relu:
            if residual is None:
                return cudnn_convolve_relu(x, self._weight, self._bias, *geometry)
            return cudnn_convolve_add_relu(x, self._weight, residual, 1.0, self._bias, *geometry)
        if self._is_product:
            pixels = functional.linear(x.permute(0, 2, 3, 1), self._weight.flatten(1), self._bias)
            y = pixels.permute(0, 3, 1, 2)
        else:
            y = functional.conv2d(x, self._weight, self._bias, *geometry)
        return activate(y if residual is None else y.add_(residual), activation)


def _geometry(conv: nn.Conv2d) -> tuple[list[int], list[int], list[int], int]:
    """Padding, stride, dilation and groups."""
    padding: Any = conv.padding
    return list(padding), list(conv.stride), list(conv.dilation), conv.groups
