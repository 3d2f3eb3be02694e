"""How units go through what joins tensors: concatenation, stacking and padding."""

import numpy as np

from engine.supernets.elastic.rules import normal_dim, rule, unite_dim, united
from engine.supernets.elastic.tracing import Call, Dims, Trace, fixed
from engine.supernets.elastic.units import Labels


@rule("cat")
def cat(traced: Trace, call: Call) -> Dims:
    """Tensors one after the other along a dimension."""
    tensors = [t for t in call["tensors"] if t.dim() == call.output.dim()]
    dim = normal_dim(call.get("dim", 0), call.output)
    several = [traced.dims(tensor) for tensor in tensors]
    result: Dims = []
    for position, size in enumerate(call.output.shape):
        parts = [dims[position] for dims in several]
        if position != dim:
            result.append(unite_dim(traced, parts, size, call))
        elif all(part is None for part in parts):
            result.append(None)
        else:
            filled = [
                fixed(tensor.shape[dim]) if part is None else part
                for tensor, part in zip(tensors, parts, strict=True)
            ]
            result.append(np.concatenate(filled))
    return result


@rule("stack")
def stack(traced: Trace, call: Call) -> Dims:
    """Tensors of one shape along a new dimension."""
    tensors = call["tensors"]
    shape = tensors[0].shape
    dims = united(traced, [traced.dims(tensor) for tensor in tensors], shape, call)
    dims.insert(normal_dim(call.get("dim", 0), call.output), None)
    return dims


@rule("constant_pad_nd")
def pad(traced: Trace, call: Call) -> Dims:
    """Fixed entries before and after those of a dimension."""
    x, amounts = call.tensors[0], list(call["pad"])
    dims = traced.dims(x)
    for number in range(len(amounts) // 2):
        before, after = amounts[2 * number : 2 * number + 2]
        position = x.dim() - 1 - number
        labels = dims[position]
        if labels is None or (before == 0 and after == 0):
            continue
        if before < 0 or after < 0:
            traced.units.pin(labels, f"{call.where} cuts it")
            dims[position] = None
        else:
            dims[position] = np.concatenate([fixed(before), labels, fixed(after)])
    return dims


@rule("pixel_shuffle")
def pixel_shuffle(traced: Trace, call: Call) -> Dims:
    """Several channels as the pixels of one."""
    dims = traced.dims(call.tensors[0])
    if (labels := dims[-3]) is not None:
        dims[-3] = _tied(traced, call, labels, int(call["upscale_factor"]) ** 2)
    return [*dims[:-2], None, None]


@rule("pixel_unshuffle", "im2col")
def spread(traced: Trace, call: Call) -> Dims:
    """The pixels of a channel, or of each of its windows, as several channels."""
    x, output = call.tensors[0], call.output
    dims = traced.dims(x)
    channel = 1 if call.name == "im2col" else x.dim() - 3
    if (labels := dims[channel]) is not None:
        dims[channel] = np.repeat(labels, output.shape[channel] // x.shape[channel])
    return [*dims[: channel + 1], *[None] * (output.dim() - channel - 1)]


@rule("col2im")
def col2im(traced: Trace, call: Call) -> Dims:
    """Windows of channels put together."""
    x, output = call.tensors[0], call.output
    dims = traced.dims(x)
    channel = x.dim() - 2
    if (labels := dims[channel]) is not None:
        dims[channel] = _tied(traced, call, labels, x.shape[channel] // output.shape[channel])
    return [*dims[: channel + 1], *[None] * (output.dim() - channel - 1)]


def _tied(traced: Trace, call: Call, labels: Labels, count: int) -> Labels:
    """Units of `count` entries in a row, which stay or go together."""
    rows = labels.reshape(-1, count).tolist()
    return np.array([traced.units.unite_all(row, f"a row of {call.where} has it") for row in rows])
