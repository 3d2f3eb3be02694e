import pytest
import torch
from torch import Tensor, nn

from engine.errors import DataError
from engine.supernets.elastic.analysis import analyse
from engine.supernets.elastic.settings import ElasticSettings
from engine.training.elastic.measuring import main_quality, quality
from tests.engine.training.elastic.tiny import tiny_data, tiny_model


class Block(nn.Module):
    """A residual block."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.norm = nn.Conv2d(8, 8, 3, padding=1), nn.BatchNorm2d(8)

    def forward(self, x: Tensor) -> Tensor:
        """A sum of the shape of `x`."""
        return x + self.norm(self.layer(x)).relu()


def test_a_sub_network_that_skips_blocks_is_measured() -> None:
    """Its plain module is fused for speed, which traces it without tensors."""
    blocks = nn.Sequential(Block(), Block())
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3), blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 3)
    ).eval()
    network = analyse(model, torch.zeros(2, 1, 6, 6), ElasticSettings(divisor=4)).network
    assert network.space.genes_of("depth")
    assert 0 <= main_quality(network.extract(network.space.smallest), tiny_data()) <= 100


def test_code_that_reads_numbers_of_its_inputs_is_measured() -> None:
    class Reading(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.net, self.sizes = tiny_model(), {6: 1.0}

        def forward(self, x: Tensor) -> Tensor:
            logits: Tensor = self.net(x * self.sizes[x.shape[-1]])
            return logits

    assert main_quality(Reading().eval(), tiny_data()) == main_quality(tiny_model(), tiny_data())


def test_a_network_that_is_measured_as_it_is_keeps_its_statistics() -> None:
    model: nn.Module = tiny_model()
    seen: list[Tensor] = []
    norm = next(m for m in model.modules() if isinstance(m, nn.BatchNorm2d))
    assert norm.running_mean is not None
    norm.running_mean += 100  # no statistics of these data

    def score(outputs: list[Tensor], targets: list[Tensor]) -> dict[str, float]:
        seen.append(outputs[0])
        return {"acc": 0.0}

    data = tiny_data(score=score)
    with torch.no_grad():
        expected = model(next(iter(data.batches("validation")))[0])
    main_quality(model, data, as_it_is=True)
    main_quality(model, data)
    torch.testing.assert_close(seen[0], expected)
    assert not torch.allclose(seen[1], expected)


def test_data_without_a_part_are_named() -> None:
    with pytest.raises(DataError, match="no batches for the held out part"):
        quality(tiny_model(), tiny_data(held_out=None), "held out")
