"""Modules that compare sizes with numbers of theirs, and modules that are given a memory."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.supernets.elastic.analysis import analyse


class Compared(nn.Module):
    """Compares its input with a number, and takes the shape of an entry."""

    class Part(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.size, self.inner, self.outer = 32, nn.Linear(32, 64), nn.Linear(64, 32)

        def forward(self, x: Tensor) -> Tensor:
            if x.shape[-1] != self.size:
                raise ValueError("the last size must be that of the part")
            return self.outer(F.relu(self.inner(x)))

    def __init__(self) -> None:
        super().__init__()
        self.words, self.part, self.last = nn.Embedding(20, 32), self.Part(), nn.Linear(32, 4)

    def forward(self, ids: Tensor) -> Tensor:
        x = self.words(ids)
        count, steps = x[:, :, -1].shape
        return self.last(self.part(x)).reshape(count, steps * 4)


class Remembering(nn.Module):
    """Blocks that add to a memory which the caller keeps; each returns its shares as well."""

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.mix, self.out = nn.Linear(16, 32), nn.Linear(32, 16)

        def forward(self, x: Tensor, *, memory: "Memory | None" = None) -> tuple[Tensor, Tensor]:
            if memory is not None:
                memory.add(x)
            hidden = self.mix(x).relu()
            return x + self.out(hidden), hidden.mean()

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(6, 16), nn.Linear(16, 3)
        self.blocks = nn.ModuleList(self.Block() for _ in range(4))

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        for block in self.blocks:
            x, _ = block(x, memory=Memory())
        return self.last(x)


class Memory:
    """Takes one tensor only."""

    def __init__(self) -> None:
        self.given: list[Tensor] = []

    def add(self, x: Tensor) -> None:
        assert not self.given
        self.given.append(x)


def test_a_width_follows_a_number_that_a_module_compares():
    torch.manual_seed(0)
    ids = torch.randint(0, 20, (2, 7))
    analysis = analyse(Compared(), ids)
    plain = analysis.network.extract(analysis.network.space.smallest)
    assert plain.part.size == plain.words.weight.shape[1] == 16


def test_blocks_with_a_memory_and_several_outputs_can_be_skipped():
    torch.manual_seed(0)
    analysis = analyse(Remembering(), torch.randn(2, 6))
    (stage,) = analysis.network.structure.stages
    assert len(stage.blocks) == 4
