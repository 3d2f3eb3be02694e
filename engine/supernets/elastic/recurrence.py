"""How units go through recurrent layers, of which torch runs some as one operator."""

from collections.abc import Sequence
from math import prod

from torch import Tensor, nn

from engine.supernets.elastic.rules import rule, unite_dim
from engine.supernets.elastic.tracing import Call, Dims, Size, Trace, sizes_of
from engine.supernets.elastic.units import Labels

FUNCTIONS = ("lstm", "gru", "rnn_tanh", "rnn_relu")
"""The functions that the recurrent modules of torch call."""


@rule("mkldnn_rnn_layer")
def recurrent(traced: Trace, call: Call) -> Sequence[Dims | None]:
    """One layer of an LSTM in one direction: `(steps, n, inputs)` to `(steps, n, hidden)`.

    Weights have a row for each hidden unit of each of four gates.
    """
    x, hidden = call["input"], int(call["hidden_size"])
    into, again, *biases = (call[f"weight{number}"] for number in range(4))
    unite_dim(traced, [traced.dims(x)[-1], traced.dims(into)[1]], x.shape[-1], call)
    parts = [traced.dims(tensor)[-1] for tensor in (again, call["hx_"], call["cx_"])]
    for weight in (into, again, *(bias for bias in biases if bias.numel())):
        parts.extend(_gates(traced, weight, hidden))
    units = unite_dim(traced, parts, hidden, call)
    for weight in (into, again):
        traced.count(call, prod(x.shape[:2]), sizes_of(weight, traced.dims(weight)))
    return [[*[None] * (output.dim() - 1), units] for output in call.output[:3]]


def _gates(traced: Trace, weight: Tensor, hidden: int) -> list[Labels | None]:
    """The hidden units of each gate, of which the rows of a weight or bias are made."""
    rows = traced.dims(weight)[0]
    return [None] if rows is None else list(rows.reshape(-1, hidden))


def note_sizes(traced: Trace, name: str, module: nn.Module) -> None:
    """Note the sizes that a recurrent module compares with those of its inputs and states.

    It has one number of hidden units for all its layers and directions.
    """
    if not isinstance(module, nn.RNNBase) or module.proj_size:
        return
    weights = dict(module.named_parameters(recurse=False))
    inputs = traced.dims(weights["weight_ih_l0"])[1]
    if inputs is not None:
        traced.sizes.append(Size(name, inputs, True, "input_size"))
    states = [
        labels
        for key, weight in weights.items()
        if key.startswith("weight_hh") and (labels := traced.dims(weight)[1]) is not None
    ]
    for labels in states:
        traced.units.unite(states[0], labels, f"it meets a fixed size in {name}")
        traced.sizes.append(Size(name, labels, True, "hidden_size"))
