"""What `own_path` leaves out is left out, and the order of turns changes nothing in the numbers."""

import numpy as np
import pytest
import torch
from torch import nn

from benchmarks.own_path import MEANS, compare_ways, take_turns, without
from engine.fast import kernels
from engine.fast.segment import inputs_in_chunk


class Residual(nn.Module):
    """A convolution and a shortcut of another one."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 8, 1), nn.Conv2d(3, 8, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.second(x) + self.first(x)).mean((2, 3))


@torch.inference_mode()
def test_what_is_left_out_is_restored_afterwards() -> None:
    conv = nn.Conv2d(3, 8, 1)
    kernel = kernels.OneDNN(conv, conv.weight, conv.bias, torch.float32)
    x = torch.randn(2, 3, 8, 8).contiguous(memory_format=torch.channels_last)

    def is_in_place() -> bool:
        residual = torch.zeros(2, 8, 8, 8).contiguous(memory_format=torch.channels_last)
        return kernel(x, residual, overwrites=True).data_ptr() == residual.data_ptr()

    for left_out in MEANS.values():
        with without(left_out):
            assert is_in_place() is ("shortcuts" not in left_out)
            assert inputs_in_chunk(5_000_000, 1) == (1 if "several_images" in left_out else 4)
        assert is_in_place()
        assert inputs_in_chunk(5_000_000, 1) == 4


def test_outputs_and_times_are_compared_for_each_means() -> None:
    row = compare_ways(Residual().eval(), torch.randn(6, 3, 8, 8), 2, torch.float32)
    assert row.pop("largest_difference") < 1e-5
    assert row.keys() == MEANS.keys()
    assert all(np.shape(saved["processor"]) == (3,) for saved in row.values())


def test_every_second_round_has_the_other_order() -> None:
    order: list[str] = []

    def turn(name: str) -> tuple[float, float]:
        order.append(name)
        return float(len(order)), 0.0

    spent = take_turns({name: lambda name=name: turn(name) for name in "ab"}, 2)  # type: ignore[misc]
    assert "".join(order) in {"abba", "baab"}
    assert sum(spent["a"][:, 0]) == pytest.approx(sum(spent["b"][:, 0]))
