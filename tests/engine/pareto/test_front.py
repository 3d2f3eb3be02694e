import moocore
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.metrics import METRICS
from engine.pareto.front import FrontTracker, minimised, non_dominated
from tests.engine.records import evaluation

points = arrays(np.float64, st.tuples(st.integers(0, 25), st.just(2)),
                elements=st.sampled_from([*np.linspace(0, 1.2, 7), np.nan]))  # fmt: skip


def brute_force(values):
    kept = []
    for i, a in enumerate(values):
        better = (not np.isnan(b).any() and (b <= a).all() and ((b < a).any() or j < i)
                  for j, b in enumerate(values) if j != i)  # fmt: skip
        kept.append(not np.isnan(a).any() and not any(better))
    return kept


@given(points)
@settings(max_examples=150, deadline=None)
def test_front_agrees_with_brute_force(values):
    assert non_dominated(values).tolist() == brute_force(values)


@given(points)
@settings(max_examples=100, deadline=None)
def test_tracker_agrees_with_a_count_from_scratch(values):
    tracker = FrontTracker(np.ones(2), np.zeros(2))
    for n, point in enumerate(values, start=1):
        seen = values[:n][np.isfinite(values[:n]).all(axis=1)]
        expected = moocore.hypervolume(seen, ref=1.0) if len(seen) else 0.0
        assert tracker.add(point) == pytest.approx(expected, abs=1e-12)


def test_maximised_metrics_are_negated_and_failures_are_nan():
    objectives = [METRICS["acc"], METRICS["macs"]]
    rows = minimised([evaluation(90.0, 5e6), evaluation(ok=False)], objectives)
    assert rows[0].tolist() == [-90.0, 5e6]
    assert np.isnan(rows[1]).all()
