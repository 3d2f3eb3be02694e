"""How units go through products: convolutions, matrix products and attention."""

from collections.abc import Sequence
from math import prod

import numpy as np
from torch import Tensor

from engine.supernets.elastic.rules import rule, unite_dim
from engine.supernets.elastic.tracing import Call, Dims, Size, Trace, sizes_of
from engine.supernets.elastic.units import Labels


@rule("convolution", "_convolution", "cudnn_convolution", "mkldnn_convolution")
def convolution(traced: Trace, call: Call) -> Dims:
    """A convolution, plain, depthwise, grouped or transposed."""
    x, weight, bias = call["input"], call["weight"], call.get("bias")
    groups, transposed = int(call["groups"]), bool(call.get("transposed", False))
    channels, weight_dims = traced.dims(x)[1], traced.dims(weight)
    batch = traced.dims(x)[0]  # which may have heads in it
    for labels in (*weight_dims[2:], *traced.dims(x)[2:]):
        if labels is not None:
            traced.units.pin(labels, f"the kernel of {call.where} moves along it")
    output = call.output
    if groups == 1:
        inside = 0 if transposed else 1
        unite_dim(traced, [channels, weight_dims[inside]], x.shape[1], call)
        out = weight_dims[1 - inside]
    else:
        out = _grouped(traced, call, channels, weight_dims)
    if bias is not None:
        out = unite_dim(traced, [out, traced.dims(bias)[0]], output.shape[1], call)
    positions = prod((x if transposed else output).shape[2:])
    kernel = prod(weight.shape[2:])
    factor = positions * kernel * (x.shape[0] if batch is None else 1)
    traced.count(call, factor, [batch, *sizes_of(weight, weight_dims)[:2]])
    return [batch, out, *[None] * (output.dim() - 2)]


def _grouped(
    traced: Trace, call: Call, channels: Labels | None, weight_dims: Dims
) -> Labels | None:
    """The output channels where each group of them sees its own input channels only.

    A group stays or goes as a whole, with its inputs and its outputs. The first dimension of a
    weight is that of the outputs, or of the inputs where `transposed`.
    """
    groups = int(call["groups"])
    transposed = bool(call.get("transposed", False))
    inner = weight_dims[1]
    if inner is not None:
        traced.units.pin(inner, f"it is within a group of {call.where}")
    first = weight_dims[0]
    if first is None or channels is None:
        for labels in (first, channels):
            if labels is not None:
                traced.units.pin(labels, f"it meets a fixed size in {call.where}")
        return None
    ins, outs = channels.reshape(groups, -1), first.reshape(groups, -1)
    for own_ins, own_outs in zip(ins.tolist(), outs.tolist(), strict=True):
        traced.units.unite_all([*own_ins, *own_outs], f"a group of {call.where} has it")
    traced.sizes.append(Size(call.module, ins[:, 0], True, "groups"))
    return np.repeat(ins[:, 0], call["weight"].shape[1]) if transposed else first


@rule("mm")
def mm(traced: Trace, call: Call) -> Dims:
    """`(n, k)` times `(k, m)`."""
    return _matrices(traced, call, call["self"], call["mat2"])


@rule("addmm")
def addmm(traced: Trace, call: Call) -> Dims:
    """`(n, k)` times `(k, m)`, and a bias."""
    dims = _matrices(traced, call, call["mat1"], call["mat2"])
    bias = call["self"]
    own = traced.dims(bias)
    if bias.shape[-1] == call.output.shape[1] and bias.dim():
        dims[1] = unite_dim(traced, [dims[1], own[-1]], call.output.shape[1], call)
    return dims


def _matrices(traced: Trace, call: Call, first: Tensor, second: Tensor) -> Dims:
    (rows, inner), (other, columns) = traced.dims(first), traced.dims(second)
    labels = unite_dim(traced, [inner, other], first.shape[1], call)
    inner_size = first.shape[1] if labels is None else labels
    dims: Dims = [rows, columns]
    traced.count(call, 1, [*sizes_of(call.output, dims), inner_size])
    return dims


@rule("_grouped_mm")
def grouped_mm(traced: Trace, call: Call) -> Dims:
    """Rows `(n, k)` of several groups, each times its own of matrices `(groups, k, m)`."""
    first, second = call.tensors[:2]
    if first.dim() != 2 or second.dim() != 3:
        traced.pin([first, second], f"it has a size for each group of {call.where}")
        return [None] * call.output.dim()
    (rows, inner), (groups, other, columns) = traced.dims(first), traced.dims(second)
    if groups is not None:
        traced.units.pin(groups, f"{call.where} takes its entries by number")
    labels = unite_dim(traced, [inner, other], first.shape[1], call)
    dims: Dims = [rows, columns]
    inner_size = first.shape[1] if labels is None else labels
    traced.count(call, 1, [*sizes_of(call.output, dims), inner_size])
    return dims


@rule("bmm")
def bmm(traced: Trace, call: Call) -> Dims:
    """`(b, n, k)` times `(b, k, m)`."""
    return _batches(traced, call, call["self"], call["mat2"])


