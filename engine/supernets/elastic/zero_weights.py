"""What modules compute where their weights are zero: those that keep their input can be skipped."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrize import ParametrizationList

from engine.supernets.elastic.exchange import exchanged, tensor_places
from engine.supernets.elastic.skipped_block import first_input
from engine.supernets.elastic.tracing import TracedCall

Way = Literal["whole", "added", "normalised"]
"""How a module keeps its input: by itself, by what the network adds to it, or but for norms."""

_CLOSE = 1e-5  # activations of a network with new weights can be tiny
_CLOSE_NORMS = 1e-3  # norms add a small number to the variance
_LENGTH, _DIRECTION = "weight_g", "weight_v"  # of torch's older weight norm


def keeps_its_input(module: nn.Module, call: TracedCall, way: Way = "whole") -> bool:
    """Whether the output of a call would be its input if all weights were zero.

    Where it is `added` to the input by the network, it is zero then. Where it is `normalised`, it
    is the input if that is normalised and the scales of norms are one.
    """
    x, y = first_input(call.inputs, call.keywords), first_output(call.output)
    if x is None or y is None or x.shape != y.shape or not x.is_floating_point() or not x.numel():
        return False
    inputs, keywords = call.inputs, call.keywords
    if not bool(x.amax() > x.amin()):  # such as zeros, which many modules keep
        x = torch.rand(x.shape, generator=torch.Generator().manual_seed(0)).to(x)
        inputs, keywords = _with_first(inputs, keywords, x)
    if way != "normalised":
        return _is_kept(module, inputs, keywords, x, way)
    dims = {-1, 1} if x.dim() > 1 and x.shape[1] > 1 else {-1}  # features, or channels of images
    for dim in sorted(dims):
        normalised = _normalised(x.detach(), dim)
        if _is_kept(module, *_with_first(inputs, keywords, normalised), normalised, way):
            return True
    return False


def first_output(output: Any) -> Tensor | None:
    """The output of a module, or the first of several; None for none."""
    if isinstance(output, tuple) and output:
        output = output[0]
    return output if isinstance(output, Tensor) else None


def outputs_of(call: TracedCall) -> int:
    """The length of the tuple that a call returns; 0 for a tensor."""
    return len(call.output) if isinstance(call.output, tuple) else 0


def passed_arguments(call: TracedCall) -> tuple[int, ...]:
    """The positions of the arguments that a call returns after its first output; -1 for others.

    Empty where there are none, as for a block whose other outputs are lost when it is skipped.
    """
    arguments = [*call.inputs, *call.keywords.values()]
    others = call.output[1:] if isinstance(call.output, tuple) else ()
    found = tuple(
        next((place for place, value in enumerate(arguments) if _is_same(value, output)), -1)
        for output in others
    )
    return found if any(place >= 0 for place in found) else ()


def _is_same(value: Any, output: Any) -> bool:
    """Whether an output is an argument: the same object, or equal numbers."""
    if output is None or isinstance(output, bool):
        return False
    numbers = isinstance(output, int) or (
        isinstance(output, tuple | list) and bool(output) and all(type(v) is int for v in output)
    )
    return value is output or (numbers and type(value) is type(output) and value == output)


def has_products(module: nn.Module) -> bool:
    """Whether a module has matrices or kernels, and not numbers for each channel only."""
    return any(parameter.dim() > 1 for parameter in module.parameters())


def _is_kept(
    module: nn.Module, inputs: tuple[Any, ...], keywords: Mapping[str, Any], x: Tensor, way: Way
) -> bool:
    tensors = _zeros(module)
    if way == "normalised":
        tensors |= {name: torch.ones_like(scale) for name, scale in _norm_scales(module)}
    for arguments in (keywords, _without_state(keywords)):
        try:
            with (
                torch.no_grad(),
                _parametrised_as_zero(module),
                exchanged(tensor_places(module), tensors),
            ):
                output = first_output(module(*inputs, **arguments))
        except Exception:  # noqa: BLE001 - code of users fails in any way: then the block stays
            continue
        if output is None or output.shape != x.shape:
            return False
        close = _CLOSE_NORMS if way == "normalised" else _CLOSE
        return _are_close(output + x if way == "added" else output, x, close)
    return False


def _zeros(module: nn.Module) -> dict[str, Tensor]:
    """Zeros for parameters and means, but for what weight norm divides by its length."""
    parameters = dict(module.named_parameters())
    zeros = {
        name: torch.zeros_like(parameter)
        for name, parameter in parameters.items()
        if not (
            name.endswith(_DIRECTION) and f"{name.removesuffix(_DIRECTION)}{_LENGTH}" in parameters
        )
    }
    buffers = module.named_buffers()
    means = {name: buffer for name, buffer in buffers if name.endswith("running_mean")}
    return zeros | {name: torch.zeros_like(buffer) for name, buffer in means.items()}


def _norm_scales(module: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """The weights of modules that have no matrices, with their names."""
    for name, part in module.named_modules():
        weight = getattr(part, "weight", None)
        if isinstance(weight, Tensor) and not has_products(part):
            yield f"{name}.weight" if name else "weight", weight


@contextmanager
def _parametrised_as_zero(module: nn.Module) -> Iterator[None]:
    """Inside the `with` block, weights that are computed of others, as by weight norm, are zero."""
    lists = [part for part in module.modules() if isinstance(part, ParametrizationList)]
    for part in lists:
        vars(part)["forward"] = partial(_zero, type(part).forward, part)
    try:
        yield
    finally:
        for part in lists:
            del vars(part)["forward"]


def _zero(forward: Any, part: nn.Module) -> Tensor:
    return torch.zeros_like(forward(part))


def _normalised(x: Tensor, dim: int) -> Tensor:
    variance, mean = torch.var_mean(x, dim, unbiased=False, keepdim=True)
    return (x - mean) * (variance + torch.finfo(x.dtype).tiny).rsqrt()


def _without_state(keywords: Mapping[str, Any]) -> Mapping[str, Any]:
    """Arguments without objects that a call may have changed, such as a cache of keys."""
    plain = (Tensor, bool, int, float, str, tuple, list)
    return {name: v if isinstance(v, plain) else None for name, v in keywords.items()}


def _are_close(output: Tensor, x: Tensor, close: float) -> bool:
    """Whether two tensors are equal, measured by the largest number; not if all are zero."""
    output, x = output.detach(), x.detach()
    largest = float(x.abs().max())
    return largest > 0 and float((output - x).abs().max()) <= close * largest


def _with_first(
    inputs: tuple[Any, ...], keywords: Mapping[str, Any], x: Tensor
) -> tuple[tuple[Any, ...], Mapping[str, Any]]:
    """The arguments of a call with another first tensor."""
    for position, value in enumerate(inputs):
        if isinstance(value, Tensor):
            return (*inputs[:position], x, *inputs[position + 1 :]), keywords
    name = next(name for name, value in keywords.items() if isinstance(value, Tensor))
    return inputs, {**keywords, name: x}
