"""How units go through windows, shuffles, diagonals, and what writes or runs along a dimension."""

from collections.abc import Sequence

from engine.supernets.elastic.rules import normal_dim, rule, unite_dim
from engine.supernets.elastic.tracing import Call, Dims, Trace


@rule("unfold")
def unfold(traced: Trace, call: Call) -> Dims:
    """The windows of a dimension, with their entries as a new last dimension."""
    x = call.tensors[0]
    dims, dim = traced.dims(x), normal_dim(call["dimension"], x)
    if (labels := dims[dim]) is not None:
        traced.units.pin(labels, f"{call.where} moves along it")
    dims[dim] = None
    return [*dims, None]


@rule("channel_shuffle", "native_channel_shuffle")
def channel_shuffle(traced: Trace, call: Call) -> Dims:
    """The channels of several groups, in turn: the first ones of all groups stay or go together."""
    dims, groups = traced.dims(call.tensors[0]), int(call["groups"])
    if (labels := dims[1]) is not None:
        rows = labels.reshape(groups, -1)
        for row in rows[1:]:
            traced.units.unite(rows[0], row, f"it meets a fixed part in {call.where}")
        dims[1] = rows.T.reshape(-1)
    return dims


@rule("diagonal", "diagonal_copy")
def diagonal(traced: Trace, call: Call) -> Dims:
    """Entries with the same place in two dimensions, as a new last dimension."""
    x = call.tensors[0]
    dims = traced.dims(x)
    taken = {normal_dim(call.get("dim1", 0), x), normal_dim(call.get("dim2", 1), x)}
    for dim in taken:
        if (labels := dims[dim]) is not None:
            traced.units.pin(labels, f"{call.where} takes its entries by their place")
    return [*(labels for dim, labels in enumerate(dims) if dim not in taken), None]


@rule("scatter", "scatter_add", "scatter_reduce")
def scatter(traced: Trace, call: Call) -> Dims:
    """Entries by number along one dimension, others for each place of the other dimensions."""
    x, numbers, source = call["self"], call["index"], call.get("src")
    along = normal_dim(call["dim"], x)
    dims = traced.dims(x)
    for tensor in (x, numbers, *([] if source is None else [source])):
        own = traced.dims(tensor)
        for dim, labels in enumerate(own):
            if labels is not None and (dim == along or tensor.shape[dim] != x.shape[dim]):
                traced.units.pin(labels, f"{call.where} takes its entries by number")
            elif labels is not None and dims[dim] is not labels:
                dims[dim] = unite_dim(traced, [dims[dim], labels], x.shape[dim], call)
    return dims


@rule("max_unpool2d", "max_unpool3d")
def unpooled(traced: Trace, call: Call) -> Dims:
    """Numbers put back where the largest ones were, each in its channel."""
    x, places = call.tensors[:2]
    dims, channel = traced.dims(x), x.dim() - (3 if "2d" in call.name else 4)
    parts = [dims[channel], traced.dims(places)[channel]]
    dims[channel] = unite_dim(traced, parts, x.shape[channel], call)
    for labels in dims[channel + 1 :]:
        if labels is not None:
            traced.units.pin(labels, f"{call.where} moves along it")
    return [*dims[: channel + 1], *[None] * (x.dim() - channel - 1)]


@rule("cummax", "cummin", "cumprod", "logcumsumexp", "bucketize")
def running(traced: Trace, call: Call) -> Sequence[Dims | None]:
    """Numbers of the same shape, of which each depends on those before it, or on itself alone."""
    dims = traced.dims(call.tensors[0])
    if (dim := call.get("dim")) is not None:
        labels = dims[normal_dim(dim, call.tensors[0])]
        if labels is not None:
            traced.units.pin(labels, f"{call.where} moves along it")
    count = len(call.output) if isinstance(call.output, tuple | list) else 1
    return [dims] * count
