"""The transformer: it predicts the next character from the previous ones."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from token_supernet.corpus import CHARACTERS, LENGTH

WIDTH, HEAD_WIDTH = 48, 12


class Layer(nn.Module):
    """Causal attention and a perceptron, each with a shortcut; keeps the shape `(n, t, 48)`."""

    def __init__(self, heads: int, hidden: int) -> None:
        super().__init__()
        self.heads, inner = heads, heads * HEAD_WIDTH
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
        attended = nn.functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.joined(attended.transpose(1, 2).flatten(2))
        y: Tensor = x + self.down(torch.relu(self.up(self.norm2(x))))
        return y


class Transformer(nn.Module):
    """Logits `(n, t, 96)` of the next characters, from ids of characters `(n, t)`."""

    def __init__(self, heads: Sequence[int], hidden: Sequence[int]) -> None:
        super().__init__()
        self.embedding = nn.Embedding(len(CHARACTERS), WIDTH)
        self.position = nn.Parameter(torch.zeros(LENGTH, WIDTH))
        self.layers = nn.Sequential(*(Layer(*sizes) for sizes in zip(heads, hidden, strict=True)))
        self.norm, self.next = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, len(CHARACTERS))

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.embedding(tokens) + self.position[: tokens.shape[1]]
        logits: Tensor = self.next(self.norm(self.layers(x)))
        return logits
