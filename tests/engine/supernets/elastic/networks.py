"""Small networks of every kind, as users write them."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def conv_bn(
    inputs: int, outputs: int, size: int = 3, stride: int = 1, groups: int = 1
) -> nn.Module:
    """A convolution, batch-norm and ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride, size // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class Residual(nn.Module):
    """Two convolutions beside a shortcut."""

    def __init__(self, channels: int, stride: int = 1, inputs: int | None = None) -> None:
        super().__init__()
        inputs = inputs or channels
        self.first = conv_bn(inputs, channels, stride=stride)
        self.second = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(channels)
        self.shortcut = nn.Conv2d(inputs, channels, 1, stride) if stride > 1 else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.norm(self.second(self.first(x))) + self.shortcut(x))


def resnet() -> nn.Module:
    return nn.Sequential(
        conv_bn(3, 16),
        nn.Sequential(Residual(16), Residual(16)),
        nn.Sequential(Residual(32, 2, 16), Residual(32), Residual(32)),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10),
    )  # fmt: skip


class Inverted(nn.Module):
    """Expansion, a depthwise convolution with squeeze and excitation, projection."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        wide = 2 * channels
        self.expand, self.depthwise = (
            conv_bn(channels, wide, 1),
            conv_bn(wide, wide, 5, groups=wide),
        )
        self.squeeze, self.excite = nn.Conv2d(wide, 8, 1), nn.Conv2d(8, wide, 1)
        self.project = nn.Sequential(nn.Conv2d(wide, channels, 1), nn.BatchNorm2d(channels))

    def forward(self, x: Tensor) -> Tensor:
        y = self.depthwise(self.expand(x))
        scale = self.excite(F.hardswish(self.squeeze(F.adaptive_avg_pool2d(y, 1))))
        return x + self.project(y * F.hardsigmoid(scale))


def mobilenet() -> nn.Module:
    return nn.Sequential(
        conv_bn(3, 16), Inverted(16), Inverted(16),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(16, 10),
    )  # fmt: skip


class Dense(nn.Module):
    """Layers that see the outputs of all layers before."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(conv_bn(16 + 16 * i, 16) for i in range(3))
        self.head = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.pad(x, (0, 0, 0, 0, 0, 13))
        for layer in self.layers:
            x = torch.cat([x, layer(x)], 1)
        return self.head(x.mean((2, 3)))


class Shuffle(nn.Module):
    """Grouped convolutions with shuffled channels, and a split in two halves."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.grouped = conv_bn(3, 32), conv_bn(32, 64, groups=4)
        self.branch, self.head = conv_bn(32, 32), nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.grouped(self.stem(x))
        n, c, h, w = x.shape
        x = x.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)
        one, other = x.chunk(2, 1)
        return self.head(torch.cat([one, self.branch(other)], 1).mean((2, 3)))


class UNet(nn.Module):
    """An encoder and a decoder with a connection between them."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = conv_bn(3, 16), conv_bn(16, 32, stride=2)
        self.up, self.last = nn.ConvTranspose2d(32, 16, 2, 2), conv_bn(32, 16)
        self.norm, self.out = nn.GroupNorm(4, 16), nn.Conv2d(16, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        first = self.first(x)
        return self.out(self.norm(self.last(torch.cat([first, self.up(self.second(first))], 1))))


class OwnAttention(nn.Module):
    """Attention of one packed projection, with its number of heads in a view."""

    def __init__(self, size: int, heads: int) -> None:
        super().__init__()
        self.heads, self.head_dim = heads, size // heads
        self.qkv, self.proj = nn.Linear(size, 3 * size), nn.Linear(size, size)

    def forward(self, x: Tensor) -> Tensor:
        n, t, _ = x.shape
        q, k, v = (
            self.qkv(x).view(n, t, 3, self.heads, self.head_dim).permute(2, 0, 3, 1, 4).unbind(0)
        )
        y = F.scaled_dot_product_attention(q, k, v).transpose(1, 2)
        return self.proj(y.reshape(n, t, self.heads * self.head_dim))


class DividedAttention(nn.Module):
    """Attention whose features a head are the embedding divided by the heads, as in GPT."""

    def __init__(self, size: int, heads: int) -> None:
        super().__init__()
        self.n_head, self.n_embd = heads, size
        self.c_attn, self.c_proj = nn.Linear(size, 3 * size), nn.Linear(size, size)

    def forward(self, x: Tensor) -> Tensor:
        b, t, c = x.size()
        q, k, v = self.c_attn(x).split(self.n_embd, dim=2)
        q, k, v = (y.view(b, t, self.n_head, c // self.n_head).transpose(1, 2) for y in (q, k, v))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.c_proj(y.transpose(1, 2).contiguous().view(b, t, c))


class TransformerBlock(nn.Module):
    """Attention and a network of two layers, each beside a shortcut."""

    def __init__(self, attention: nn.Module, size: int) -> None:
        super().__init__()
        self.one, self.other, self.attention = nn.LayerNorm(size), nn.LayerNorm(size), attention
        self.mlp = nn.Sequential(nn.Linear(size, 2 * size), nn.GELU(), nn.Linear(2 * size, size))

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(self.one(x))
        return x + self.mlp(self.other(x))


class Transformer(nn.Module):
    """Patches, a class token, positions and blocks."""

    def __init__(self, attention: Callable[[int, int], nn.Module]) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 32, 4, 4)
        self.token = nn.Parameter(torch.randn(1, 1, 32))
        self.positions = nn.Parameter(0.1 * torch.randn(1, 17, 32))
        self.blocks = nn.ModuleList(TransformerBlock(attention(32, 4), 32) for _ in range(4))
        self.norm, self.head = nn.LayerNorm(32), nn.Linear(32, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(len(x), -1, -1), x], 1) + self.positions
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x)[:, 0])