@rule("baddbmm")
def baddbmm(traced: Trace, call: Call) -> Dims:
    """`(b, n, k)` times `(b, k, m)`, added to a tensor."""
    dims = _batches(traced, call, call["batch1"], call["batch2"])
    own = call["self"]
    for back, (size, labels) in enumerate(
        zip(reversed(own.shape), reversed(traced.dims(own)), strict=True), start=1
    ):
        if size > 1:
            dims[-back] = unite_dim(traced, [dims[-back], labels], size, call)
    return dims


def _batches(traced: Trace, call: Call, first: Tensor, second: Tensor) -> Dims:
    one, other = traced.dims(first), traced.dims(second)
    batch = unite_dim(traced, [one[0], other[0]], first.shape[0], call)
    inner = unite_dim(traced, [one[2], other[1]], first.shape[2], call)
    dims: Dims = [batch, one[1], other[2]]
    if batch is not None:
        traced.heads.append(batch)
    inner_size = first.shape[2] if inner is None else inner
    traced.count(call, 1, [*sizes_of(call.output, dims), inner_size])
    return dims


@rule("mv")
def mv(traced: Trace, call: Call) -> Dims:
    """`(n, k)` times `(k,)`."""
    matrix, vector = call.tensors
    rows, inner = traced.dims(matrix)
    labels = unite_dim(traced, [inner, traced.dims(vector)[0]], vector.shape[0], call)
    sizes = sizes_of(matrix, [rows, labels])
    traced.count(call, 1, sizes)
    return [rows]


@rule("dot", "vdot")
def dot(traced: Trace, call: Call) -> Dims:
    """`(n,)` times `(n,)`."""
    one, other = call.tensors
    labels = unite_dim(traced, [traced.dims(one)[0], traced.dims(other)[0]], one.shape[0], call)
    if labels is not None:
        traced.mixed.append(labels)
    return []


@rule("_euclidean_dist", "_cdist_forward", "cdist")
def distances(traced: Trace, call: Call) -> Dims:
    """The distances of `(..., n, k)` from `(..., m, k)`."""
    first, second = call.tensors
    one, other = traced.dims(first), traced.dims(second)
    inner = unite_dim(traced, [one[-1], other[-1]], first.shape[-1], call)
    if inner is not None:
        traced.mixed.append(inner)
    leading: Dims = [None] * (call.output.dim() - 2)
    for labels in (*one[:-2], *other[:-2]):
        if labels is not None:
            traced.units.pin(labels, f"{call.where} has it for each of its products")
    return [*leading, one[-2], other[-2]]


@rule("_scaled_dot_product_flash_attention_for_cpu", "_scaled_dot_product_flash_attention",
      "_scaled_dot_product_efficient_attention", "_scaled_dot_product_cudnn_attention",
      "_scaled_dot_product_attention_math", "scaled_dot_product_attention",
      "_scaled_dot_product_fused_attention_overrideable",
      "_scaled_dot_product_attention_math_for_mps")  # fmt: skip
def attention(traced: Trace, call: Call) -> Sequence[Dims | None]:
    """`(..., l, e)` queries, `(..., s, e)` keys and `(..., s, v)` values."""
    query, key, value = call["query"], call["key"], call["value"]
    q, k, v = (traced.dims(tensor) for tensor in (query, key, value))
    leading: Dims = []
    for position in range(query.dim() - 2):
        parts = [dims[position] for dims in (q, k, v)]
        if query.shape[position] != key.shape[position]:
            several = [_repeated(traced, call, parts[1:], position)] * 2
            parts[1:] = [] if key.shape[position] == 1 else several
        leading.append(unite_dim(traced, parts, query.shape[position], call))
    inner = unite_dim(traced, [q[-1], k[-1]], query.shape[-1], call)
    unite_dim(traced, [k[-2], v[-2]], key.shape[-2], call)
    mask = call.get("attn_mask", call.get("attn_bias"))
    if mask is not None:
        _meet_mask(traced, call, leading, mask)
    if inner is not None:
        traced.mixed.append(inner)  # the scale of products depends on their length
    traced.heads.extend(labels for labels in leading if labels is not None)
    dims: Dims = [*leading, q[-2], v[-1]]
    shared = [*sizes_of(query, [*leading, q[-2], q[-1]])[:-1], key.shape[-2]]
    for last, size in ((inner, query.shape[-1]), (v[-1], value.shape[-1])):
        traced.count(call, 1, [*shared, size if last is None else last])
    return [dims, None]


def _repeated(
    traced: Trace, call: Call, parts: Sequence[Labels | None], position: int
) -> Labels | None:
    """The heads of keys and values, each as often as there are queries for it."""
    keys = int(call["key"].shape[position])
    labels = unite_dim(traced, parts, keys, call)
    return None if labels is None else np.repeat(labels, call["query"].shape[position] // keys)


def _meet_mask(traced: Trace, call: Call, leading: Dims, mask: Tensor) -> None:
    """Unite the heads with those of a mask that has one for each."""
    own = traced.dims(mask)
    for back in range(3, mask.dim() + 1):
        if mask.shape[-back] > 1 and back - 2 <= len(leading):
            position = 2 - back
            leading[position] = unite_dim(
                traced, [leading[position], own[-back]], mask.shape[-back], call
            )
