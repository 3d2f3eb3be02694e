from types import SimpleNamespace

import numpy as np

from engine.analysis.charts.run_points import run_points
from engine.runs.incremental_columns import IncrementalColumns, prediction_of
from tests.engine.records import evaluation


def test_all_successful_evaluations_are_returned_from_the_start(history):
    points = run_points(history, "macs", "acc")
    ok = [e for e in history.evaluations if e.ok]
    assert points.number.tolist() == [e.number for e in ok]
    assert points.x.tolist() == [e.metrics["macs"] for e in ok]
    assert points.y.tolist() == [e.metrics["acc"] for e in ok]
    assert (points.evaluation_count, points.measured) == (len(history.evaluations), len(ok))
    assert set(points.front.tolist()) == history.front_numbers


def test_predictions_are_a_column_too(history):
    points = run_points(history, "acc", prediction_of("acc"))
    assert points.number.tolist() == [e.number for e in history.evaluations if e.ok and e.predicted]


def test_of_many_some_are_left_out_but_never_the_front():
    rng = np.random.default_rng(0)
    evaluations = [evaluation(*rng.random(2), number=n) for n in range(1, 501)]
    history = SimpleNamespace(
        front_numbers=frozenset({17, 420}),
        columns=lambda: IncrementalColumns([]).follow(evaluations),
    )
    sample = run_points(history, "macs", "acc", limit=100)
    assert len(sample.number) == 102
    assert {17, 420} <= set(sample.number.tolist())
    assert sample.measured == 500
    assert run_points(history, "macs", "acc", after=200, limit=100).number.tolist() == list(
        range(201, 501)
    )
