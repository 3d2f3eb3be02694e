"""torch: operations of oneDNN and cuDNN, their results, base classes, compiled networks, exports.

The operations are bound directly to names, so that kernels call torch without a wrapper.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor
from torch.nn.modules.batchnorm import _BatchNorm, _NormBase
from torch.nn.modules.conv import _ConvNd
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves as tree_leaves
from torch.utils._pytree import tree_map as tree_map
from torch.utils._pytree import tree_unflatten as tree_unflatten

AnyBatchNorm = _BatchNorm
"""The base class of all batch-norm layers."""

AnyChannelNorm = _NormBase
"""The base class of batch-norm and instance-norm layers."""

AnyConvolution = _ConvNd
"""The base class of all convolutions."""

COMPILED = "_orig_mod"
"""The attribute of a compiled network that is the network itself."""

has_onednn: bool = torch.backends.mkldnn.is_available()
"""Whether this build of torch has the operations below."""


def _raise_unavailable(*_: Any) -> Tensor:
    raise RuntimeError("This build of torch has no oneDNN.")


onednn_convolve: Callable[..., Tensor] = _raise_unavailable
"""`(x, weight, bias, padding, stride, dilation, groups, activation, its scalars, its method)`."""

onednn_convolve_and_add: Callable[..., Tensor] = _raise_unavailable
"""As `onednn_convolve` with the summand after `x`; then `"add"`, its factor and the activation."""

onednn_convolve_and_add_in_place: Callable[..., Tensor] = _raise_unavailable
"""As `onednn_convolve_and_add` with the summand before `x`, which receives the result."""

onednn_ordered_weight: Callable[..., Tensor] = _raise_unavailable
"""`(weight, padding, stride, dilation, groups, shape of x)`: the weight in oneDNN's own order."""

if has_onednn:
    onednn_convolve = torch.ops.mkldnn._convolution_pointwise.default
    onednn_convolve_and_add = torch.ops.mkldnn._convolution_pointwise.binary
    onednn_convolve_and_add_in_place = torch.ops.mkldnn._convolution_pointwise_.binary
    onednn_ordered_weight = torch.ops.mkldnn._reorder_convolution_weight

cudnn_convolve_relu: Callable[..., Tensor] = torch.cudnn_convolution_relu
"""`(x, weight, bias, stride, padding, dilation, groups)`."""

cudnn_convolve_add_relu: Callable[..., Tensor] = torch.cudnn_convolution_add_relu
"""`(x, weight, summand, its factor, bias, stride, padding, dilation, groups)`."""


def processor_has_bf16() -> bool:
    """Whether oneDNN computes in bfloat16 natively on this processor, without emulation."""
    return has_onednn and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


class ResultRecorder(TorchDispatchMode):
    """Inside the `with` block, calls `on_result` with every tensor that an operation returns."""

    def __init__(self, on_result: Callable[[Tensor], None]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._on_result = on_result

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run an operation and pass its results to `on_result`."""
        out = func(*args, **(kwargs or {}))
        for value in tree_leaves(out):
            if isinstance(value, Tensor):
                self._on_result(value)
        return out


OnOperator = Callable[[str, dict[str, Any], Any, bool], None]
"""Called with an operator's name, its arguments by name, its result, and whether it is pointwise.

A pointwise operator computes each entry of its result from the entries at the same place.
"""


class OperatorFollower(TorchDispatchMode):
    """Inside the `with` block, calls `on_operator` after every operator."""

    def __init__(self, on_operator: OnOperator) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._on_operator = on_operator

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run an operator and report it."""
        out = func(*args, **(kwargs or {}))
        arguments = {
            argument.name: args[position]
            if position < len(args)
            else (kwargs or {}).get(argument.name, argument.default_value)
            for position, argument in enumerate(func._schema.arguments)
        }
        name = func._schema.name.rpartition("::")[2]
        self._on_operator(name, arguments, out, torch.Tag.pointwise in func.tags)
        return out


class FunctionFollower(TorchFunctionMode):
    """Inside the `with` block, calls `on_function` with each function of torch that is called.

    It receives the function's name, the positional arguments, those by name, and the result.
    """

    def __init__(
        self, on_function: Callable[[str, Sequence[Any], dict[str, Any], Any], None]
    ) -> None:
        super().__init__()
        self._on_function = on_function

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run a function and report it."""
        out = func(*args, **(kwargs or {}))
        self._on_function(getattr(func, "__name__", ""), args, kwargs or {}, out)
        return out


def operator_name(function: Any) -> str:
    """The name of an operator of torch's own library, such as `torch.ops.aten.add.Tensor`.

    It is empty for any other function, and for an operator of another library.
    """
    if isinstance(function, torch._ops.OpOverload) and function.namespace in _OWN_LIBRARIES:
        return f"torch.ops.{function}"
    return ""


_OWN_LIBRARIES = ("aten", "prims", "prim")


def has_hooks(module: torch.nn.Module) -> bool:
    """Whether other code runs before or after the forward pass of a module."""
    return bool(module._forward_hooks or module._forward_pre_hooks)


def tensor_tables(module: torch.nn.Module) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parameters and the buffers of a module by name, as it looks them up when it runs."""
    return module._parameters, module._buffers


@contextmanager
def without_export_log() -> Iterator[None]:
    """Inside the block, the ONNX exporter by tracing does not print the graph where it fails.

    It prints even if it is called with `verbose=False`, and hundreds of kilobytes.
    """
    with ExitStack() as stack:
        if hasattr(torch._C, "_jit_onnx_log"):
            stack.enter_context(patch.object(torch._C, "_jit_onnx_log", lambda *_: None))
        yield
