import numpy as np

from engine.analysis.charts.downsampling import downsample, robust_range


def cloud(count=5000):
    return np.random.default_rng(0).normal(size=(count, 2))


def test_few_points_are_all_drawn():
    assert downsample(cloud(50), np.zeros(50, dtype=bool), 100).all()


def test_many_are_thinned_to_the_limit_and_what_matters_is_kept():
    keep = np.zeros(5000, dtype=bool)
    keep[::100] = True
    mask = downsample(cloud(), keep, 1000)
    assert mask[keep].all()
    assert mask.sum() == 1000 + keep.sum()
    assert (downsample(cloud(), keep, 1000) == mask).all()


def test_a_lone_point_is_not_lost():
    points = np.vstack([np.random.default_rng(0).random((5000, 2)) * 0.01, [[5.0, 5.0]]])
    assert downsample(points, np.zeros(5001, dtype=bool), 500)[-1]


def test_outliers_are_left_out_unless_they_matter():
    values = np.r_[np.linspace(0, 1, 100), 50.0]
    assert robust_range(values, values[:0]) == (0.0, 1.0)
    assert robust_range(values, values[-1:]) == (0.0, 50.0)
