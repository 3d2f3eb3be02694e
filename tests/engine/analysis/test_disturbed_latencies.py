from dataclasses import replace

import pytest

from engine.analysis.disturbed_latencies import disturbance_mark, disturbance_remarks
from engine.analysis.goal import Goal
from engine.analysis.goal_text import subnetwork_entry

SLOWED = {"device": "cpu", "slowed": 0.3}


@pytest.fixture
def timed(history):
    """A sub-network with a latency that other programs slowed down."""
    evaluation = next(e for e in history.evaluations if e.ok)
    metrics = {**evaluation.metrics, "lat": 20.0}
    return replace(evaluation, metrics=metrics, conditions=SLOWED, imported_conditions={})


def test_a_slowed_latency_is_marked_where_it_is_shown(timed):
    assert disturbance_mark(timed, ["acc", "lat"]) == "Latency slowed by other programs"
    (sentence,) = disturbance_remarks(timed, ["acc", "lat", "lat"])
    assert sentence.startswith(f"Latency of sub-network {timed.number}: Other programs slowed it")
    with_latency = subnetwork_entry("Best", Goal.parse("acc", "lat <= 25"), timed)
    assert with_latency.warning == "Latency slowed by other programs"
    without_latency = subnetwork_entry("Best", Goal.parse("acc", "macs <= 5M"), timed)
    assert without_latency.warning == ""


def test_a_quiet_latency_is_not_marked(timed):
    quiet = replace(timed, conditions={"device": "cpu"})
    assert disturbance_mark(quiet, ["acc", "lat"]) == ""
    assert disturbance_remarks(quiet, ["acc", "lat"]) == []


def test_an_imported_latency_has_its_own_conditions(timed):
    elsewhere = replace(timed, imported_conditions={"lat": {"device": "cpu", "disturbed": 0.5}})
    assert disturbance_mark(elsewhere, ["lat"]) == "Latency beside other programs"
