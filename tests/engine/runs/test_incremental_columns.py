import numpy as np

from engine.constraints import Constraint
from engine.runs.incremental_columns import IncrementalColumns, prediction_of
from tests.engine.records import evaluation


def rows(count, start=0):
    return [evaluation(80.0 + i, 1e6 * i, cycle=i // 2) for i in range(start, start + count)]


def test_columns_that_grew_are_those_of_the_whole():
    evaluations, growing = [], IncrementalColumns([Constraint.parse("acc >= 85")])
    for size in (1, 2, 300, 0, 700):
        evaluations += rows(size, len(evaluations))
        columns = growing.follow(evaluations)
        whole = IncrementalColumns([Constraint.parse("acc >= 85")]).follow(evaluations)
        assert len(columns) == len(evaluations)
        assert columns.cycle.tolist() == whole.cycle.tolist()
        assert columns.missed.tolist() == [e.metrics["acc"] < 85 for e in evaluations]
        assert columns.column("acc").tolist() == [e.metrics["acc"] for e in evaluations]


def test_what_was_handed_out_stays_as_it_was():
    evaluations = rows(250)
    growing = IncrementalColumns([])
    before = growing.follow(evaluations)
    values = before.column("macs").tolist()
    evaluations += rows(1000, 250)
    growing.follow(evaluations)
    assert before.column("macs").tolist() == values


def test_a_metric_that_comes_late_is_unknown_before():
    evaluations = [evaluation(), evaluation(predicted={"acc": 91.0})]
    columns = IncrementalColumns([]).follow(evaluations)
    assert np.isnan(columns.column(prediction_of("acc"))).tolist() == [True, False]
    assert np.isnan(columns.column("lat")).all()


def test_what_failed_has_no_values_and_misses_nothing():
    columns = IncrementalColumns([Constraint.parse("acc >= 85")]).follow([evaluation(ok=False)])
    assert np.isnan(columns.column("macs")).all()
    assert columns.missed.tolist() == [0]


def test_each_constraint_has_its_bit():
    limits = [Constraint.parse("acc >= 85"), Constraint.parse("macs <= 4M")]
    evaluations = [evaluation(84.0, 3e6), evaluation(86.0, 5e6), evaluation(84.0, 5e6)]
    assert IncrementalColumns(limits).follow(evaluations).missed.tolist() == [1, 2, 3]
