"""A network as a list of steps: fused convolutions and other operations."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from ofa.utils import Hsigmoid, Hswish, MyGlobalAvgPool2d, SEModule
from torch import Tensor, fx, nn

from engine.compat.torch import AnyBatchNorm
from engine.fast.convolution import Convolution

_METHODS = {"view": "reshape"}
"""What is called in place of a method: activations are channels last, which `view` cannot read."""
_OPERATIONS = ("call_module", "call_function", "call_method")
_LEAVES = (Hswish, Hsigmoid, SEModule, MyGlobalAvgPool2d)
_ACTIVATIONS: dict[type[nn.Module], str] = {
    nn.ReLU: "relu",
    nn.ReLU6: "hardtanh",
    nn.Hardswish: "hardswish",
    Hswish: "hardswish",
}


class _Tracer(fx.Tracer):
    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        """Whether `m` is one operation; those of `ofa` have fast equivalents here."""
        return isinstance(m, _LEAVES) or super().is_leaf_module(m, module_qualified_name)


@dataclass(frozen=True)
class Operation:
    """Any other operation: `run` takes the values by name.

    `node` is the operation in the traced graph, and `module` the layer that it calls, if any.
    """

    output: str
    inputs: tuple[str, ...]
    run: Callable[[Mapping[str, Any]], Any]
    node: fx.Node
    module: nn.Module | None


Step = Convolution | Operation


@dataclass(frozen=True)
class Program:
    """The steps from the value `source`, the inputs, to `result`."""

    steps: tuple[Step, ...]
    source: str
    result: str

    @property
    def convolutions(self) -> list[Convolution]:
        """The steps that are convolutions."""
        return [step for step in self.steps if isinstance(step, Convolution)]

    @property
    def uses(self) -> dict[str, int]:
        """The number of steps that read each value."""
        counts: dict[str, int] = {}
        for step in self.steps:
            for name in step.inputs:
                counts[name] = counts.get(name, 0) + 1
        return counts

    @property
    def unused_values(self) -> list[list[str]]:
        """For each step, the values that no later step reads."""
        last = {name: i for i, step in enumerate(self.steps) for name in step.inputs}
        return [[n for n, at in last.items() if at == i] for i in range(len(self.steps))]

    @property
    def overwriting_steps(self) -> frozenset[str]:
        """The outputs of convolutions that may take the memory of the shortcut that they add.

        The shortcut is then the output of another convolution, which no later step reads. Only
        convolutions read it: another operation may pass on its input.
        """
        outputs = {step.output for step in self.convolutions}
        passed_on = {
            name for step in self.steps if isinstance(step, Operation) for name in step.inputs
        }
        return frozenset(
            step.output
            for step, unused in zip(self.steps, self.unused_values, strict=True)
            if isinstance(step, Convolution)
            and step.residual != step.source
            and step.residual in outputs.intersection(unused) - passed_on
        )

    def parts(self) -> tuple["Program", ...]:
        """Consecutive programs with the same result that pass on a single small value each.

        This value is the output of a convolution that `narrows`, as at the end of a block of
        MobileNet, and only convolutions read it, which do not modify it.
        """
        read_names = {name for step in self.steps for name in step.inputs}
        modified_names = {
            name for step in self.steps if isinstance(step, Operation) for name in step.inputs
        }
        alive, parts, begin, source = {self.source}, list[Program](), 0, self.source
        for i, (step, unused) in enumerate(zip(self.steps, self.unused_values, strict=True)):
            alive = (alive | {step.output}).difference(unused)
            is_small = isinstance(step, Convolution) and step.narrows
            if is_small and alive == {step.output} & read_names - modified_names:
                parts.append(Program(self.steps[begin : i + 1], source, step.output))
                begin, source = i + 1, step.output
        return (*parts, Program(self.steps[begin:], source, self.result))


def trace(module: nn.Module) -> Program | None:
    """The program of a network in eval mode; None if it cannot be fused.

    That is a network with data-dependent control flow, with parameters outside its layers, with a
    batch-norm that follows no convolution, or with code that cannot run without numbers.
    """
    try:
        graph = _Tracer().trace(module)
    except Exception:  # noqa: BLE001 - the code of a network may fail in any way without numbers
        return None
    modules = dict(module.named_modules())
    *nodes, end = graph.nodes
    sources = [node for node in nodes if node.op not in _OPERATIONS]
    if not sources or any(node.op == "get_attr" for node in sources):
        return None
    (source, *others), result = sources, end.args[0]
    if others or not isinstance(result, fx.Node):
        return None
    fusion = _Fusion(modules)
    for node in nodes:
        if node.op in _OPERATIONS:
            fusion.add(node)
    steps = tuple(fusion.steps.values())
    norms = sum(isinstance(m, AnyBatchNorm) for m in module.modules())
    fused_norms = sum(isinstance(s, Convolution) and s.norm is not None for s in steps)
    return Program(steps, source.name, result.name) if norms == fused_norms else None


class _Fusion:
    """Builds the fused steps of a graph, by the name of their output, in topological order."""

    def __init__(self, modules: Mapping[str, nn.Module]) -> None:
        self._modules = modules
        self.steps: dict[str, Step] = {}

    def add(self, node: fx.Node) -> None:
        """Append a node of the graph, or merge it with the preceding convolution."""
        module = self._modules[str(node.target)] if node.op == "call_module" else None
        if isinstance(module, nn.Conv2d) and _is_supported(module):
            step = Convolution(node.name, _name(node.args[0]), module)
            self.steps[node.name] = step
        elif not self._merge(node, module):
            self.steps[node.name] = _operation(node, module)

    def _merge(self, node: fx.Node, module: nn.Module | None) -> bool:
        convolution = self._fusable_input(node)
        if convolution is None:
            return False
        changes: dict[str, Any]
        if isinstance(module, nn.BatchNorm2d):
            if (
                convolution.norm
                or convolution.residual
                or convolution.activation
                or not module.affine
            ):
                return False
            changes = {"norm": module}
        elif module is not None and type(module) in _ACTIVATIONS:
            if convolution.activation:
                return False
            changes = {"activation": _ACTIVATIONS[type(module)]}
        elif node.target in (operator.add, torch.add) and len(node.all_input_nodes) == 2:
            if convolution.residual or convolution.activation or node.kwargs:
                return False
            (other,) = [n.name for n in node.all_input_nodes if n.name != convolution.output]
            changes = {"residual": other}
        else:
            return False
        del self.steps[convolution.output]
        self.steps[node.name] = Convolution(**{**vars(convolution), **changes, "output": node.name})
        return True

    def _fusable_input(self, node: fx.Node) -> Convolution | None:
        """The last convolution among the inputs of `node` whose output only `node` reads."""
        order = list(self.steps)
        inputs = sorted(
            (n for n in node.all_input_nodes if n.name in self.steps),
            key=lambda n: order.index(n.name),
        )
        for candidate in reversed(inputs):
            step = self.steps[candidate.name]
            if isinstance(step, Convolution) and len(candidate.users) == 1:
                return step
        return None


def _is_supported(conv: nn.Conv2d) -> bool:
    return conv.padding_mode == "zeros" and not isinstance(conv.padding, str)


def _name(argument: Any) -> str:
    assert isinstance(argument, fx.Node)
    return argument.name


def _operation(node: fx.Node, module: nn.Module | None) -> Operation:
    inputs = tuple(n.name for n in node.all_input_nodes)
    fast_equivalent = _fast_equivalent(module, node)
    if fast_equivalent is not None:
        return Operation(
            node.name, inputs, lambda values: fast_equivalent(values[inputs[0]]), node, module
        )

    def run(values: Mapping[str, Any]) -> Any:
        args = fx.node.map_arg(node.args, lambda n: values[n.name])
        kwargs = fx.node.map_arg(node.kwargs, lambda n: values[n.name])
        if module is not None:
            return module(*args, **kwargs)
        if node.op == "call_method":
            return getattr(args[0], _METHODS.get(str(node.target), str(node.target)))(
                *args[1:], **kwargs
            )
        target: Any = node.target
        return target(*args, **kwargs)

    return Operation(node.name, inputs, run, node, module)


def _fast_equivalent(module: nn.Module | None, node: fx.Node) -> Callable[[Tensor], Tensor] | None:
    """A fast equivalent of a module with one input, if there is one."""
    if isinstance(module, SEModule):
        return SqueezeExcite(module, is_only_reader=len(node.all_input_nodes[0].users) == 1)
    if isinstance(module, MyGlobalAvgPool2d):
        keep = bool(module.keep_dim)
        return lambda x: x.mean((2, 3), keepdim=keep)
    if isinstance(module, nn.Linear):
        linear = module  # in float32 always: rounded logits would tie
        return lambda x: nn.functional.linear(x.float(), linear.weight, linear.bias)
    return None


class SqueezeExcite:
    """`ofa`'s `SEModule` with matrix products; works in place if it is the only reader."""

    def __init__(self, module: SEModule, is_only_reader: bool) -> None:
        self._modifies_input = is_only_reader
        self._reduce, self._expand = module.fc.reduce, module.fc.expand

    def __call__(self, x: Tensor) -> Tensor:
        """`(n, c, h, w)` scaled by channel."""
        y = x.mean((2, 3), dtype=torch.float32)
        y = torch.relu_(_pixelwise(self._reduce, y))
        y = nn.functional.hardsigmoid(_pixelwise(self._expand, y), inplace=True)
        scale = y.to(x.dtype)[:, :, None, None]
        return x.mul_(scale) if self._modifies_input else x * scale


def _pixelwise(conv: nn.Conv2d, x: Tensor) -> Tensor:
    return nn.functional.linear(x, conv.weight[:, :, 0, 0], conv.bias)
