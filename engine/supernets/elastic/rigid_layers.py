"""Layers of a network that stay as they are, and why."""

from torch import Tensor, nn

from engine.compat.torch import AnyConvolution
from engine.supernets.elastic.structure import Structure
from engine.supernets.elastic.tracing import Trace


def rigid_layers(
    model: nn.Module, traced: Trace, structure: Structure | None
) -> list[tuple[str, str]]:
    """Layers whose outputs are pinned, with the reasons."""
    bent = {(name, dim) for name, dim, _ in structure.axes} if structure else set()
    found = []
    for name, module in model.named_modules():
        dim = output_dim(module)
        if dim is None:
            continue
        tensor = f"{name}.weight" if name else "weight"
        dims = traced.tensor_dims.get(tensor)
        if dims is None or (tensor, dim) in bent or dims[dim] is None:
            continue
        if reason := traced.units.reason(dims[dim]):  # type: ignore[arg-type]
            found.append((name or "the network", reason))
    return found


def output_dim(module: nn.Module) -> int | None:
    """The dimension of a layer's weight that its outputs belong to; None for other modules."""
    if isinstance(module, AnyConvolution):
        return 1 if module.transposed else 0
    if isinstance(module, nn.Linear):
        return 0
    is_transposed_linear = hasattr(module, "nf") and isinstance(
        getattr(module, "weight", None), Tensor
    )
    return 1 if is_transposed_linear or isinstance(module, nn.Embedding) else None
