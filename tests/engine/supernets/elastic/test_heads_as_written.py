"""Heads of attention as people write them: a gene has them, whatever the numbers are called."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.supernets.elastic.analysis import analyse

_SIZE, _HEADS = 64, 4


class Attention(nn.Module):
    """Attention with a projection to queries, keys and values in one, and one behind it."""

    def __init__(self, outputs: int = 3 * _SIZE) -> None:
        super().__init__()
        self.h, self.each = _HEADS, _SIZE // _HEADS
        self.qkv, self.out = nn.Linear(_SIZE, outputs), nn.Linear(_SIZE, _SIZE)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = self.parts(self.qkv(x))
        attended = F.scaled_dot_product_attention(q, k, v)
        return self.out(attended.transpose(1, 2).flatten(2))

    def parts(self, x: Tensor) -> tuple[Tensor, ...]:
        """Queries, keys and values `(n, heads, length, each)`."""
        q, k, v = x.view(*x.shape[:2], self.h, 3, self.each).unbind(3)
        return q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2)


class Few(Attention):
    """As many heads as an image has groups of channels, and positions that all heads share."""

    def parts(self, x: Tensor) -> tuple[Tensor, ...]:
        places = torch.arange(x.shape[1] * self.each).view(x.shape[1], self.each).cos()
        q, k, v = (
            part.view(*x.shape[:2], self.h, self.each).transpose(1, 2) for part in x.chunk(3, -1)
        )
        return q * places, k * places, v


class OneKey(Attention):
    """Queries of all heads, and one head of keys and values, which numbers from the end name."""

    def __init__(self) -> None:
        super().__init__((_HEADS + 2) * _SIZE // _HEADS)

    def parts(self, x: Tensor) -> tuple[Tensor, ...]:
        x = x.view(*x.shape[:2], self.h + 2, self.each).transpose(1, 2)
        return x[:, :-2], x[:, [-2]], x[:, [-1]]


class Bias(nn.Module):
    """A number for each head, which its owner asks for by a method."""

    def __init__(self) -> None:
        super().__init__()
        self.count, self.table = _HEADS, nn.Linear(8, _HEADS)
        self.register_buffer("places", torch.randn(25, 8))

    def numbers(self, length: int) -> Tensor:
        """`(1, heads, length, length)` numbers."""
        table = self.table(self.places).view(-1, self.count)
        return table[: length * length].view(length, length, -1).permute(2, 0, 1)[None]


class Biased(Attention):
    """Attention with a number for each pair of places, of a part that is never run as such."""

    def __init__(self) -> None:
        super().__init__()
        self.bias = Bias()

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = self.parts(self.qkv(x))
        attended = F.scaled_dot_product_attention(q, k, v, self.bias.numbers(x.shape[1]))
        return self.out(attended.transpose(1, 2).flatten(2))


class InTheBatch(Attention):
    """Heads as inputs of a convolution along the sequence."""

    def __init__(self) -> None:
        super().__init__()
        self.pool = nn.Conv1d(self.each, self.each, 3, padding=1, groups=self.each)

    def parts(self, x: Tensor) -> tuple[Tensor, ...]:
        q, k, v = super().parts(x)
        pooled = self.pool(k.reshape(-1, *k.shape[2:]).transpose(1, 2)).transpose(1, 2)
        return q, pooled.view(*k.shape[:2], *pooled.shape[1:]), v


class Positive(Attention):
    """Attention without softmax, of positive queries and keys."""

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = self.parts(self.qkv(x))
        q, k = F.elu(q) + 1, F.elu(k) + 1
        scale = torch.einsum("bhnd,bhd->bhn", q, k.sum(2))
        attended = q @ (k.transpose(-2, -1) @ v) / scale[..., None]
        return self.out(attended.transpose(1, 2).flatten(2))


@pytest.mark.parametrize("attention", [Attention, Few, OneKey, Biased, InTheBatch, Positive])
def test_heads_bend(attention):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(6, _SIZE), attention(), nn.Linear(_SIZE, 3)).eval()
    x, others = torch.randn(2, 5, 6), torch.randn(2, 5, 6)
    network = analyse(model, x).network
    (heads,) = (width for width in network.structure.widths if width.role == "heads")
    assert heads.units == _HEADS
    assert heads.choices == (2, 3, 4)
    for genotype in (network.space.smallest, network.space.largest):
        with torch.no_grad():
            assert torch.allclose(
                network.run(genotype, others), network.extract(genotype)(others), atol=1e-6
            )
    with torch.no_grad():
        assert torch.allclose(network.run(network.space.largest, others), model(others), atol=1e-5)


class FusedInEach(nn.Module):
    """Attention whose code reads only the length of a head."""

    def __init__(self) -> None:
        super().__init__()
        self.head_size, self.rotary_ndims = 16, _HEADS
        self.qkv, self.out = nn.Linear(_SIZE, 3 * _SIZE), nn.Linear(_SIZE, _SIZE)

    def forward(self, x: Tensor) -> Tensor:
        split = self.qkv(x).view(*x.shape[:2], -1, 3 * self.head_size).transpose(1, 2)
        attended = F.scaled_dot_product_attention(*split.chunk(3, -1))
        return self.out(attended.transpose(1, 2).reshape(*x.shape[:2], -1))


def test_a_number_that_happens_to_be_that_of_heads_does_not_hide_them():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(6, _SIZE), FusedInEach(), nn.Linear(_SIZE, 3)).eval()
    widths = analyse(model, torch.randn(2, 5, 6)).network.structure.widths
    assert [width.units for width in widths if width.role == "heads"] == [_HEADS]
