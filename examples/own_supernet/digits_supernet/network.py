"""The transformer; the weights of a smaller one are slices of those of the largest."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from digits_supernet.space import CLASSES, HEAD_WIDTH, PATCHES, PIXELS, WIDTH


class Layer(nn.Module):
    """Self-attention and a perceptron, each with a shortcut; keeps the shape `(n, 16, 32)`."""

    def __init__(self, heads: int, hidden: int) -> None:
        super().__init__()
        inner = heads * HEAD_WIDTH
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.query, self.key, self.value = (nn.Linear(WIDTH, inner) for _ in range(3))
        self.joined = nn.Linear(inner, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, hidden), nn.Linear(hidden, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        normed = self.norm1(x)
        query, key, value = (
            part(normed).unflatten(-1, (self.heads, HEAD_WIDTH)).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        attention = (query @ key.transpose(-2, -1) / HEAD_WIDTH**0.5).softmax(-1)
        x = x + self.joined((attention @ value).transpose(1, 2).flatten(2))
        y: Tensor = x + self.down(torch.relu(self.up(self.norm2(x))))
        return y


class Transformer(nn.Module):
    """Images `(n, 1, 8, 8)` in, logits `(n, 10)` out; a layer for each of `heads` and `hidden`."""

    def __init__(self, heads: Sequence[int], hidden: Sequence[int]) -> None:
        super().__init__()
        self.embedding = nn.Linear(PIXELS, WIDTH)
        self.position = nn.Parameter(torch.zeros(PATCHES, WIDTH))
        self.layers = nn.Sequential(*(Layer(*sizes) for sizes in zip(heads, hidden, strict=True)))
        self.norm, self.classifier = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, CLASSES)

    def forward(self, images: Tensor) -> Tensor:
        patches = nn.functional.unfold(images, 2, stride=2).transpose(1, 2)
        x = self.layers(self.embedding(patches) + self.position)
        logits: Tensor = self.classifier(self.norm(x.mean(1)))
        return logits


def build(config: Mapping[str, Any]) -> Transformer:
    """The network of a canonical config; layers beyond the depth are ignored."""
    depth = config["depth"][0]
    return Transformer(config["heads"][:depth], config["hidden"][:depth])
