import numpy as np

from engine.analysis.grouped_quantiles import grouped_quantiles

SHARES = np.array([0.0, 0.25, 0.5, 1.0])


def test_they_are_those_of_numpy_group_by_group():
    rng = np.random.default_rng(0)
    group, values = rng.integers(0, 9, 300), rng.normal(size=300)
    group[group == 4] = 5  # one group is empty
    quantiles = grouped_quantiles(group, values, 10, SHARES)
    for i in range(10):
        members = values[group == i]
        expected = np.quantile(members, SHARES) if len(members) else np.full(4, np.nan)
        np.testing.assert_allclose(quantiles[:, i], expected)
    assert np.isnan(quantiles[:, [4, 9]]).all()


def test_without_values_there_are_none():
    nothing = grouped_quantiles(np.zeros(0, dtype=np.int64), np.zeros(0), 3, SHARES)
    assert nothing.shape == (4, 3)
    assert np.isnan(nothing).all()
