"""Weights with which a test finds every mistake.

Some weights hide what goes wrong: a head of zeros gives zeros whatever comes in, scales of 1e-6
make a block invisible, and channels whose batch-norm statistics are all the same can be exchanged.
New networks have such weights, and trained ones may keep some.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from math import prod

import torch
from torch import Tensor, nn

_TINY = 1e-3
_STATISTICS = ("running_mean", "running_var")
_LEAST_SCALE = 0.5


@contextmanager
def distinct_weights(model: nn.Module) -> Iterator[None]:
    """Within the `with` block, no parameter has equal or tiny entries only; in place."""
    generator = torch.Generator().manual_seed(0)
    before = {}
    with torch.no_grad():
        for name, tensor in _changeable(model):
            if _hides(tensor):
                before[name] = tensor.clone()
                tensor.copy_(_random_like(tensor, generator))
    try:
        yield
    finally:
        with torch.no_grad():
            for name, tensor in _changeable(model):
                if name in before:
                    tensor.copy_(before[name])


def _changeable(model: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Parameters, and statistics of batch-norm."""
    yield from model.named_parameters()
    yield from (pair for pair in model.named_buffers() if pair[0].endswith(_STATISTICS))


def _hides(tensor: Tensor) -> bool:
    if not tensor.is_floating_point() or tensor.numel() < 2:
        return False
    least, most = tensor.min(), tensor.max()
    return bool(least == most) or bool(torch.maximum(-least, most) < _TINY)


def _random_like(tensor: Tensor, generator: torch.Generator) -> Tensor:
    """Entries about a scale such as 1, else about zero: as large as those of a usual layer."""
    drawn = torch.rand(tensor.shape, generator=generator)
    mean = float(tensor.mean())
    if abs(mean) >= _LEAST_SCALE:
        return mean * (0.5 + drawn)
    inputs = max(1, prod(tensor.shape[1:]))
    is_matrix = tensor.dim() > 1 and inputs > 1 and tensor.shape[0] > 1
    return (drawn - 0.5) * (2 / inputs**0.5 if is_matrix else 1.0)
