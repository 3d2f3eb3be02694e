"""How units go through what normalises, averages or compares numbers."""

from collections.abc import Sequence

from engine.supernets.elastic.operators import elementwise
from engine.supernets.elastic.rules import normal_dim, rule, unite_dim
from engine.supernets.elastic.tracing import Call, Dims, Size, Trace, sizes_of


@rule("_softmax", "_log_softmax", "softmax", "log_softmax", "_safe_softmax")
def softmax(traced: Trace, call: Call) -> Dims:
    """Numbers that are normalised along a dimension."""
    x = call.tensors[0]
    dims = traced.dims(x)
    if (labels := dims[normal_dim(call["dim"], x)]) is not None:
        traced.mixed.append(labels)
    return dims


@rule(
    "mean",
    "sum",
    "amax",
    "amin",
    "var",
    "std",
    "var_mean",
    "std_mean",
    "linalg_vector_norm",
    "norm",
    "logsumexp",
    "prod",
    "max",
    "min",
    "argmax",
    "argmin",
    "any",
    "all",
    "median",
    "kthvalue",
    "nansum",
    "aminmax",
)
def reduction(traced: Trace, call: Call) -> Dims | Sequence[Dims | None]:
    """A dimension over which numbers are summed, averaged or compared."""
    x = call.tensors[0]
    dims = traced.dims(x)
    if len(call.tensors) > 1:  # the larger of two tensors
        return elementwise(traced, call)
    given = call.get("dim")
    given = range(x.dim()) if given is None or given == [] else given
    removed = {normal_dim(d, x) for d in ([given] if isinstance(given, int) else given)}
    for dim in removed:
        if (labels := dims[dim]) is not None:
            traced.mixed.append(labels)
    if call.name.startswith("arg"):  # positions of entries
        traced.pin([x], f"it is an index in {call.where}")
    kept: Dims = [None if dim in removed else labels for dim, labels in enumerate(dims)]
    if not call.get("keepdim", False):
        kept = [labels for dim, labels in enumerate(dims) if dim not in removed]
    count = len(call.output) if isinstance(call.output, tuple | list) else 1
    return [kept] * count


@rule(
    "native_batch_norm",
    "_native_batch_norm_legit",
    "_native_batch_norm_legit_no_training",
    "cudnn_batch_norm",
    "batch_norm",
    "_batch_norm_with_update",
    "_batch_norm_no_update",
)
def batch_norm(traced: Trace, call: Call) -> Sequence[Dims | None]:
    """Normalisation of each channel by itself."""
    x, *others = call.tensors
    dims = traced.dims(x)
    traced.mixed.extend(d for dim, d in enumerate(dims) if dim != 1 and d is not None)
    for tensor in others:
        dims[1] = unite_dim(traced, [dims[1], traced.dims(tensor)[0]], x.shape[1], call)
    return [dims, None]


@rule("native_layer_norm", "_fused_rms_norm", "rms_norm")
def layer_norm(traced: Trace, call: Call) -> Sequence[Dims | None]:
    """Normalisation over the last dimensions."""
    x, *others = call.tensors
    dims = traced.dims(x)
    shape = call["normalized_shape"]
    for position, size in enumerate(shape):
        index = x.dim() - len(shape) + position
        parts = [dims[index], *(traced.dims(tensor)[position] for tensor in others)]
        labels = dims[index] = unite_dim(traced, parts, size, call)
        if labels is not None:
            traced.mixed.append(labels)
            traced.sizes.append(Size(call.module, labels, True, f"normalized_shape.{position}"))
    if call.name == "native_layer_norm":  # as fvcore counts it
        traced.count(call, 5 if others else 4, sizes_of(x, dims))
    return [dims, None]


@rule("native_group_norm")
def group_norm(traced: Trace, call: Call) -> Sequence[Dims | None]:
    """Normalisation over groups of channels, which stay or go as a whole."""
    x, *others = call.tensors
    dims, groups = traced.dims(x), int(call["group"])
    parts = [dims[1], *(traced.dims(tensor)[0] for tensor in others)]
    labels = dims[1] = unite_dim(traced, parts, x.shape[1], call)
    if labels is not None and groups == 1:
        traced.mixed.append(labels)
    elif labels is not None:
        blocks = labels.reshape(groups, -1)
        for block in blocks.tolist():
            traced.units.unite_all(block, f"a group of {call.where} has it")
        traced.sizes.append(Size(call.module, blocks[:, 0], True, "num_groups"))
    traced.count(call, 5 if others else 4, sizes_of(x, dims))
    return [dims, None]


@rule("_weight_norm_interface")
def weight_norm(traced: Trace, call: Call) -> Sequence[Dims | None]:
    """A weight of which each row has a length of its own."""
    weight, lengths = call["v"], call["g"]
    dims, row = traced.dims(weight), int(call["dim"])
    own = traced.dims(lengths)[row if lengths.dim() > 1 else 0]
    dims[row] = unite_dim(traced, [dims[row], own], weight.shape[row], call)
    traced.mixed.extend(d for dim, d in enumerate(dims) if dim != row and d is not None)
    return [dims, None]
