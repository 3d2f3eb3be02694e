"""Fast kernels of a convolution with an addition and an activation, by device."""

from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.compat.torch import (
    cudnn_convolve_add_relu,
    cudnn_convolve_relu,
    onednn_convolve,
    onednn_convolve_and_add,
    onednn_convolve_and_add_in_place,
    onednn_ordered_weight,
)

ACTIVATIONS = {"": [], "relu": [], "hardswish": [], "hardtanh": [0.0, 6.0]}
"""oneDNN's names of activations and their parameters; `hardtanh` is ReLU6, `""` is none."""


class Kernel(Protocol):
    """`activation(conv(x) + residual)` of maps `(n, c, h, w)` in channels-last memory."""

    dtype: torch.dtype

    def __call__(
        self,
        x: Tensor,
        residual: Tensor | None = None,
        activation: str = "",
        overwrites: bool = False,
    ) -> Tensor:
        """The result, which may be in the memory of `residual` if it `overwrites`.

        `x`, and otherwise `residual`, do not change.
        """
        ...


def make_kernel(conv: nn.Conv2d, weight: Tensor, bias: Tensor | None, dtype: torch.dtype) -> Kernel:
    """A kernel with the geometry of `conv` and `weight` and `bias`, for their device."""
    kernel_class = OneDNN if weight.device.type == "cpu" else Cuda
    return kernel_class(conv, weight, bias, dtype)


def activate(x: Tensor, activation: str) -> Tensor:
    """Apply the activation to `x` in place."""
    if activation == "relu":
        is_slow = x.dtype == torch.bfloat16 and x.device.type == "cpu"
        return _relu_bf16(x) if is_slow else torch.relu_(x)
    if activation == "hardswish":
        return functional.hardswish(x, inplace=True)
    if activation == "hardtanh":
        return functional.hardtanh_(x, *ACTIVATIONS[activation])
    return x


def _relu_bf16(x: Tensor) -> Tensor:
    """`relu_` on the bits as 16-bit integers with the same sign, in a quarter of the time.

    A NaN may become 0; the caller's statistics of `x` still contain it.
    """
    x.view(torch.int16).clamp_min_(0)
    return x


class OneDNN:
    """The kernel for CPUs: one operation with weights in oneDNN's memory layout.

    The layout depends on the size of the feature maps. With the layout for another size oneDNN
    would reorder the weights at each call, which can take longer than the convolution.
    """

    def __init__(
        self, conv: nn.Conv2d, weight: Tensor, bias: Tensor | None, dtype: torch.dtype
    ) -> None:
        self._geometry = _geometry(conv)
        self._unordered_weight = weight.to(dtype).contiguous(memory_format=torch.channels_last)
        self._ordered_weight: tuple[torch.Size, Tensor] | None = None
        self.dtype = dtype
        self._bias = None if bias is None else bias.to(dtype)

    def __call__(
        self,
        x: Tensor,
        residual: Tensor | None = None,
        activation: str = "",
        overwrites: bool = False,
    ) -> Tensor:
        """`activation(conv(x) + residual)`."""
        scalars, name = ACTIVATIONS[activation], activation or "none"
        args = (self._weight(x), self._bias, *self._geometry)
        if residual is None:
            return onednn_convolve(x, *args, name, scalars, "")
        if residual.shape[2:] == (1, 1):  # torch 2.9 and older cannot fuse the addition
            y = onednn_convolve(x, *args, "none", [], "")
            return activate(y.add_(residual), activation)
        is_fused = activation in ("", "relu")
        sum_args: tuple[Any, ...] = (*args, "add", 1.0, (is_fused and activation) or None, [], None)
        if overwrites:
            y = onednn_convolve_and_add_in_place(residual, x, *sum_args)
        else:
            y = onednn_convolve_and_add(x, residual, *sum_args)
        return y if is_fused else activate(y, activation)

    def _weight(self, x: Tensor) -> Tensor:
        size = x.shape[1:]
        if self._ordered_weight is None or self._ordered_weight[0] != size:
            weight = onednn_ordered_weight(self._unordered_weight, *self._geometry, list(x.shape))
            self._ordered_weight = (size, weight)
        return self._ordered_weight[1]


class Cuda:
    """The kernel for NVIDIA GPUs, where memory access takes longer than the multiplications.

    cuDNN fuses the addition and ReLU into a convolution; depthwise ones become slower by this and
    are not fused. In bfloat16, a pixelwise convolution is a matrix product with a fused bias.
    """

    def __init__(
        self, conv: nn.Conv2d, weight: Tensor, bias: Tensor | None, dtype: torch.dtype
    ) -> None:
        self._geometry = _geometry(conv)
        padding, stride, _, groups = self._geometry
        self._weight = weight.to(dtype).contiguous(memory_format=torch.channels_last)
        self._bias = None if bias is None else bias.to(dtype)
        is_pixelwise = weight.shape[2:] == (1, 1) and (padding, stride) == ([0, 0], [1, 1])
        has_cudnn = weight.is_cuda and torch.version.cuda is not None  # AMD's has MIOpen
        self._fuses_relu = groups == 1 and has_cudnn
        self._is_product = groups == 1 and is_pixelwise and dtype == torch.bfloat16
        self.dtype = dtype

    def __call__(
        self,
        x: Tensor,
        residual: Tensor | None = None,
        activation: str = "",
        overwrites: bool = False,
    ) -> Tensor:
        """`activation(conv(x) + residual)`. It overwrites nothing."""
        padding, stride, dilation, groups = self._geometry
        geometry = (stride, padding, dilation, groups)
        if activation == "relu" and self._fuses_relu:
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
