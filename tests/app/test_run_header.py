import math
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from app.run_header import bar_html, facts, head_html, header_info, state_html
from app.run_list.rows import run_row
from engine.runs.run_labels import Labels
from engine.runs.times.time_range import TimeRange


def told(info):
    return {fact.hook: fact.value for fact in facts(info)}


def test_a_run_that_ended_has_no_time_left(history):
    info = header_info(history.summary(), history)
    assert (info.count, info.failed) == ("12 / 12", 2)
    assert info.progress == 1.0
    assert info.remaining == ""
    assert told(info)["run-count"] == "12 / 12"
    assert told(info)["run-failed"] == "2"
    assert "run-remaining" not in told(info)


def test_a_running_run_shows_speed_and_time_left(history):
    info = header_info(replace(history.summary(), state="running", budget=24), history)
    assert info.progress == 0.5
    assert told(info)["run-count"] == "12 / 24"
    assert "/ min" in told(info)["run-rate"]


def test_the_time_left_is_a_range(history):
    running = replace(history.summary(), state="running", budget=24)
    info = header_info(running, history, TimeRange(720.0, 900.0, 1200.0))
    assert told(info)["run-remaining"] == "about 12 to 20 min"
    assert "run-remaining" not in told(header_info(running, history))


def test_a_search_that_computes_and_ends_early_is_complete(history):
    budgeted = replace(history.summary(), budget=100_000)
    info = header_info(budgeted, history)
    assert (info.count, info.progress) == ("12 / 100,000", 12 / 100_000)
    for state, count, progress in (
        ("finished", "69,640", 1.0),
        ("stopped", "69,640 / 100,000", 0.6964),
        ("running", "69,640 / 100,000", 0.6964),
    ):
        summary = replace(budgeted, state=state, computed=69_640)
        info, row = header_info(summary, history), run_row(summary, Labels())
        assert (info.count, info.progress) == (row.count, row.progress) == (count, progress)


def test_before_the_first_evaluation_there_is_no_hypervolume(history):
    info = header_info(replace(history.summary(), evaluations=0, hypervolume=0.0), history)
    assert told(info)["run-hypervolume"] == "–"


def test_markup_in_names_is_escaped():
    assert "<script>" not in state_html("<script>")
    assert 'aria-label="&quot;"' in bar_html(0.5, '"')


def test_where_every_evaluation_failed_there_is_no_hypervolume(history):
    summary = replace(history.summary(), evaluations=4, failed=4, hypervolume=0.0)
    assert told(header_info(summary, history))["run-hypervolume"] == "–"
    assert math.isnan(run_row(summary, Labels()).hypervolume)


@pytest.mark.parametrize(
    ("state", "imported", "words"),
    [
        ("running", False, "liverunning"),
        ("paused", True, "livepaused"),
        ("finished", False, "finished"),
        ("finished", True, "imported"),
        ("stopped", True, "stopped"),
        ("interrupted", False, "interrupted"),
    ],
)
def test_the_head_says_whether_a_run_is_live_finished_or_imported(history, state, imported, words):
    summary = replace(history.summary(), state=state, imported=imported)
    assert "".join(ElementTree.fromstring(head_html(summary)).itertext()) == words
