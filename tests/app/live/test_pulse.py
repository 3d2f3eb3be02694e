import asyncio
import json

import pytest
from starlette.requests import Request

from app import session
from app.charts.feed import ADDRESS as POINTS
from app.live import feed
from app.live.pulse import ADDRESS, pulse_of
from engine.config import NASConfig
from engine.errors import RunError
from engine.log.evaluation_log import DiskLog
from engine.runs.history import RunHistory
from tests.engine.records import evaluation


@pytest.fixture
def log(tmp_path):
    log = DiskLog(tmp_path / "log")
    config = NASConfig(dynas={"num_evals": 8}).to_dict()
    log.append_event("created", {"config": config, "name": "eight"})
    log.append_event("state", {"state": "running", "message": ""})
    log.append_all([evaluation(80.0, 7e6), evaluation(90.0, 5e6), evaluation(85.0, 8e6, cycle=1)])
    yield log
    log.close()


@pytest.fixture
def growing(log):
    return RunHistory("eight", log)


def test_it_says_how_far_the_run_is(growing):
    pulse = pulse_of(growing)
    assert (pulse.upto, pulse.progress) == (3, 3 / 8)
    assert pulse.label == "3 of 8 evaluations"
    assert {fact.hook: fact.value for fact in pulse.facts}["run-count"] == "3 / 8"


def test_digits_are_grouped(growing):
    growing.num_evals = 100_000
    assert pulse_of(growing).label == "3 of 100,000 evaluations"


@pytest.mark.parametrize(
    ("happens", "anew"),
    [
        (lambda log: log.append(evaluation(70.0, 9e6, cycle=1)), False),
        (lambda log: log.append(evaluation(95.0, 5e6, cycle=1)), True),
        (lambda log: log.append(evaluation(70.0, 9e6, cycle=2)), True),
        (lambda log: log.append_event("state", {"state": "paused", "message": ""}), True),
    ],
    ids=["dominated", "joins the front", "new cycle", "paused"],
)
def test_the_version_changes_with_what_is_drawn_beside_the_points(log, growing, happens, anew):
    before = pulse_of(growing)
    happens(log)
    growing.refresh()
    assert (pulse_of(growing).version != before.version) == anew


def test_a_browser_hears_the_pulse_and_what_is_wrong_with_its_question(growing, monkeypatch):
    monkeypatch.setattr(session, "service", lambda: Known(growing))
    status, told = answered(ADDRESS, "run=eight")
    assert (status, told["upto"]) == (200, 3)
    assert answered(ADDRESS, "run=nine") == (404, {"error": "There is no such run."})
    refused = answered(POINTS, "run=eight&after=x")
    assert refused == (400, {"error": "`after` and `risen` are numbers."})


def answered(address, query):
    endpoint = next(route.endpoint for route in feed.routes() if route.path == address)
    asked = Request({"type": "http", "query_string": query.encode(), "headers": []})
    response = asyncio.run(endpoint(asked))
    return response.status_code, json.loads(response.body)


class Known:
    """A service that knows one run."""

    def __init__(self, history):
        self.kept = history

    def history(self, run):
        if run != self.kept.id:
            raise RunError("There is no such run.")
        return self.kept
