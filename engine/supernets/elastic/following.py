"""One forward pass of a network, followed operator by operator.

An operator without a rule pins everything that it takes, so that a network is never wrong, only
less elastic.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from math import prod
from typing import Any

import torch
from torch import Tensor, nn

from engine.compat.torch import FunctionFollower, OperatorFollower
from engine.supernets.elastic import (
    joining,
    normalisation,
    products,
    rearranging,
    recurrence,
    views,
)
from engine.supernets.elastic.operators import elementwise
from engine.supernets.elastic.rules import RULES, united
from engine.supernets.elastic.tracing import (
    Call,
    Dims,
    Size,
    Trace,
    TracedCall,
    call_network,
    in_eval_mode,
    sizes_of,
    tensors_in,
    whole_numbers,
)

RULE_MODULES = (joining, normalisation, products, rearranging, recurrence, views)
"""Importing them registers their rules."""


def trace(model: nn.Module, inputs: Any) -> tuple[Trace, Any]:
    """The trace of one forward pass in eval mode, and the output.

    `inputs` is a tensor, a tuple of arguments or a mapping of arguments by name.
    """
    traced = Trace()
    traced.begin(model)
    output = _follow(in_eval_mode(model), inputs, traced)
    return traced, output


def executed_macs(model: nn.Module, inputs: Any) -> int:
    """The multiply-accumulates of all operators that a network runs in eval mode."""
    traced, _ = trace(model, inputs)
    return sum(
        product.factor * prod(dim if isinstance(dim, int) else len(dim) for dim in product.dims)
        for product in traced.products
    )


def trace_training(model: nn.Module, inputs: Any, traced: Trace) -> bool:
    """Unite in a trace what meets in training mode as well; whether other weights are used there.

    Some networks have outputs in training that they do not have otherwise.
    """
    used, weights = len(traced.layers), dict(model.named_parameters())
    with kept_buffers(model), torch.random.fork_rng():
        model.train()
        try:
            trace_also(model, inputs, traced)
        finally:
            model.eval()
    return any(name in weights for name in traced.layers[used:])


def trace_also(model: nn.Module, inputs: Any, traced: Trace) -> None:
    """Unite in a trace what meets in another pass, of which nothing else is noted."""
    calls, products, sums = traced.calls, list(traced.products), list(traced.sums)
    traced.calls = {}
    _follow(model, inputs, traced)
    traced.calls, traced.products, traced.sums = calls, products, sums


@contextmanager
def kept_buffers(model: nn.Module) -> Iterator[None]:
    """Restore the buffers at the end of the `with` block, such as statistics of batch-norm."""
    before = {name: buffer.clone() for name, buffer in model.named_buffers()}
    try:
        yield
    finally:
        with torch.no_grad():
            for name, buffer in model.named_buffers():
                buffer.copy_(before[name])


def _follow(model: nn.Module, inputs: Any, traced: Trace) -> Any:
    stack: list[str] = [""]
    modules = dict(model.named_modules())

    def on_operator(name: str, arguments: dict[str, Any], result: Any, is_pointwise: bool) -> None:
        numbers = whole_numbers(modules[stack[-1]])
        call = Call(name, arguments, result, tuple(stack), is_pointwise, numbers)
        traced.note_use(call.tensors)
        if name in ("add", "add_"):
            _note_sum(traced, call)
        apply_rule(traced, call)

    def on_function(
        name: str, arguments: Sequence[Any], keywords: dict[str, Any], output: Any
    ) -> None:
        if name in recurrence.FUNCTIONS:
            recurrence.note_sizes(traced, stack[-1], modules[stack[-1]])
        if name in _COUNTED_FUNCTIONS and isinstance(output, Tensor):  # as fvcore counts them
            x = arguments[0] if arguments else keywords["input"]
            weight = keywords.get("weight", arguments[3] if len(arguments) > 3 else None)
            each = 1 if name == "adaptive_avg_pool2d" else 4 if weight is None else 5
            dims = traced.dims(x)
            traced.count(Call(name, {}, output, tuple(stack)), each, sizes_of(x, dims))
            if name == "instance_norm" and dims[1] is not None:  # it may only warn of another size
                traced.sizes.append(Size(stack[-1], dims[1], True, "num_features"))

    names, follower = _module_names(model, stack, traced), OperatorFollower(on_operator)
    with names, torch.enable_grad(), FunctionFollower(on_function), follower:
        output = call_network(model, inputs)
    traced.note_arguments(tensors_in(output))
    traced.pin(tensors_in(output), "its size is that of the output")
    traced.forget_activations()
    return output


def _note_sum(traced: Trace, call: Call) -> None:
    """Note the operands of an addition of two tensors of one shape."""
    one, other = call["self"], call["other"]
    if isinstance(other, Tensor) and one.shape == other.shape and call.get("alpha", 1) == 1:
        traced.sums.append((one, other))


@contextmanager
def _module_names(model: nn.Module, stack: list[str], traced: Trace) -> Iterator[None]:
    """Keep the name of the module that runs on the stack, and note the calls of modules."""
    with ExitStack() as handles:
        for name, module in model.named_modules():

            def before(module: nn.Module, arguments: Any, keywords: Any, name: str = name) -> None:
                stack.append(name)
                _note_compared_sizes(traced, name, module, [*arguments, *keywords.values()])

            def after(
                _: nn.Module, arguments: Any, keywords: Any, output: Any, name: str = name
            ) -> None:
                stack.pop()
                traced.calls.setdefault(name, []).append(TracedCall(arguments, keywords, output))

            first = module.register_forward_pre_hook(before, with_kwargs=True)
            last = module.register_forward_hook(after, with_kwargs=True)
            handles.callback(first.remove)
            handles.callback(last.remove)
        yield


def _note_compared_sizes(
    traced: Trace, name: str, module: nn.Module, arguments: Sequence[Any]
) -> None:
    """Note the sizes of arguments that a module has as numbers: it may compare them."""
    numbers = set(whole_numbers(module).values())
    for tensor in (argument for argument in arguments if isinstance(argument, Tensor)):
        for labels in traced.dims(tensor):
            if labels is not None and len(labels) in numbers:
                traced.sizes.append(Size(name, labels, compared=True))


def apply_rule(traced: Trace, call: Call) -> None:
    """Find the labels of an operator's results."""
    results = call.output if isinstance(call.output, tuple | list) else [call.output]
    inputs = call.tensors
    traced.note_arguments(inputs)
    found = RULES.get(call.name) or RULES.get(call.name.removesuffix("_"))
    is_labelled = any(d is not None for tensor in inputs for d in traced.dims(tensor))
    if not is_labelled and not call.name.startswith(_COUNTED):
        return
    if found is None and call.is_pointwise:
        found = elementwise
    if found is None:
        traced.pin(inputs, f"DyNAS Studio does not know how it goes through {call.where}")
        return
    dims = found(traced, call)
    given = dims if _is_several(dims) else [dims]
    for tensor, labels in zip(results, given, strict=False):
        if isinstance(tensor, Tensor) and labels is not None:
            _note(traced, call, tensor, labels)  # type: ignore[arg-type]


_COUNTED_FUNCTIONS = ("adaptive_avg_pool2d", "instance_norm")  # several operators each
_COUNTED = (
    "convolution", "addmm", "mm", "bmm", "_grouped_mm", "baddbmm", "mv", "native_layer_norm",
    "native_group_norm", "_scaled_dot_product", "upsample_nearest2d", "upsample_bilinear2d",
    "mkldnn_rnn_layer", "grid_sampler", "zeros", "ones", "full", "empty", "new_", "expand",
)  # fmt: skip


def _is_several(dims: Dims | Sequence[Dims | None]) -> bool:
    return bool(dims) and any(isinstance(part, list) for part in dims)


def _note(traced: Trace, call: Call, tensor: Tensor, dims: Dims) -> None:
    """Note the labels of a result; a result that is an argument keeps those it has as well."""
    if any(tensor is argument for argument in call.tensors):
        dims = united(traced, [traced.dims(tensor), dims], tensor.shape, call)
    traced.set_dims(tensor, dims)
