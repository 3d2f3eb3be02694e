"""The file of a user: a class token that sees the image through the second block only."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.tasks.elastic_task import ElasticTask


class Block(nn.Module):
    """Changes tokens `(n, tokens, 8)`, each by itself; or adds to them what it makes of others."""

    def __init__(self, size: int, mixes_tokens: bool) -> None:
        super().__init__()
        self.norm, self.mixes_tokens = nn.LayerNorm(8), mixes_tokens
        self.inner = nn.Sequential(nn.Linear(size, 16), nn.GELU(), nn.Linear(16, size))

    def forward(self, x: Tensor) -> Tensor:
        """Tokens of the same shape."""
        y = self.norm(x)
        return x + self.inner(y.mT).mT if self.mixes_tokens else self.inner(y)


class TokenNetwork(nn.Module):
    """Four tokens of 6 numbers and a class token, which alone is classified."""

    def __init__(self) -> None:
        super().__init__()
        self.embed, self.token = nn.Linear(6, 8), nn.Parameter(torch.randn(1, 1, 8))
        self.blocks = nn.Sequential(Block(8, False), Block(5, True))
        self.head = nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(n, 3)` of inputs `(n, 4, 6)`."""
        tokens = torch.cat([self.token.expand(len(x), -1, -1), self.embed(x)], 1)
        logits: Tensor = self.head(self.blocks(tokens)[:, 0])
        return logits


def make_model() -> nn.Module:
    """The network with the same weights each time."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return TokenNetwork()


def make_task() -> ElasticTask:
    """Random inputs: the original network alone says what is right."""
    return ElasticTask(_batches, _batches, F.cross_entropy)


def _batches() -> list[tuple[Tensor, Tensor]]:
    inputs = torch.randn(64, 4, 6, generator=torch.Generator().manual_seed(0))
    return [(inputs, inputs.sum((1, 2)).gt(0).long())]
