"""Networks as plain PyTorch source, which needs torch alone, and their tensors."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

import torch
from torch import Tensor, nn

from engine.compat.torch import tree_leaves, tree_map
from engine.errors import EvaluationError
from engine.export.bundle.exported_operators import exported_operators
from engine.export.bundle.expressions import UnwritableError
from engine.export.bundle.network_parts import NetworkParts
from engine.export.bundle.traced_layers import traced_layers
from engine.quoting import error_text
from engine.tasks.base import Inputs
from engine.tasks.inputs import call_network

_DTYPES = {
    "F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16,
    "I64": torch.int64, "I32": torch.int32, "I16": torch.int16, "I8": torch.int8,
    "U8": torch.uint8, "BOOL": torch.bool,
}  # fmt: skip
_TOLERANCE = 1e-4  # of outputs, absolute and relative
_ONE_SIZE = "torch.export finds that it takes batches of one size only"
_INDENT = "    "


@dataclass(frozen=True)
class NetworkCode:
    """`source` defines `load(weights)`; `tensors` are the content of its safetensors file.

    The tensors are contiguous, on the CPU, and share no memory.
    """

    source: str
    tensors: dict[str, Tensor]


def network_code(module: nn.Module, inputs: Inputs, title: str) -> NetworkCode:
    """A network in eval mode as source; `inputs` is a batch of two or more examples.

    It consists of the layers of `torch.nn` where torch.fx can trace the network, and otherwise of
    the operators that torch.export finds. The outputs for `inputs` are compared with those of the
    module, which is not changed. Raises EvaluationError, with the name of the operator, for a
    network that cannot be written.
    """
    reasons = []
    for write in (traced_layers, exported_operators):
        try:
            network = copy.deepcopy(module).cpu().float().eval()
            batch = tree_map(_on_cpu, inputs)
            parts = write(network, batch)
            code = _code(parts, title)
            _compare(code, network, batch)
        except EvaluationError:
            raise
        except UnwritableError as error:
            reasons.append(f"{error} is no part of torch that can be called from plain code")
        except Exception as error:  # noqa: BLE001 - tracing runs the code of the network
            is_of_one_size = "Constraints violated (batch)" in str(error)
            reasons.append(_ONE_SIZE if is_of_one_size else error_text(error))
        else:
            return code
    raise EvaluationError(
        f"The network cannot be written as plain PyTorch code: {reasons[-1]}. Replace that "
        "operation in the network, or use another format."
    )


def _on_cpu(value: Any) -> Any:
    return value.detach().cpu() if isinstance(value, Tensor) else value


def _code(parts: NetworkParts, title: str) -> NetworkCode:
    unknown = {t.dtype for t in parts.tensors.values()} - set(_DTYPES.values())
    if unknown:
        raise UnwritableError(f"a tensor of type {unknown.pop()}")
    template = (Path(__file__).parent / "network.py.template").read_text()
    source = Template(template).substitute(
        title=title.removesuffix(".").translate({ord('"'): "'", ord("\\"): "/"}),
        arguments=", ".join(parts.inputs),
        dtypes="\n".join(f'{_INDENT}"{name}": {dtype},' for name, dtype in _DTYPES.items()),
        members="\n".join(parts.constructor_lines()),
        ties="".join(f"{2 * _INDENT}{line}\n" for line in parts.tie_lines()),
        tied="".join(
            f'{_INDENT}tensors["{name}"] = tensors["{other}"]\n'
            for name, other in parts.tied.items()
        ),
        statements="\n".join(f"{2 * _INDENT}{line}" for line in parts.statements),
    )
    tensors = {n: t.detach().contiguous().clone() for n, t in parts.tensors.items()}
    return NetworkCode(source, tensors)


def _compare(code: NetworkCode, module: nn.Module, inputs: Inputs) -> None:
    """Raise UnwritableError if the code computes other outputs than the module."""
    namespace: dict[str, Any] = {"__name__": "network", "__file__": "network.py"}
    exec(compile(code.source, "network.py", "exec"), namespace)
    load: Callable[..., nn.Module] = namespace["load"]
    namespace["read_tensors"] = lambda path: dict(code.tensors)
    rebuilt = load()
    with torch.no_grad():
        values, expected = (tree_leaves(call_network(m, inputs)) for m in (rebuilt, module))
    for value, other in zip(values, expected, strict=True):
        if isinstance(other, Tensor) and not torch.allclose(
            value, other, rtol=_TOLERANCE, atol=_TOLERANCE, equal_nan=True
        ):
            raise UnwritableError("an operation with other outputs each time")
