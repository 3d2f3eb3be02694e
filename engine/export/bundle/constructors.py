"""Layers of torch.nn as the source of their constructors, such as `nn.Conv2d(16, 64, 1)`."""

import inspect
from collections.abc import Mapping
from typing import Any

import torch
from ofa.utils import Hsigmoid, Hswish
from torch import Tensor, nn

from engine.compat.torch import has_hooks
from engine.export.bundle.expressions import UnwritableError, literal

_NOT_WRITTEN = ("self", "device", "dtype")
_POSITIONAL = (
    "in_channels", "out_channels", "kernel_size", "in_features", "out_features", "num_features",
    "num_embeddings", "embedding_dim", "input_size", "hidden_size", "embed_dim", "num_heads",
    "normalized_shape", "num_groups", "num_channels", "output_size", "padding", "p", "dim",
)  # fmt: skip
"""Arguments that are written without their names, where they come first."""
_SAME_FOR_ALL_AXES = (
    "kernel_size", "stride", "padding", "dilation", "output_padding", "output_size"
)  # fmt: skip
"""Arguments that are one number where they are the same for all axes."""
_ALWAYS_WRITTEN = ("p", "dim")
_PLAIN = (bool, int, float, str, type(None))


def constructor(layer: nn.Module) -> str:
    """The expression that makes a layer of the same type, settings and shapes.

    Raises UnwritableError for a layer that is not exactly of a type of `torch.nn`, or whose
    constructor does not follow from its attributes.
    """
    kind = type(layer)
    if kind in _EQUIVALENTS and not has_hooks(layer):
        return f"nn.{_EQUIVALENTS[kind]}({'inplace=True' if layer.inplace else ''})"
    if getattr(nn, kind.__name__, None) is not kind or "forward" in vars(layer) or has_hooks(layer):
        raise UnwritableError(kind.__qualname__)
    arguments = {
        name: value
        for name, parameter in _parameters(kind).items()
        if (value := _argument(layer, name, parameter)) is not parameter.empty
    }
    if "output_size" in arguments and not _makes(layer, arguments):  # some take no single number
        arguments["output_size"] = getattr(layer, "output_size", None)
    if not _makes(layer, arguments):
        raise UnwritableError(kind.__qualname__)
    for name in list(arguments):  # such as a stride that follows from the kernel size
        others = {other: value for other, value in arguments.items() if other != name}
        if name not in _ALWAYS_WRITTEN and _makes(layer, others):
            arguments = others
    texts = []
    is_positional = True
    for (name, value), expected in zip(arguments.items(), _parameters(kind), strict=False):
        is_positional = is_positional and name == expected and name in _POSITIONAL
        texts.append(literal(value) if is_positional else f"{name}={literal(value)}")
    return f"nn.{kind.__name__}({', '.join(texts)})"


_EQUIVALENTS: dict[type[nn.Module], str] = {Hswish: "Hardswish", Hsigmoid: "Hardsigmoid"}
"""Layers of `ofa` that compute the same as one of torch.nn."""


def _parameters(kind: type[nn.Module]) -> dict[str, inspect.Parameter]:
    """The arguments of a constructor; those of a base class where it takes any."""
    parameters: dict[str, inspect.Parameter] = {}
    for base in kind.__mro__:
        if "__init__" not in vars(base) or base is nn.Module:
            continue
        own = inspect.signature(vars(base)["__init__"]).parameters.values()
        for parameter in own:
            is_any = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
            if not is_any and parameter.name not in _NOT_WRITTEN:
                parameters.setdefault(parameter.name, parameter)
        if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in own):
            break
    if issubclass(kind, nn.RNNBase) and kind is not nn.RNNBase:
        parameters.pop("mode", None)
    if issubclass(kind, nn.RNN):
        parameters["nonlinearity"] = inspect.Parameter(
            "nonlinearity", inspect.Parameter.KEYWORD_ONLY, default="tanh"
        )
    return parameters


def _argument(layer: nn.Module, name: str, parameter: inspect.Parameter) -> Any:
    """The value of an argument; `empty` for the default and for one without an attribute."""
    value = getattr(layer, _ATTRIBUTES.get((type(layer), name), name), parameter.empty)
    if name.startswith("_") or value is parameter.empty:
        return parameter.empty
    if isinstance(value, Tensor):
        value = True
    elif value is None and name in ("bias", "add_bias_kv"):
        value = False
    if name in _SAME_FOR_ALL_AXES and isinstance(value, tuple) and len(set(value)) == 1:
        value = value[0]
    return parameter.empty if _equal(value, parameter.default) else value


_ATTRIBUTES: dict[tuple[type[nn.Module], str], str] = {
    (nn.MultiheadAttention, "bias"): "in_proj_bias",
    (nn.MultiheadAttention, "add_bias_kv"): "bias_k",
}
"""Arguments that are stored under another name."""


def _equal(value: Any, default: Any) -> bool:
    return type(value) is type(default) and value == default


def _makes(layer: nn.Module, arguments: Mapping[str, Any]) -> bool:
    """Whether the constructor makes a layer like this one of these arguments."""
    try:
        with torch.device("meta"):
            return _is_alike(layer, type(layer)(**arguments))
    except Exception:  # noqa: BLE001 - a constructor refuses arguments with any kind of error
        return False


def _is_alike(layer: nn.Module, rebuilt: nn.Module) -> bool:
    """Whether both have tensors of the same names and shapes, and the same plain attributes."""
    tensors = [{n: t.shape for n, t in m.state_dict().items()} for m in (layer, rebuilt)]
    plain = [
        {
            name: value
            for name, value in vars(module).items()
            if isinstance(value, (*_PLAIN, tuple)) and name != "training"
        }
        for module in (layer, rebuilt)
    ]
    return tensors[0] == tensors[1] and plain[0] == plain[1]
