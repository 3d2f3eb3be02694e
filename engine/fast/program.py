"""A network as a list of steps, each a convolution with what follows it or another operation."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from ofa.utils import Hsigmoid, Hswish, MyGlobalAvgPool2d, SEModule
from torch import Tensor, fx, nn

from engine.compat.torch import AnyBatchNorm
from engine.fast.convolution import Convolution

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
        """Whether `m` is one operation; those of `ofa` have faster equals here."""
        return isinstance(m, _LEAVES) or super().is_leaf_module(m, module_qualified_name)


@dataclass(frozen=True)
class Operation:
    """Any other operation: `run` takes the values by name."""

    output: str
    inputs: tuple[str, ...]
    run: Callable[[Mapping[str, Any]], Any]


Step = Convolution | Operation


@dataclass(frozen=True)
class Program:
    """The steps from the value `source`, the inputs, to `result`."""

    steps: tuple[Step, ...]
    source: str
    result: str

    @property
    def convolutions(self) -> list[Convolution]:
        """Those of the steps that are."""
        return [step for step in self.steps if isinstance(step, Convolution)]

    @property
    def uses(self) -> dict[str, int]:
        """How many steps need each value."""
        counts: dict[str, int] = {}
        for step in self.steps:
            for name in step.inputs:
                counts[name] = counts.get(name, 0) + 1
        return counts

    @property
    def dropped(self) -> list[list[str]]:
        """For each step the values that no later one needs."""
        last = {name: i for i, step in enumerate(self.steps) for name in step.inputs}
        return [[n for n, at in last.items() if at == i] for i in range(len(self.steps))]

    def parts(self) -> tuple["Program", ...]:
        """Programs that do the same one after the other, handing on one small value each.

        That value is the output of a convolution that `narrows`, as behind a block of MobileNet,
        and only convolutions read it: they leave it as it is.
        """
        read = {name for step in self.steps for name in step.inputs}
        changed = {
            name for step in self.steps if isinstance(step, Operation) for name in step.inputs
        }
        alive, parts, begin, source = {self.source}, list[Program](), 0, self.source
        for i, (step, dropped) in enumerate(zip(self.steps, self.dropped, strict=True)):
            alive = (alive | {step.output}).difference(dropped)
            small = isinstance(step, Convolution) and step.narrows
            if small and alive == {step.output} & read - changed:
                parts.append(Program(self.steps[begin : i + 1], source, step.output))
                begin, source = i + 1, step.output
        return (*parts, Program(self.steps[begin:], source, self.result))


def trace(module: nn.Module) -> Program | None:
    """The program of a network in eval mode; None if it is of a kind that cannot be fused.

    That is one whose flow depends on its data, has parameters outside its layers, or a batch-norm
    that follows no convolution.
    """
    try:
        graph = _Tracer().trace(module)
    except (fx.proxy.TraceError, TypeError, RuntimeError):
        return None
    modules = dict(module.named_modules())
    *nodes, end = graph.nodes
    sources = [node for node in nodes if node.op not in _OPERATIONS]
    if not sources or any(node.op == "get_attr" for node in sources):
        return None
    (source, *others), result = sources, end.args[0]
    if others or not isinstance(result, fx.Node):
        return None
    fused = _Fusion(modules)
    for node in nodes:
        if node.op in _OPERATIONS:
            fused.take(node)
    steps = tuple(fused.steps.values())
    norms = sum(isinstance(m, AnyBatchNorm) for m in module.modules())
    folded = sum(isinstance(s, Convolution) and s.norm is not None for s in steps)
    return Program(steps, source.name, result.name) if norms == folded else None


class _Fusion:
    """Steps by the name of their output, in an order in which they can be run."""

    def __init__(self, modules: Mapping[str, nn.Module]) -> None:
        self._modules = modules
        self.steps: dict[str, Step] = {}

    def take(self, node: fx.Node) -> None:
        """Append a node of the graph, or merge it with the convolution that it follows."""
        module = self._modules[str(node.target)] if node.op == "call_module" else None
        if isinstance(module, nn.Conv2d) and _fits(module):
            step = Convolution(node.name, _name(node.args[0]), module)
            self.steps[node.name] = step
        elif not self._merge(node, module):
            self.steps[node.name] = _operation(node, module)

    def _merge(self, node: fx.Node, module: nn.Module | None) -> bool:
        before = self._alone(node)
        if before is None:
            return False
        changed: dict[str, Any]
        if isinstance(module, nn.BatchNorm2d):
            if before.norm or before.residual or before.activation or not module.affine:
                return False
            changed = {"norm": module}
        elif module is not None and type(module) in _ACTIVATIONS:
            if before.activation:
                return False
            changed = {"activation": _ACTIVATIONS[type(module)]}
        elif node.target in (operator.add, torch.add) and len(node.all_input_nodes) == 2:
            if before.residual or before.activation or node.kwargs:
                return False
            (other,) = [n.name for n in node.all_input_nodes if n.name != before.output]
            changed = {"residual": other}
        else:
            return False
        del self.steps[before.output]
        self.steps[node.name] = Convolution(**{**vars(before), **changed, "output": node.name})
        return True

    def _alone(self, node: fx.Node) -> Convolution | None:
        """The latest convolution among the inputs of `node`, if nothing else needs its output."""
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


def _fits(conv: nn.Conv2d) -> bool:
    return conv.padding_mode == "zeros" and not isinstance(conv.padding, str)


def _name(argument: Any) -> str:
    assert isinstance(argument, fx.Node)
    return argument.name


def _operation(node: fx.Node, module: nn.Module | None) -> Operation:
    inputs = tuple(n.name for n in node.all_input_nodes)
    simple = _simple(module, node)
    if simple is not None:
        return Operation(node.name, inputs, lambda values: simple(values[inputs[0]]))

    def run(values: Mapping[str, Any]) -> Any:
        args = fx.node.map_arg(node.args, lambda n: values[n.name])
        kwargs = fx.node.map_arg(node.kwargs, lambda n: values[n.name])
        if module is not None:
            return module(*args, **kwargs)
        if node.op == "call_method":
            return getattr(args[0], str(node.target))(*args[1:], **kwargs)
        target: Any = node.target
        return target(*args, **kwargs)

    return Operation(node.name, inputs, run)


def _simple(module: nn.Module | None, node: fx.Node) -> Callable[[Tensor], Tensor] | None:
    """The faster equal of a module with one input, if there is one."""
    if isinstance(module, SEModule):
        return SqueezeExcite(module, alone=len(node.all_input_nodes[0].users) == 1)
    if isinstance(module, MyGlobalAvgPool2d):
        keep = bool(module.keep_dim)
        return lambda x: x.mean((2, 3), keepdim=keep)
    if isinstance(module, nn.Linear):
        linear = module  # in float32 always: rounded logits would tie
        return lambda x: nn.functional.linear(x.float(), linear.weight, linear.bias)
    return None


class SqueezeExcite:
    """`ofa`'s `SEModule` with matrix products; changes its input where nothing else needs it."""

    def __init__(self, module: SEModule, alone: bool) -> None:
        self._alone = alone
        self._reduce, self._expand = module.fc.reduce, module.fc.expand

    def __call__(self, x: Tensor) -> Tensor:
        """`(n, c, h, w)` scaled by channel."""
        y = x.mean((2, 3), dtype=torch.float32)
        y = torch.relu_(_matrix(self._reduce, y))
        y = nn.functional.hardsigmoid(_matrix(self._expand, y), inplace=True)
        scale = y.to(x.dtype)[:, :, None, None]
        return x.mul_(scale) if self._alone else x * scale


def _matrix(conv: nn.Conv2d, x: Tensor) -> Tensor:
    return nn.functional.linear(x, conv.weight[:, :, 0, 0], conv.bias)
