"""How units go through operators on each entry, and those that take, move or pool entries."""

from collections.abc import Sequence

from torch import Tensor

from engine.supernets.elastic.rules import normal_dim, rule, unite_dim
from engine.supernets.elastic.tracing import Call, Dims, Trace, sizes_of


@rule("where", "masked_fill", "lerp", "addcmul", "addcdiv", "clamp", "copy", "rsub", "dropout",
      "prelu", "_prelu_kernel", "hardswish", "hardsigmoid", "hardtanh", "gelu", "silu", "mish",
      "elu", "celu", "selu", "leaky_relu", "softplus", "softshrink", "hardshrink", "threshold",
      "log_sigmoid_forward", "rrelu_with_noise", "nan_to_num")  # fmt: skip
def elementwise(traced: Trace, call: Call) -> Dims:
    """Tensors that are broadcast together."""
    output: Tensor = call.output[0] if isinstance(call.output, tuple) else call.output
    result: Dims = []
    operands = [(tensor, traced.dims(tensor)) for tensor in call.tensors]
    if call.name.startswith("_prelu_kernel") or call.name.startswith("prelu"):
        operands = [(operands[0][0], operands[0][1]), _along_channels(operands)]
    for back in range(output.dim(), 0, -1):
        size = output.shape[-back]
        parts = [
            dims[-back]
            for tensor, dims in operands
            if tensor.dim() >= back and tensor.shape[-back] == size and (size > 1)
        ]
        result.append(unite_dim(traced, parts, size, call) if parts else None)
    return result


def _along_channels(operands: Sequence[tuple[Tensor, Dims]]) -> tuple[Tensor, Dims]:
    """The weight of PReLU, one number for each channel, as a tensor that is broadcast."""
    (x, _), (weight, dims) = operands[:2]
    if weight.dim() != 1 or weight.numel() == 1 or x.dim() < 2:
        return weight, dims
    trailing = x.dim() - 2
    return weight.reshape(-1, *[1] * trailing), [dims[0], *[None] * trailing]


@rule("clone", "contiguous", "_to_copy", "detach", "alias", "lift_fresh", "zeros_like", "ones_like",
      "full_like", "rand_like", "randn_like", "empty_like", "native_dropout", "cumsum", "tril",
      "triu", "fill", "zero", "bernoulli", "relu6")  # fmt: skip
def unchanged(traced: Trace, call: Call) -> Dims:
    """The labels of the first tensor."""
    return traced.dims(call.tensors[0])


@rule("new_zeros", "new_ones", "new_empty", "new_full", "new_empty_strided", "_local_scalar_dense",
      "equal", "is_nonzero", "is_same_size")  # fmt: skip
def unrelated(traced: Trace, call: Call) -> Sequence[Dims | None]:
    """A tensor of a size that the code gives, or no tensor."""
    return [[None] * call.output.dim() if isinstance(call.output, Tensor) else None]


@rule("glu")
def glu(traced: Trace, call: Call) -> Dims:
    """The first half of a dimension, multiplied by a gate of the second half."""
    x = call.tensors[0]
    dims, dim = traced.dims(x), normal_dim(call["dim"], x)
    if (labels := dims[dim]) is not None:
        first, second = labels.reshape(2, -1)
        traced.units.unite(first, second, f"it meets a fixed size in {call.where}")
        dims[dim] = first
    return dims


@rule(
    "max_pool1d",
    "max_pool2d_with_indices",
    "max_pool3d_with_indices",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "_adaptive_avg_pool2d",
    "_adaptive_avg_pool3d",
    "adaptive_max_pool2d",
    "adaptive_max_pool3d",
    "reflection_pad1d",
    "reflection_pad2d",
    "reflection_pad3d",
    "replication_pad1d",
    "replication_pad2d",
    "replication_pad3d",
    "upsample_nearest1d",
    "upsample_nearest2d",
    "upsample_nearest3d",
    "_upsample_nearest_exact2d",
    "upsample_linear1d",
    "upsample_bilinear2d",
    "upsample_trilinear3d",
    "upsample_bicubic2d",
    "_upsample_bilinear2d_aa",
    "_upsample_bicubic2d_aa",
    "max_pool2d",
    "mkldnn_max_pool2d",
)
def spatial(traced: Trace, call: Call) -> Sequence[Dims | None]:
    """Operators on the last one to three dimensions, whose sizes do not belong to channels."""
    x = call.tensors[0]
    count = next(n for n in (1, 2, 3) if f"{n}d" in call.name)
    dims = traced.dims(x)
    for labels in dims[-count:]:
        if labels is not None:
            traced.units.pin(labels, f"{call.where} moves along it")
    result: Dims = [*dims[:-count], *[None] * count]
    output = call.output[0] if isinstance(call.output, tuple | list) else call.output
    if call.name.startswith("upsample_nearest2d"):
        traced.count(call, 1, sizes_of(output, result))
    if call.name.startswith("upsample_bilinear2d"):
        traced.count(call, 4, sizes_of(output, result))
    return [result, result]


@rule("roll", "flip")
def along(traced: Trace, call: Call) -> Dims:
    """Entries that change their place along a dimension, which cannot bend."""
    x = call.tensors[0]
    dims = traced.dims(x)
    for dim in call["dims"]:
        if (labels := dims[normal_dim(dim, x)]) is not None:
            traced.units.pin(labels, f"{call.where} moves along it")
    return dims


@rule("embedding")
def embedding(traced: Trace, call: Call) -> Dims:
    """Rows of a table by number."""
    weight: Tensor = call["weight"]
    rows, features = traced.dims(weight)
    if rows is not None:
        traced.units.pin(rows, f"inputs are its numbers in {call.where}")
    return [*[None] * call["indices"].dim(), features]


@rule("index")
def index(traced: Trace, call: Call) -> Dims:
    """Entries by number along some dimensions, one next to the other."""
    x, indices = call.tensors[0], call["indices"]
    dims = traced.dims(x)
    taken = [dim for dim, numbers in enumerate(indices) if numbers is not None]
    for dim in taken:
        if (labels := dims[dim]) is not None:
            traced.units.pin(labels, f"{call.where} takes its entries by number")
    if taken != list(range(taken[0], taken[0] + len(taken))):
        traced.pin([x], f"{call.where} takes entries by number")
        return [None] * call.output.dim()
    new = call.output.dim() - (x.dim() - len(taken))
    return [*dims[: taken[0]], *[None] * new, *dims[taken[-1] + 1 :]]


@rule("index_select", "gather")
def index_select(traced: Trace, call: Call) -> Dims:
    """Entries by number along one dimension."""
    x = call.tensors[0]
    dims, dim = traced.dims(x), normal_dim(call["dim"], x)
    if call.name == "gather" or dims[dim] is not None:
        traced.pin([x], f"{call.where} takes its entries by number")
        return [None] * call.output.dim()
    dims[dim] = None
    return dims
