import numpy as np
import numpy.typing as npt
import pytest

from engine.space import Gene, SearchSpace
from engine.training.elastic.sampling import nearest_networks, spread_networks, uniform_networks

WIDTHS = tuple(range(8, 72, 8))


class Layers:
    """Ten layers whose MACs are their widths squared; the last gene's choices fall."""

    space = SearchSpace(
        tuple(Gene(f"w{n}", WIDTHS if n < 9 else WIDTHS[::-1], role="width") for n in range(10))
    )

    def macs_params(self, genotypes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        columns = [
            gene.values(column) for gene, column in zip(self.space.genes, genotypes.T, strict=True)
        ]
        macs = (np.stack(columns, 1) ** 2).sum(1)
        return np.stack([macs, macs], 1).astype(np.int64)


LAYERS = Layers()
LARGEST = 10 * 64**2


def shares(genotypes: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    return LAYERS.macs_params(genotypes)[:, 0] / LARGEST


def test_random_networks_are_spread_over_all_macs() -> None:
    for seed in range(5):
        chosen = shares(spread_networks(LAYERS, 10, np.random.default_rng(seed)))
        assert np.all(np.abs(chosen - np.linspace(0.05, 0.95, 10)) < 0.12)


def test_networks_of_a_step_are_a_function_of_its_seed() -> None:
    first, again, other = (
        spread_networks(LAYERS, 2, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_networks_near_a_target_are_different_ones() -> None:
    chosen = nearest_networks(LAYERS, np.full(12, LARGEST / 2), np.random.default_rng(0))
    assert shares(chosen) == pytest.approx(np.full(12, 0.5), abs=0.1)
    assert len(np.unique(chosen, axis=0)) > 8


def test_uniform_networks_have_the_same_width_everywhere() -> None:
    chosen = uniform_networks(LAYERS, [0.0625, 0.25, 1.0])
    widths = [LAYERS.space.genes[n].values(chosen[:, n]).tolist() for n in range(10)]
    assert widths == [[16, 32, 64]] * 10


def test_targets_out_of_reach_give_the_ends() -> None:
    assert shares(uniform_networks(LAYERS, [0.0, 2.0])) == pytest.approx([1 / 64, 1])


def test_uniform_networks_come_close_to_any_size_and_contain_each_other() -> None:
    wanted = np.linspace(0.1, 0.9, 9)
    chosen = uniform_networks(LAYERS, wanted.tolist())
    assert shares(chosen) == pytest.approx(wanted, abs=0.012)
    widths = np.stack(
        [gene.values(column) for gene, column in zip(LAYERS.space.genes, chosen.T, strict=True)]
    )
    assert np.all(np.diff(widths) >= 0)
    assert np.all(widths.max(0) - widths.min(0) <= 8)
