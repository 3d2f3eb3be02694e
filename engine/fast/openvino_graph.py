"""The steps of a program as a graph of OpenVINO, with batch-norm folded into the convolutions."""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from ofa.utils import Hsigmoid, Hswish, MyGlobalAvgPool2d, SEModule
from torch import Tensor, fx, nn
from torch.nn import functional

from engine.compat.openvino import load_openvino
from engine.fast.convolution import Convolution
from engine.fast.pixel_scale import PixelScale
from engine.fast.program import Program, Step

_ACTIVATIONS: dict[Any, str] = {
    **dict.fromkeys((nn.ReLU, torch.relu, functional.relu, "relu"), "relu"),
    **dict.fromkeys((nn.ReLU6, functional.relu6), "hardtanh"),
    **dict.fromkeys((nn.Hardswish, Hswish, functional.hardswish), "hardswish"),
    **dict.fromkeys((nn.Hardsigmoid, Hsigmoid, functional.hardsigmoid), "hardsigmoid"),
    **dict.fromkeys((nn.Sigmoid, torch.sigmoid, functional.sigmoid, "sigmoid"), "sigmoid"),
    **dict.fromkeys((nn.SiLU, functional.silu), "silu"),
    **dict.fromkeys((nn.Identity, nn.Dropout, nn.Dropout2d), ""),
}
_SUMS = (operator.add, torch.add, "add")
_PRODUCTS = (operator.mul, torch.mul, "mul")
_MAPS = [2, 3]  # the dimensions of height and width

Node = Any
"""An output of a node in OpenVINO's graph."""

_Convert = Callable[["_Graph", Sequence[Node]], Node]


def split_program(program: Program) -> tuple[Program, Program] | None:
    """The steps that OpenVINO can run, and the rest, which has no convolution.

    The first part ends with a single value. None if OpenVINO cannot run every convolution.
    """
    alive, end = {program.source}, 0
    uses = program.uses
    for i, (step, unused) in enumerate(zip(program.steps, program.unused_values, strict=True)):
        if _conversion(step, uses) is None:
            break
        alive = (alive | {step.output}).difference(unused)
        if alive == {step.output}:
            end = i + 1
    first, rest = program.steps[:end], program.steps[end:]
    if not first or any(isinstance(step, Convolution) for step in rest):
        return None
    middle = first[-1].output
    return Program(first, program.source, middle), Program(rest, middle, program.result)


def build_model(program: Program, shape: Sequence[int], scale: PixelScale | None) -> Any:
    """The `openvino.Model` of the first part of `split_program`, in float32.

    Its inputs `(n, h, w, c)` of this `shape` are float32, or bytes with a `scale`. The folded
    statistics are those of the program's modules at this time.
    """
    graph, uses = _Graph(), program.uses
    source, images = graph.inputs(shape, scale)
    values: dict[str, Node] = {program.source: images}
    for step in program.steps:
        convert = _conversion(step, uses)
        assert convert is not None
        values[step.output] = convert(graph, [values[name] for name in step.inputs])
    return graph.model(source, values[program.result])


class _Graph:
    """Adds operations to a graph; each method returns the new node."""

    def __init__(self) -> None:
        self._openvino = load_openvino()
        self.ops = self._openvino.opset13

    def inputs(self, shape: Sequence[int], scale: PixelScale | None) -> tuple[Any, Node]:
        """The parameter, and its values as normalised maps `(n, c, h, w)`."""
        types = self._openvino.Type
        dtype = types.u8 if scale else types.f32
        source = images = self.ops.parameter(self._openvino.PartialShape(list(shape)), dtype)
        if scale:
            mean, std = (255 * np.array(v, dtype=np.float32) for v in (scale.mean, scale.std))
            images = self.ops.subtract(self.ops.convert(images, "f32"), self.ops.constant(mean))
            images = self.ops.multiply(images, self.ops.constant(1 / std))
        return source, self.ops.transpose(images, self.ops.constant([0, 3, 1, 2]))

    def model(self, source: Any, result: Node) -> Any:
        """The model from `source` to `result`."""
        return self._openvino.Model([self.ops.result(result)], [source], "network")

    def convolve(self, x: Node, conv: nn.Conv2d, weight: Tensor, bias: Tensor | None) -> Node:
        """A convolution with the geometry of `conv`."""
        padding: Any = list(conv.padding)
        geometry = (list(conv.stride), padding, padding, list(conv.dilation))
        if conv.groups == 1:
            y = self.ops.convolution(x, self._constant(weight), *geometry)
        else:
            grouped = weight.reshape(conv.groups, -1, *weight.shape[1:])
            y = self.ops.group_convolution(x, self._constant(grouped), *geometry)
        return y if bias is None else self.ops.add(y, self._constant(bias.view(1, -1, 1, 1)))

    def activate(self, x: Node, activation: str) -> Node:
        """An activation by the name that `Convolution` has for it, or `hardsigmoid` and so on."""
        names = {
            "relu": "relu",
            "hardswish": "hswish",
            "hardsigmoid": "hsigmoid",
            "sigmoid": "sigmoid",
            "silu": "swish",
        }
        if activation == "hardtanh":
            return self.ops.clamp(x, 0.0, 6.0)
        return getattr(self.ops, names[activation])(x) if activation else x

    def mean(self, x: Node, keep_dimensions: bool) -> Node:
        """The mean of each map."""
        return self.ops.reduce_mean(x, self.ops.constant(_MAPS), keep_dimensions)

    def _constant(self, tensor: Tensor) -> Node:
        return self.ops.constant(np.ascontiguousarray(tensor.detach().numpy()))


