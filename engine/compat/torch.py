"""torch: oneDNN's and cuDNN's operations, what operations return, the class of all batch-norms.

The names of operations are bound once, here: a kernel calls torch itself, without anything between.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn.modules.batchnorm import _BatchNorm
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves as tree_leaves  # what is nested, however deep
from torch.utils._pytree import tree_map as tree_map

AnyBatchNorm = _BatchNorm
"""What every kind of batch-norm derives from."""

has_onednn: bool = torch.backends.mkldnn.is_available()
"""Whether this build of torch has the three operations below."""


def _missing(*_: Any) -> Tensor:
    raise RuntimeError("This build of torch has no oneDNN.")


onednn_convolve: Callable[..., Tensor] = _missing
"""`(x, weight, bias, padding, stride, dilation, groups, activation, its scalars, its method)`."""

onednn_convolve_and_add: Callable[..., Tensor] = _missing
"""As `onednn_convolve` with the summand after `x`; then `"add"`, its factor and the activation."""

onednn_ordered_weight: Callable[..., Tensor] = _missing
"""`(weight, padding, stride, dilation, groups, shape of x)`: the weight in oneDNN's own order."""

if has_onednn:
    onednn_convolve = torch.ops.mkldnn._convolution_pointwise.default
    onednn_convolve_and_add = torch.ops.mkldnn._convolution_pointwise.binary
    onednn_ordered_weight = torch.ops.mkldnn._reorder_convolution_weight

cudnn_convolve_relu: Callable[..., Tensor] = torch.cudnn_convolution_relu
"""`(x, weight, bias, stride, padding, dilation, groups)`."""

cudnn_convolve_add_relu: Callable[..., Tensor] = torch.cudnn_convolution_add_relu
"""`(x, weight, summand, its factor, bias, stride, padding, dilation, groups)`."""


def processor_has_bf16() -> bool:
    """Whether oneDNN computes in bfloat16 on this processor, and does not only imitate it."""
    return has_onednn and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


class ResultRecorder(TorchDispatchMode):
    """While it is entered, `seen` is called with every tensor that an operation returns."""

    def __init__(self, seen: Callable[[Tensor], None]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._seen = seen

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run an operation and show what it returns."""
        out = func(*args, **(kwargs or {}))
        for value in tree_leaves(out):
            if isinstance(value, Tensor):
                self._seen(value)
        return out
