"""Networks whose code takes views of activations, for which channels must come first."""

import pytest
import torch
from torch import nn

from engine.meters.latency import measure_latency
from engine.meters.peak_bytes import peak_bytes
from engine.tasks import statistics
from engine.tasks.image_layout import layout_for

IMAGES = torch.randn(6, 3, 8, 8, generator=torch.Generator().manual_seed(0)).to(
    memory_format=torch.channels_last
)


class Flat(nn.Module):
    """As many networks of tutorials end; `branches` keep it from being fused."""

    def __init__(self, branches: bool) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.conv, self.norm = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)
        self.head, self.branches = nn.Linear(4 * 36, 5), branches

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.norm(self.conv(x)).relu()
        if self.branches and x.sum() < 0:
            return self.head(-x.view(len(x), -1))  # type: ignore[no-any-return]
        return self.head(x.view(x.size(0), -1))  # type: ignore[no-any-return]


@pytest.mark.parametrize("branches", [False, True])
def test_a_network_that_takes_views_is_calibrated_measured_and_timed(branches: bool) -> None:
    module = Flat(branches).eval()
    assert layout_for(module, IMAGES) is torch.contiguous_format
    network = statistics.calibrated_network(module, [IMAGES, IMAGES])
    with torch.inference_mode():
        expected = module(IMAGES.contiguous())
        torch.testing.assert_close(network(IMAGES), expected, atol=1e-5, rtol=1e-4)
    assert measure_latency(module, IMAGES).median > 0
    assert peak_bytes(module, IMAGES) > IMAGES.nbytes


def test_channels_come_last_where_the_network_takes_them() -> None:
    assert layout_for(nn.Conv2d(3, 4, 3), IMAGES) is torch.channels_last
    assert layout_for(nn.Linear(3, 4), torch.zeros(2, 3)) is torch.channels_last


def test_another_error_of_the_network_is_not_hidden() -> None:
    with pytest.raises(RuntimeError, match="channels"):
        layout_for(nn.Conv2d(5, 4, 3), IMAGES)