class Encoder(nn.Module):
    """torch's own encoder layers."""

    def __init__(self) -> None:
        super().__init__()
        layer = nn.TransformerEncoderLayer(32, 4, 64, batch_first=True, norm_first=True)
        self.embed, self.head = nn.Linear(8, 32), nn.Linear(32, 5)
        self.layers = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.layers(self.embed(x)).mean(1))


class Gated(nn.Module):
    """One-dimensional convolutions with gated linear units."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv1d(4, 64, 5, padding=2), nn.GLU(1), nn.Conv1d(32, 64, 3, padding=1),
            nn.BatchNorm1d(64), nn.PReLU(64), nn.MaxPool1d(2), nn.Flatten(), nn.Linear(64 * 8, 5),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


def instance_norms() -> nn.Module:
    """Normalisation of each channel of each image, with and without weights."""
    return nn.Sequential(
        nn.Conv2d(3, 16, 3), nn.InstanceNorm2d(16, affine=True), nn.ReLU(),
        nn.Conv2d(16, 32, 3), nn.InstanceNorm2d(32), nn.ReLU(),
        nn.AdaptiveMaxPool2d(2), nn.Flatten(), nn.Linear(128, 4),
    )  # fmt: skip


class Recurrent(nn.Module):
    """A recurrent layer between layers that bend."""

    def __init__(self) -> None:
        super().__init__()
        self.before = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 16))
        self.recurrent, self.gated = nn.LSTM(16, 16, batch_first=True), nn.GRU(16, 16)
        self.after = nn.Sequential(nn.Linear(16, 24), nn.ReLU(), nn.Linear(24, 5))

    def forward(self, x: Tensor) -> Tensor:
        x, _ = self.recurrent(self.before(x))
        return self.after(self.gated(x.transpose(0, 1))[0][-1])


class LanguageModel(nn.Module):
    """Words in, probabilities of words out, with the same weights."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(50, 32), nn.Embedding(16, 32)
        self.blocks = nn.ModuleList(TransformerBlock(DividedAttention(32, 4), 32) for _ in range(2))
        self.norm, self.head = nn.LayerNorm(32), nn.Linear(32, 50, bias=False)
        self.head.weight = self.words.weight

    def forward(self, ids: Tensor, mask: Tensor | None = None) -> dict[str, Tensor]:
        x = self.words(ids) + self.places(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return {"logits": self.head(self.norm(x))}


def perceptron() -> nn.Module:
    return nn.Sequential(
        nn.Linear(12, 32), nn.ReLU(), nn.Linear(32, 24), nn.Tanh(), nn.Linear(24, 3)
    )


def images() -> Tensor:
    return torch.randn(2, 3, 16, 16)


NETWORKS: dict[str, tuple[Callable[[], nn.Module], Callable[[], Any]]] = {
    "resnet": (resnet, images),
    "mobilenet": (mobilenet, images),
    "dense": (Dense, images),
    "shuffle": (Shuffle, images),
    "unet": (UNet, images),
    "own attention": (lambda: Transformer(OwnAttention), images),
    "divided attention": (lambda: Transformer(DividedAttention), images),
    "torch's encoder": (Encoder, lambda: torch.randn(2, 6, 8)),
    "gated": (Gated, lambda: torch.randn(2, 4, 16)),
    "language model": (LanguageModel, lambda: {"ids": torch.randint(0, 50, (2, 12))}),
    "instance norms": (instance_norms, images),
    "recurrent": (Recurrent, lambda: torch.randn(2, 7, 8)),
    "perceptron": (perceptron, lambda: torch.randn(4, 12)),
}
"""A network and a function of inputs, by name."""


def built(name: str) -> tuple[nn.Module, Any]:
    """A network in eval mode whose statistics are not those of a new one, and inputs."""
    torch.manual_seed(0)
    make, inputs = NETWORKS[name]
    model = make().eval()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            nn.init.uniform_(module.running_mean, -0.5, 0.5)
            nn.init.uniform_(module.running_var, 0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.2, 0.2)
    return model, inputs()
