import base64
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest

from app.charts.point_feed import ADDRESS, feed_spec, new_points
from engine.runs.incremental_columns import prediction_of


def unpacked(answer):
    return {
        name: np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"]).tolist()
        for name, value in answer.items()
        if isinstance(value, dict)
    }


def points(history, after=0, last_step=0, x="macs", y="acc", **limit):
    return unpacked(new_points(history, x, y, after, last_step, **limit))


def test_the_first_request_returns_all_successful_evaluations(history):
    columns = points(history)
    ok = [e for e in history.evaluations if e.ok]
    assert columns["number"] == [e.number for e in ok]
    assert columns["x"] == [e.metrics["macs"] for e in ok]
    assert columns["y"] == [e.metrics["acc"] for e in ok]
    assert columns["cycle"] == [e.cycle for e in ok]
    assert new_points(history, "macs", "acc", 0, 0)["evaluations"] == len(history.evaluations)


def test_later_requests_return_new_points_and_the_whole_front(history):
    all_points, later = points(history), points(history, after=8)
    assert later["number"] == [number for number in all_points["number"] if number > 8]
    assert later["x"] == all_points["x"][-len(later["x"]) :]
    assert later["front"] == sorted(history.front_numbers)
    assert points(history, after=len(history.evaluations))["number"] == []


def test_steps_are_the_evaluations_that_raise_the_hypervolume(history):
    all_points = points(history)
    values = history.hypervolume
    at = np.array(all_points["steps"]) - 1
    assert all_points["heights"] == values[at].tolist()
    staircase = np.repeat(values[at], np.diff([*at, len(values)]))
    assert staircase.tolist() == values[at[0] :].tolist()
    step = all_points["steps"][1]
    assert points(history, last_step=step)["steps"] == all_points["steps"][2:]


def test_points_name_the_constraints_that_they_violate(constrained_history):
    columns = points(constrained_history)
    assert [bits == 1 for bits in columns["missed"]] == [y < 89 for y in columns["y"]]


def test_predictions_can_be_requested_as_a_column(history):
    columns = points(history, x="acc", y=prediction_of("acc"))
    predicted_evaluations = [e for e in history.evaluations if e.ok and e.predicted]
    assert columns["number"] == [e.number for e in predicted_evaluations]
    assert columns["y"] == [e.predicted["acc"] for e in predicted_evaluations]


def test_a_column_that_no_evaluation_has_gives_no_points(history):
    assert points(history, x="latency")["number"] == []


def test_the_address_contains_run_and_columns():
    spec = feed_spec("run 1", "macs", "acc", 12, (1e6, 1.0))
    address = urlparse(spec["address"])
    assert f"/{address.path}" == ADDRESS
    assert parse_qs(address.query) == {"run": ["run 1"], "x": ["macs"], "y": ["acc"]}
    assert (spec["evaluations"], spec["divide"]) == (12, pytest.approx([1e6, 1.0]))
