"""Channels bend through operators that move, choose or collect numbers beside them."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.errors import ElasticError
from engine.supernets.elastic.analysis import analyse
from engine.supernets.elastic.named_models import evaluated


def _first(x: Tensor) -> Tensor:
    return torch.zeros(*x.shape[:3], 1, dtype=torch.long)


CASES = {
    "windows": lambda x: x.unfold(2, 4, 4).unfold(3, 4, 4).mean((-1, -2)),
    "channel shuffle": lambda x: F.channel_shuffle(x, 4),
    "diagonal": lambda x: x + x.diagonal(dim1=2, dim2=3)[..., None],
    "scatter": lambda x: x.scatter(3, _first(x), 0.0),
    "scatter add": lambda x: torch.zeros_like(x).scatter_add(3, _first(x).expand_as(x), x),
    "unpooling": lambda x: F.max_unpool2d(*F.max_pool2d(x, 2, return_indices=True), 2),
    "running maximum": lambda x: x.cummax(3)[0],
    "running product": lambda x: x.cumprod(2),
    "buckets": lambda x: x * torch.bucketize(x, torch.tensor([0.0, 1.0])),
    "a value by rank": lambda x: x - x.kthvalue(3, 3, keepdim=True)[0],
    "least and largest": lambda x: x - torch.aminmax(x, dim=3, keepdim=True)[0],
}


class Between(nn.Module):
    """Two convolutions with an operator between them."""

    def __init__(self, operator) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 32, 3, padding=1), nn.Conv2d(32, 48, 1)
        self.last, self.operator = nn.Linear(48, 4), operator

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.second(self.operator(self.first(x))).mean((2, 3)))


@pytest.mark.parametrize("name", CASES)
def test_channels_bend_through_it(name):
    torch.manual_seed(0)
    model, others = Between(CASES[name]).eval(), torch.randn(2, 3, 8, 8)
    network = analyse(model, torch.randn(2, 3, 8, 8)).network
    widths = network.structure.widths
    assert [width.units * width.entries for width in widths] == [32, 48]
    smallest = network.space.smallest
    with torch.no_grad():
        assert torch.allclose(
            network.run(smallest, others), network.extract(smallest)(others), atol=1e-6
        )


def test_bags_of_rows_bend():
    torch.manual_seed(0)

    class Bag(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.rows, self.last = nn.EmbeddingBag(50, 32, mode="sum"), nn.Linear(32, 4)

        def forward(self, x: Tensor) -> Tensor:
            return self.last(self.rows(x))

    (width,) = analyse(Bag().eval(), torch.randint(0, 50, (2, 9))).network.structure.widths
    assert width.units == 32


class NotTraced(nn.Module):
    """A network that torch.jit cannot trace, which fvcore needs."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(8, 32), nn.Linear(32, 3)

    def forward(self, x: Tensor) -> Tensor:
        if torch.jit.is_tracing():
            raise RuntimeError("no trace")
        return self.last(F.relu(self.first(x)))


def test_a_network_that_fvcore_cannot_count_is_compared_with_what_it_runs():
    analysis = analyse(NotTraced().eval(), torch.randn(2, 8))
    assert analysis.self_test.counted == 6
    (remark,) = analysis.self_test.remarks
    assert "cannot count the MACs of the full network (RuntimeError: no trace" in remark


class Unneeded(nn.Module):
    """Blocks after which what one of them reads may not be needed any more."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.context, self.last = (nn.Linear(16, 16) for _ in range(3))
        self.blocks = nn.ModuleList(Reading() for _ in range(2))

    def forward(self, x: Tensor) -> Tensor:
        context = self.context(x).tanh()
        x = self.first(x)
        for number, block in enumerate(self.blocks):
            x = block(x, context if number == 0 else x)
        return self.last(x)


class Reading(nn.Module):
    """A residual block that reads a second argument."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Sequential(nn.Linear(16, 16))

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        return x + self.layer(context)


def test_what_a_sub_network_runs_for_nothing_counts():
    torch.manual_seed(0)
    analysis = analyse(Unneeded().eval(), torch.randn(2, 16))
    (remark,) = analysis.self_test.remarks
    assert "for a sub-network" in remark
    assert "leaves out what no output needs" in remark


def test_sizes_that_only_a_run_tells_are_asked_for():
    model = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.LazyLinear(3)).eval()
    with pytest.raises(ElasticError, match=r"The size of '2\.weight' is not known before"):
        analyse(model, torch.randn(2, 6))
    model(torch.randn(2, 6))
    assert len(analyse(model, torch.randn(2, 6)).network.structure.widths) == 1


def test_a_compiled_or_parallel_network_is_the_network_itself():
    model = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 3))
    assert evaluated(torch.compile(nn.DataParallel(model))) is model
    assert not model.training