def _conversion(step: Step, uses: Mapping[str, int]) -> _Convert | None:
    """What adds a step to a graph, given its inputs; None for one that OpenVINO is not given."""
    if isinstance(step, Convolution):
        return lambda graph, inputs: _convolution(graph, step, inputs)
    node, module = step.node, step.module
    if _modifies_input(node, module) and any(uses[name] > 1 for name in step.inputs):
        return None
    if module is not None:
        return _module_conversion(module)
    target, arguments = node.target, [*node.args, *node.kwargs.values()]
    are_nodes = all(isinstance(argument, fx.Node) for argument in arguments)
    if target in _ACTIVATIONS and set(node.kwargs) <= {"inplace"} and len(step.inputs) == 1:
        return lambda graph, inputs: graph.activate(inputs[0], _ACTIVATIONS[target])
    if target in (*_SUMS, *_PRODUCTS) and are_nodes and len(step.inputs) == len(arguments):
        name = "add" if target in _SUMS else "multiply"
        return lambda graph, inputs: getattr(graph.ops, name)(*inputs)
    if target in ("mean", torch.mean) and (keep := _keeps_dimensions(node)) is not None:
        return lambda graph, inputs: graph.mean(inputs[0], keep)
    return None


def _modifies_input(node: fx.Node, module: nn.Module | None) -> bool:
    return bool(getattr(module, "inplace", False) or node.kwargs.get("inplace"))


def _convolution(graph: _Graph, step: Convolution, inputs: Sequence[Node]) -> Node:
    y = graph.convolve(inputs[0], step.conv, *step.folded_weight(step.running_statistics))
    if step.residual:
        y = graph.ops.add(y, inputs[1])
    return graph.activate(y, step.activation)


def _module_conversion(module: nn.Module) -> _Convert | None:
    if type(module) in _ACTIVATIONS:
        return lambda graph, inputs: graph.activate(inputs[0], _ACTIVATIONS[type(module)])
    if isinstance(module, SEModule):
        return lambda graph, inputs: _squeeze_and_excite(graph, module, inputs[0])
    if isinstance(module, MyGlobalAvgPool2d):
        return lambda graph, inputs: graph.mean(inputs[0], bool(module.keep_dim))
    if isinstance(module, nn.AdaptiveAvgPool2d) and module.output_size in (1, (1, 1)):
        return lambda graph, inputs: graph.mean(inputs[0], True)
    if isinstance(module, nn.MaxPool2d | nn.AvgPool2d):
        return _pool_conversion(module)
    return None


def _squeeze_and_excite(graph: _Graph, module: SEModule, x: Node) -> Node:
    reduce, expand = module.fc.reduce, module.fc.expand
    y = graph.mean(x, True)
    y = graph.activate(graph.convolve(y, reduce, reduce.weight, reduce.bias), "relu")
    y = graph.activate(graph.convolve(y, expand, expand.weight, expand.bias), "hardsigmoid")
    return graph.ops.multiply(x, y)


def _pool_conversion(module: nn.MaxPool2d | nn.AvgPool2d) -> _Convert | None:
    size, stride, padding = (
        [value, value] if isinstance(value, int) else list(value)
        for value in (module.kernel_size, module.stride, module.padding)
    )
    # Elsewhere torch and OpenVINO differ in how many windows they count.
    is_simple = not any(padding) and all(s <= k for s, k in zip(stride, size, strict=True))
    if module.ceil_mode and not is_simple:
        return None
    rounding = "ceil" if module.ceil_mode else "floor"
    if isinstance(module, nn.MaxPool2d):
        if module.return_indices:
            return None
        dilation = module.dilation
        dilations = [dilation, dilation] if isinstance(dilation, int) else list(dilation)
        return lambda graph, inputs: graph.ops.max_pool(
            inputs[0], stride, dilations, padding, padding, size, rounding
        ).output(0)
    if module.divisor_override is not None:
        return None
    # Without padding, a window that reaches over the edge counts only what is inside, as in torch.
    excludes = not module.count_include_pad or not any(padding)
    return lambda graph, inputs: graph.ops.avg_pool(
        inputs[0], stride, padding, padding, size, excludes, rounding
    )


def _keeps_dimensions(node: fx.Node) -> bool | None:
    """`keepdim` of a mean over height and width; None for another mean."""
    names = ("input", "dim", "keepdim")
    values: dict[str, Any] = dict(zip(names, node.args, strict=False)) | dict(node.kwargs)
    dimensions = values.pop("dim", None)
    keep = values.pop("keepdim", False)
    is_pair = isinstance(dimensions, list | tuple) and len(dimensions) == len(_MAPS)
    if set(values) != {"input"} or not is_pair or {d % 4 for d in dimensions} != set(_MAPS):
        return None
    return bool(keep)
