"""A convolution fused with the batch-norm, addition and activation that follow it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn

from engine.fast.kernels import Kernel, activate, make_kernel


class Statistics(Protocol):
    """Mean and variance `(c,)` of batch-norm's inputs; `var` is the biased variance."""

    @property
    def mean(self) -> Tensor:
        """The mean."""
        ...

    @property
    def var(self) -> Tensor:
        """The variance."""
        ...


@dataclass(frozen=True)
class RunningStatistics:
    """The statistics that a batch-norm layer holds."""

    mean: Tensor
    var: Tensor


@dataclass(frozen=True)
class Convolution:
    """`activation(norm(conv(source)) + residual)`: names of values in, the name `output` out."""

    output: str
    source: str
    conv: nn.Conv2d
    norm: nn.BatchNorm2d | None = None
    residual: str | None = None
    activation: str = ""

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of its inputs."""
        return (self.source, self.residual) if self.residual else (self.source,)

    @property
    def work(self) -> int:
        """Multiplications per value of the output."""
        return self.conv.weight[0].numel()

    @property
    def widens(self) -> bool:
        """Whether it is pixelwise (1 x 1) with at least as many output as input channels."""
        conv = self.conv
        is_pixelwise = conv.kernel_size == (1, 1) == conv.stride and conv.groups == 1
        return is_pixelwise and conv.padding == (0, 0) and conv.in_channels <= conv.out_channels

    @property
    def narrows(self) -> bool:
        """Whether it is dense with at most as many output as input channels."""
        return self.conv.groups == 1 and self.conv.out_channels <= self.conv.in_channels

    @property
    def running_statistics(self) -> RunningStatistics | None:
        """The statistics of its batch-norm; None without one."""
        if self.norm is None:
            return None
        assert self.norm.running_mean is not None
        assert self.norm.running_var is not None
        return RunningStatistics(self.norm.running_mean, self.norm.running_var)

    def moments(self, chunks: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """Mean and variance `(c,)` of the output for `chunks` `(n, c, h, w)`, if it `widens`.

        They follow from the mean and the covariance of the input, which has fewer channels; both
        are taken about the mean of the first chunk, to lose no digits.
        """
        centre = _pixels(chunks[0]).mean(0)
        count, total = 0, torch.zeros(len(centre), dtype=torch.float64)
        square = torch.zeros(len(centre), len(centre), dtype=torch.float64)
        for chunk in chunks:
            pixels = _pixels(chunk) - centre
            count += len(pixels)
            total += pixels.sum(0)
            square += pixels.T @ pixels
        mean = total / count
        weight = self.conv.weight[:, :, 0, 0].to(chunks[0].dtype).double()
        shift = 0.0 if self.conv.bias is None else self.conv.bias.double()
        variance = ((weight @ (square / count - mean.outer(mean))) * weight).sum(1)
        return (weight @ (mean + centre) + shift).float(), variance.float()

    def unfolded(self, dtype: torch.dtype) -> Kernel:
        """The convolution without batch-norm."""
        return make_kernel(self.conv, self.conv.weight, self.conv.bias, dtype)

    def folded(self, statistics: Statistics | None, dtype: torch.dtype) -> Kernel:
        """The convolution with its batch-norm folded in, normalised by `statistics`."""
        return make_kernel(self.conv, *self.folded_weight(statistics), dtype)

    def folded_weight(self, statistics: Statistics | None) -> tuple[Tensor, Tensor | None]:
        """The weight and the bias `(c,)` with batch-norm folded in, normalised by `statistics`."""
        if self.norm is None or statistics is None:
            return self.conv.weight, self.conv.bias
        scale, shift = _affine(self.norm, statistics)
        if self.conv.bias is not None:
            shift = shift + self.conv.bias * scale
        return self.conv.weight * scale.view(-1, 1, 1, 1), shift

    def finish(self, y: Tensor, statistics: Statistics, residual: Tensor | None) -> Tensor:
        """Apply batch-norm, addition and activation to the output `y` `(n, c, h, w)`, in place."""
        assert self.norm is not None
        y = _normalised(y, self.norm, statistics)
        if residual is not None:
            y = y.add_(residual)
        return activate(y, self.activation)


def _pixels(x: Tensor) -> Tensor:
    """`(n h w, c)` of `(n, c, h, w)`, in float32."""
    return x.permute(0, 2, 3, 1).reshape(-1, x.shape[1]).float()


def _normalised(y: Tensor, norm: nn.BatchNorm2d, statistics: Statistics) -> Tensor:
    if y.dtype == torch.float32:
        scale, shift = (value.view(-1, 1, 1) for value in _affine(norm, statistics))
        return torch.addcmul(shift, y, scale, out=y)
    args = (norm.weight, norm.bias, statistics.mean, statistics.var)
    return torch.batch_norm(y, *args, False, 0.0, norm.eps, False)


def _affine(norm: nn.BatchNorm2d, statistics: Statistics) -> tuple[Tensor, Tensor]:
    """The scale and the shift of batch-norm, `(c,)` each."""
    scale = torch.rsqrt(statistics.var + norm.eps) * norm.weight
    return scale, norm.bias - statistics.mean * scale
