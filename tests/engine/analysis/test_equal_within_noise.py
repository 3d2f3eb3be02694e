"""Answers, charts and tables say what is equal within noise."""

from dataclasses import replace

import pytest

from engine.analysis.charts.decision import decision_info
from engine.analysis.comparison.sub_networks import metric_rows
from engine.analysis.equal_within_noise import leaner_of_run
from engine.analysis.figures.decision import decision_figure
from engine.analysis.goal import Goal, answer
from engine.analysis.goal_text import answer_entries, marks_with_answer
from engine.analysis.number_text import value_of
from engine.evaluation.uncertainty import evaluation_error
from engine.export.subnetwork import to_dict
from tests.engine.records import evaluation

FEW = {"inputs": 5000}
FRONT = [
    evaluation(acc, macs, number=number, quality_conditions=FEW)
    for number, (acc, macs) in enumerate([(86.0, 3e6), (90.4, 6e6), (90.6, 9e6)], 1)
]


def test_values_carry_their_standard_error():
    assert value_of("acc", FRONT[2]) == "90.60 % ± 0.41"
    assert value_of("macs", FRONT[2]) == "9.00 M MACs"
    assert value_of("acc", evaluation(90.6)) == "90.60 %"


def test_the_comparison_of_sub_networks_says_what_is_equal():
    accuracy, macs = metric_rows([FRONT[2], FRONT[1], FRONT[0]], ["acc", "macs"], {})
    assert [value.error for value in accuracy.values] == ["± 0.41", "± 0.42", "± 0.49"]
    assert [v.delta.verdict for v in accuracy.values[1:]] == ["equal", "worse"]
    assert [v.delta.verdict for v in macs.values[1:]] == ["better", "better"]
    assert {value.error for value in macs.values} == {""}


def test_error_bars_are_as_long_as_the_standard_error():
    info = decision_info(
        "run", FRONT, [], {1, 2, 3}, ("macs", "acc"), {"acc", "macs"}, {}, {}, [], 10
    )
    without, with_bars = decision_figure(info), decision_figure(info, error_bars=True)
    assert not any("error_y" in trace for trace in without["data"])
    (bars,) = [trace for trace in with_bars["data"] if "error_y" in trace]
    expected = [evaluation_error("acc", e) for e in FRONT]
    assert bars["error_y"]["array"] == pytest.approx(expected)
    assert bars["error_x"]["array"] == [0.0, 0.0, 0.0]
    assert "± 0.41" in info.points[2].hover


def test_a_file_of_a_sub_network_has_the_standard_error(history):
    known = replace(history.front()[0], quality_conditions=FEW)
    metrics = to_dict(history.config, known)["metrics"]
    assert metrics["acc"]["standard_error"] == pytest.approx(evaluation_error("acc", known), 1e-3)
    assert "standard_error" not in metrics["macs"]
    unknown = replace(known, quality_conditions={})
    assert "standard_error" not in to_dict(history.config, unknown)["metrics"]["acc"]


def test_the_answer_names_a_leaner_equal(history, monkeypatch):
    few = [replace(e, quality_conditions={"inputs": 300}) for e in history.evaluations]
    monkeypatch.setattr(history, "evaluations", few)
    result = answer(history, Goal.parse("acc"))
    best, leaner = result.best, result.leaner
    assert leaner.metrics["macs"] < best.metrics["macs"]
    numbers = [e.number for e in few if e.ok]
    assert leaner_of_run(history, numbers, best, result.weighed) == leaner
    (entry,) = [e for e in answer_entries(result) if e.title == "Equal within noise"]
    assert entry.evaluation == leaner
    assert f"below #{best.number} in Top-1 accuracy, less than the standard error" in entry.text
    assert marks_with_answer(result, {})[leaner.number] in ("equal", "runner-up, equal")


def test_nothing_is_equal_where_noise_is_not_known(history, monkeypatch):
    known = [replace(e, quality_conditions={}) for e in history.evaluations]
    monkeypatch.setattr(history, "evaluations", known)
    assert answer(history, Goal.parse("acc")).leaner is None
