"""How units go through operators on each entry, and those that take, move or pool entries."""

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.supernets.elastic.rules import adaptable, normal_dim, rule, unite_dim
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


@rule("new_empty_strided", "_local_scalar_dense", "equal", "is_nonzero", "is_same_size")
def unrelated(traced: Trace, call: Call) -> Sequence[Dims | None]:
    """A tensor of a size that the code gives, or no tensor."""
    return [[None] * call.output.dim() if isinstance(call.output, Tensor) else None]


@rule("zeros", "ones", "full", "empty", "new_zeros", "new_ones", "new_empty", "new_full")
def constant(traced: Trace, call: Call) -> Dims:
    """A tensor of a size that the code gives, such as the first state of a recurrent network."""
    return [adaptable(traced, call, size) for size in call.output.shape]


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


@rule("grid_sampler_2d", "grid_sampler_3d")
def sampled(traced: Trace, call: Call) -> Dims:
    """Images read at the places of a grid."""
    x, grid = call["input"], call["grid"]
    dims = traced.dims(x)
    traced.pin([grid], f"it is a place in {call.where}")
    for labels in dims[2:]:
        if labels is not None:
            traced.units.pin(labels, f"{call.where} moves along it")
    result: Dims = [*dims[:2], *[None] * (x.dim() - 2)]
    if call["interpolation_mode"] == 0:  # bilinear, as fvcore counts it
        traced.count(call, 4, sizes_of(call.output, result))
    return result


@rule("_fft_r2c", "_fft_c2r", "_fft_c2c")
def transform(traced: Trace, call: Call) -> Dims:
    """A Fourier transform along some dimensions, which cannot bend."""
    x = call.tensors[0]
    dims = traced.dims(x)
    for dim in (normal_dim(dim, x) for dim in call["dim"]):
        if (labels := dims[dim]) is not None:
            traced.units.pin(labels, f"{call.where} mixes its entries by their place")
        dims[dim] = None
    return dims


@rule("view_as_real")
def as_real(traced: Trace, call: Call) -> Dims:
    """Complex numbers as pairs."""
    return [*traced.dims(call.tensors[0]), None]


@rule("view_as_complex")
def as_complex(traced: Trace, call: Call) -> Dims:
    """Pairs as complex numbers."""
    *dims, pair = traced.dims(call.tensors[0])
    if pair is not None:
        traced.units.pin(pair, f"{call.where} takes it for pairs")
    return dims


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


@rule("_embedding_bag", "_embedding_bag_forward_only")
def embedding_bag(traced: Trace, call: Call) -> Sequence[Dims | None]:
    """Sums or means of rows of a table by number."""
    rows, features = traced.dims(call["weight"])
    if rows is not None:
        traced.units.pin(rows, f"inputs are its numbers in {call.where}")
    return [[None, features], None]


@rule("index")
def index(traced: Trace, call: Call) -> Dims:
    """Entries by number along some dimensions, one next to the other."""
    x, indices = call.tensors[0], call["indices"]
    dims = traced.dims(x)
    taken = [dim for dim, numbers in enumerate(indices) if numbers is not None]
    for dim in taken:
        if (labels := dims[dim]) is not None:
            own = labels[indices[dim].numpy(force=True)] if _from_the_end(indices[dim]) else labels
            traced.units.pin(own.reshape(-1), f"{call.where} takes its entries by number")
    if taken != list(range(taken[0], taken[0] + len(taken))):
        traced.pin([x], f"{call.where} takes entries by number")
        return [None] * call.output.dim()
    new = call.output.dim() - (x.dim() - len(taken))
    return [*dims[: taken[0]], *[None] * new, *dims[taken[-1] + 1 :]]


def _from_the_end(numbers: Tensor) -> bool:
    """Whether entries are counted from the end, as by numbers in the code alone."""
    return numbers.dtype == torch.int64 and bool(numbers.numel()) and bool((numbers < 0).all())


@rule("index_put", "_index_put_impl")
def index_put(traced: Trace, call: Call) -> Dims:
    """Other values in the place of entries by number, or of those that a mask names."""
    x, values = call.tensors[0], call["values"]
    indices = call["indices"]
    dims = traced.dims(x)
    ranks = [
        0 if index is None else index.dim() if index.dtype in (torch.bool, torch.uint8) else 1
        for index in indices
    ]
    position, taken = 0, set()
    for rank in ranks:
        taken |= set(range(position, position + rank))
        position += max(rank, 1)
    kept = [dim for dim in range(x.dim()) if dim not in taken]
    if taken != set(range(len(taken))) or values.dim() > len(kept) + 1:
        traced.pin([x, values], f"{call.where} takes entries by number")
        return dims
    for dim in taken:
        if (labels := dims[dim]) is not None:
            traced.units.pin(labels, f"{call.where} takes its entries by number")
    own = traced.dims(values)
    for back in range(1, min(len(kept), values.dim()) + 1):
        if values.shape[-back] > 1:
            dims[-back] = unite_dim(traced, [dims[-back], own[-back]], x.shape[-back], call)
    return dims


@rule("gather")
def gather(traced: Trace, call: Call) -> Dims:
    """Entries by number along one dimension, others for each place of the other dimensions."""
    x, numbers = call["self"], call["index"]
    dims, own, along = traced.dims(x), traced.dims(numbers), normal_dim(call["dim"], x)
    if (labels := dims[along]) is not None:
        traced.units.pin(labels, f"{call.where} takes its entries by number")
    result: Dims = []
    for dim, size in enumerate(numbers.shape):
        parts = [own[dim]] if dim == along else [dims[dim], own[dim]]
        if dim != along and size != x.shape[dim]:
            traced.pin([x, numbers], f"{call.where} takes a part of it")
            parts = [None]
        result.append(unite_dim(traced, parts, size, call))
    return result


@rule("index_add", "index_copy")
def index_add(traced: Trace, call: Call) -> Dims:
    """Entries by number along one dimension, to which others are added."""
    x, source, along = call["self"], call["source"], normal_dim(call["dim"], call["self"])
    dims, own = traced.dims(x), traced.dims(source)
    for labels in (dims[along], own[along]):
        if labels is not None:
            traced.units.pin(labels, f"{call.where} takes its entries by number")
    return [
        labels if dim == along else unite_dim(traced, [labels, own[dim]], x.shape[dim], call)
        for dim, labels in enumerate(dims)
    ]


@rule("topk", "sort")
def sorted_entries(traced: Trace, call: Call) -> Sequence[Dims | None]:
    """The largest entries along a dimension, or all of them by size."""
    x = call.tensors[0]
    dims, along = traced.dims(x), normal_dim(call["dim"], x)
    if (labels := dims[along]) is not None:
        traced.units.pin(labels, f"{call.where} puts it in another order")
    dims[along] = None
    return [dims, dims]


@rule("index_select")
def index_select(traced: Trace, call: Call) -> Dims:
    """Entries by number along one dimension."""
    x = call.tensors[0]
    dims, dim = traced.dims(x), normal_dim(call["dim"], x)
    if dims[dim] is not None:
        traced.pin([x], f"{call.where} takes its entries by number")
        return [None] * call.output.dim()
    dims[dim] = None
    return dims
