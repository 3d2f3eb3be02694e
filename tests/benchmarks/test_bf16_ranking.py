import numpy as np
import pytest

from benchmarks.bf16_ranking import compared, drawn_anew, front_kept, order, spread
from engine.supernets.registry import DEFAULT, load

SUPERNET = load(DEFAULT)


def test_the_sub_networks_go_from_the_smallest_to_the_largest():
    genotypes = spread(SUPERNET.space, 50)
    macs = SUPERNET.macs_params(genotypes)[:, 0]
    ends = np.stack([SUPERNET.space.smallest, SUPERNET.space.largest])
    assert [macs.min(), macs.max()] == SUPERNET.macs_params(ends)[:, 0].tolist()
    assert np.quantile(macs, 0.25) < macs.mean() < np.quantile(macs, 0.75)


def test_swapped_pairs_are_counted_and_ties_are_none():
    found = order(np.array([90.0, 90.2, 90.3, 91.0]), np.array([90.3, 90.2, 90.3, 91.0]))
    assert found["swapped"] == pytest.approx(1 / 6)
    assert found["mean_gap"] == found["largest_gap"] == pytest.approx(0.2)
    assert order(np.arange(5.0), np.arange(5.0))["swapped"] == 0


def test_few_images_swap_more_than_many():
    rng = np.random.default_rng(0)
    chance = np.linspace(0.88, 0.92, 20)[:, None]
    few, many = (drawn_anew(rng.random((20, n)) < chance, 20) for n in (200, 20_000))
    assert few["swapped"] > 2 * many["swapped"] > 0


def test_a_front_found_by_the_same_numbers_keeps_all_and_by_wrong_ones_less():
    macs, top1 = np.array([2e6, 5e6, 9e6]), np.array([90.0, 91.0, 92.0])
    assert front_kept(top1, top1, macs, SUPERNET) == 1
    assert 0 < front_kept(top1[::-1], top1, macs, SUPERNET) < 1


def test_the_report_tells_change_of_top1_from_change_of_order():
    rng = np.random.default_rng(0)
    hit = rng.random((4, 1000)) < np.array([[0.8], [0.85], [0.9], [0.95]])
    half = hit.copy()
    half[:, :10] = False
    found = {"fp32": hit, "bf16": half, "other images": hit}
    report = compared(found, np.array([2e6, 4e6, 6e6, 8e6]), SUPERNET)
    assert report["bf16_change"]["largest"] == pytest.approx(hit[:, :10].sum(1).max() / 10)
    assert report["order"]["bf16"]["swapped"] == 0
    assert report["hypervolume_kept"] == {"bf16": 1, "other images": 1}
