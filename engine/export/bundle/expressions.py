"""Values and operations of a traced graph as Python source."""

import builtins
import json
import keyword
import math
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import fx
from torch.nn import functional

from engine.compat.torch import operator_name

_INFIX = {
    operator.add: "+", operator.sub: "-", operator.mul: "*", operator.truediv: "/",
    operator.floordiv: "//", operator.mod: "%", operator.pow: "**", operator.matmul: "@",
    operator.eq: "==", operator.ne: "!=", operator.lt: "<", operator.le: "<=",
    operator.gt: ">", operator.ge: ">=", operator.and_: "&", operator.or_: "|",
    operator.xor: "^",
}  # fmt: skip
_MODULES = ((functional, "functional"), (torch, "torch"), (math, "math"), (operator, "operator"))


class UnwritableError(Exception):
    """A layer, a function or a value cannot be written; its text names it."""


def literal(value: Any, names: Mapping[fx.Node, str] | None = None) -> str:
    """The source of a plain value; nodes in it by their names.

    Raises UnwritableError for an object of another kind.
    """
    if isinstance(value, fx.Node):
        return (names or {})[value]
    if isinstance(value, tuple | list):
        items = [literal(item, names) for item in value]
        if isinstance(value, list):
            return f"[{', '.join(items)}]"
        return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
    if isinstance(value, Mapping):
        pairs = [f"{literal(k, names)}: {literal(v, names)}" for k, v in value.items()]
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, slice):
        parts = (literal(part, names) for part in (value.start, value.stop, value.step))
        return f"slice({', '.join(parts)})"
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    if isinstance(value, torch.device):
        return f'torch.device("{value}")'
    if value is ...:
        return "..."
    if type(value) is str:
        return json.dumps(value)
    plain = (bool, int, float, complex, type(None))
    if type(value) in plain or isinstance(value, torch.dtype | torch.memory_format | torch.layout):
        return repr(value)
    raise UnwritableError(type(value).__qualname__)


def call(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    names: Mapping[fx.Node, str],
) -> str:
    """The source of a call of a function of torch or of Python."""
    if function in _INFIX and len(args) == 2 and not kwargs:
        left, right = (_operand(arg, names) for arg in args)
        return f"{left} {_INFIX[function]} {right}"
    if function is operator.neg:
        return f"-{_operand(args[0], names)}"
    if function is operator.getitem:
        return f"{literal(args[0], names)}[{_index(args[1], names)}]"
    if function is builtins.getattr and len(args) == 2:
        return f"{literal(args[0], names)}.{args[1]}"
    return f"{function_name(function)}({arguments(args, kwargs, names)})"


def arguments(
    args: tuple[Any, ...], kwargs: Mapping[str, Any], names: Mapping[fx.Node, str]
) -> str:
    """The source of the arguments of a call."""
    values = [literal(arg, names) for arg in args]
    return ", ".join([*values, *(f"{name}={literal(v, names)}" for name, v in kwargs.items())])


def function_name(function: Callable[..., Any]) -> str:
    """The name of a function that is reached from torch or the standard library alone.

    Raises UnwritableError for another one.
    """
    if name := operator_name(function):
        return name
    name = getattr(function, "__name__", "")
    for module, module_name in _MODULES:
        if name and getattr(module, name, None) is function:
            return f"{module_name}.{name}"
    if getattr(builtins, name, None) is function:
        return name
    for module, module_name in _MODULES[:2]:  # some are bound to another name than their own
        for other, value in vars(module).items():
            if value is function and not other.startswith("_"):
                return f"{module_name}.{other}"
    raise UnwritableError(f"{getattr(function, '__module__', '')}.{name}".strip("."))


def attribute(path: str) -> str:
    """`self.blocks[2].conv` for the path `blocks.2.conv`."""
    text = "self"
    for part in path.split("."):
        if part.isdigit():
            text += f"[{part}]"
        elif is_name(part):
            text += f".{part}"
        else:
            text += f"[{json.dumps(part)}]"
    return text


def is_name(text: str) -> bool:
    """Whether a text can be the name of an attribute or a variable."""
    return text.isidentifier() and not keyword.iskeyword(text)


def variable(text: str) -> str:
    """A text as the name of a variable."""
    name = re.sub(r"\W", "_", text)
    return name if is_name(name) else f"input_{name}"


def _operand(value: Any, names: Mapping[fx.Node, str]) -> str:
    text = literal(value, names)
    return f"({text})" if text.startswith("-") else text


def _index(value: Any, names: Mapping[fx.Node, str]) -> str:
    if isinstance(value, tuple) and value:
        items = [_index(item, names) for item in value]
        return ", ".join(items) + ("," if len(items) == 1 else "")
    if isinstance(value, slice):
        parts = ["" if p is None else literal(p, names) for p in (value.start, value.stop)]
        step = "" if value.step is None else f":{literal(value.step, names)}"
        return f"{parts[0]}:{parts[1]}{step}"
    return literal(value, names)
