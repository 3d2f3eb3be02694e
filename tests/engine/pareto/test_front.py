import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.metrics import METRICS
from engine.pareto.front import minimised, non_dominated
from tests.engine.records import evaluation

points = arrays(np.float64, st.tuples(st.integers(0, 25), st.integers(1, 4)),
                elements=st.sampled_from([*np.linspace(0, 1.2, 7), np.nan, np.inf]))  # fmt: skip


def brute_force(values):
    is_on_front = []
    for i, a in enumerate(values):
        better = (np.isfinite(b).all() and (b <= a).all() and ((b < a).any() or j < i)
                  for j, b in enumerate(values) if j != i)  # fmt: skip
        is_on_front.append(np.isfinite(a).all() and not any(better))
    return is_on_front


@given(points)
@settings(max_examples=150, deadline=None)
def test_front_agrees_with_brute_force(values):
    assert non_dominated(values).tolist() == brute_force(values)


def test_maximised_metrics_are_negated_and_failures_are_nan():
    objectives = [METRICS["acc"], METRICS["macs"]]
    rows = minimised([evaluation(90.0, 5e6), evaluation(ok=False)], objectives)
    assert rows[0].tolist() == [-90.0, 5e6]
    assert np.isnan(rows[1]).all()


def test_an_evaluation_without_one_of_the_objectives_has_no_place():
    rows = minimised([evaluation()], [METRICS["acc"], METRICS["lat"]])
    assert np.isnan(rows).all()
