import base64
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest

from app.charts.feed import ADDRESS, feed_spec, points_after
from engine.runs.incremental_columns import prediction_of


def unpacked(answer):
    return {
        name: np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"]).tolist()
        for name, value in answer.items()
        if isinstance(value, dict)
    }


def points(history, after=0, risen=0, x="macs", y="acc", **limit):
    return unpacked(points_after(history, x, y, after, risen, **limit))


def test_from_the_start_come_all_that_did_not_fail(history):
    found = points(history)
    ok = [e for e in history.evaluations if e.ok]
    assert found["number"] == [e.number for e in ok]
    assert found["x"] == [e.metrics["macs"] for e in ok]
    assert found["y"] == [e.metrics["acc"] for e in ok]
    assert found["cycle"] == [e.cycle for e in ok]
    assert points_after(history, "macs", "acc", 0, 0)["upto"] == len(history.evaluations)


def test_later_only_those_that_are_new_come_but_the_whole_front(history):
    whole, later = points(history), points(history, after=8)
    assert later["number"] == [number for number in whole["number"] if number > 8]
    assert later["x"] == whole["x"][-len(later["x"]) :]
    assert later["front"] == sorted(history.front_numbers)
    assert points(history, after=len(history.evaluations))["number"] == []


def test_the_steps_of_the_hypervolume_are_those_where_it_rose(history):
    whole = points(history)
    values = history.hypervolume
    at = np.array(whole["steps"]) - 1
    assert whole["heights"] == values[at].tolist()
    staircase = np.repeat(values[at], np.diff([*at, len(values)]))
    assert staircase.tolist() == values[at[0] :].tolist()
    seen = whole["steps"][1]
    assert points(history, risen=seen)["steps"] == whole["steps"][2:]


def test_what_misses_a_constraint_says_which(constrained_history):
    found = points(constrained_history)
    assert [bits == 1 for bits in found["missed"]] == [y < 89 for y in found["y"]]


def test_predictions_are_columns_too(history):
    found = points(history, x="acc", y=prediction_of("acc"))
    told = [e for e in history.evaluations if e.ok and e.predicted]
    assert found["number"] == [e.number for e in told]
    assert found["y"] == [e.predicted["acc"] for e in told]


def test_a_column_that_no_evaluation_has_gives_no_points(history):
    assert points(history, x="latency")["number"] == []


def test_the_address_says_what_to_ask_for():
    spec = feed_spec("run 1", "macs", "acc", 12, (1e6, 1.0))
    address = urlparse(spec["address"])
    assert f"/{address.path}" == ADDRESS
    assert parse_qs(address.query) == {"run": ["run 1"], "x": ["macs"], "y": ["acc"]}
    assert (spec["upto"], spec["divide"]) == (12, pytest.approx([1e6, 1.0]))
