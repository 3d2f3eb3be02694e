import asyncio
import json

import pytest
from starlette.requests import Request

from app import session
from app.charts.point_feed import ADDRESS as POINTS_ADDRESS
from app.live import routes
from app.live.run_progress import ADDRESS, run_progress
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
def history(log):
    return RunHistory("eight", log)


class NoDurations:
    """Durations of a data folder that tell nothing."""

    def remaining(self, history):
        return None

    def activity(self, history):
        return "The workers are starting."


def progress_of(history):
    return run_progress(history, NoDurations())


def test_progress_counts_evaluations_and_their_share_of_the_budget(history):
    progress = progress_of(history)
    assert (progress.evaluations, progress.progress) == (3, 3 / 8)
    assert progress.label == "3 of 8 evaluations"
    assert {fact.hook: fact.value for fact in progress.facts}["run-count"] == "3 / 8"


def test_digits_are_grouped(history):
    history.num_evals = 100_000
    assert progress_of(history).label == "3 of 100,000 evaluations"


@pytest.mark.parametrize(
    ("change", "is_redrawn"),
    [
        (lambda log: log.append(evaluation(70.0, 9e6, cycle=1)), False),
        (lambda log: log.append(evaluation(95.0, 5e6, cycle=1)), True),
        (lambda log: log.append(evaluation(70.0, 9e6, cycle=2)), True),
        (lambda log: log.append_event("state", {"state": "paused", "message": ""}), True),
    ],
    ids=["dominated", "joins the front", "new cycle", "paused"],
)
def test_the_version_changes_with_everything_but_dominated_points(log, history, change, is_redrawn):
    before = progress_of(history)
    change(log)
    history.refresh()
    assert (progress_of(history).version != before.version) == is_redrawn


def test_progress_is_served_and_a_bad_query_is_refused(history, monkeypatch):
    monkeypatch.setattr(session, "service", lambda: OneRunService(history))
    status, content = get_json(ADDRESS, "run=eight")
    assert (status, content["evaluations"]) == (200, 3)
    assert content["activity"] == "The workers are starting."
    assert get_json(ADDRESS, "run=nine") == (404, {"error": "There is no such run."})
    refused = get_json(POINTS_ADDRESS, "run=eight&after=x")
    assert refused == (400, {"error": "`after` and `risen` are numbers."})


def get_json(address, query):
    endpoint = next(route.endpoint for route in routes.routes() if route.path == address)
    request = Request({"type": "http", "query_string": query.encode(), "headers": []})
    response = asyncio.run(endpoint(request))
    return response.status_code, json.loads(response.body)


class OneRunService:
    """A service that knows one run."""

    def __init__(self, history):
        self._history, self.durations = history, NoDurations()

    def history(self, run):
        if run != self._history.id:
            raise RunError("There is no such run.")
        return self._history
