"""Which of the runs that a browser follows have ended."""

import asyncio
import json
from dataclasses import replace

import pytest
from starlette.requests import Request

from app import session
from app.live import routes
from app.live.run_endings import ADDRESS, endings
from engine.errors import RunError


class SummariesOnly:
    """A service that knows the summaries of some runs."""

    def __init__(self, **summaries):
        self._summaries = summaries

    def summary(self, run):
        if run not in self._summaries:
            raise RunError("There is no such run.")
        return self._summaries[run]


@pytest.fixture
def service(history):
    summary = replace(history.summary(), name="twelve", message="")
    return SummariesOnly(
        done=summary,
        live=replace(summary, state="running"),
        failed=replace(summary, state="failed", message="No memory was left."),
        paused=replace(summary, state="paused"),
        lost=replace(summary, state="interrupted"),
    )


def test_a_run_that_has_ended_says_how(service):
    assert endings(service, ["done", "live", "paused", "failed", "lost", "done"]) == [
        {"run": "done", "sentence": "twelve is finished", "detail": "12 of 12 evaluations"},
        {"run": "failed", "sentence": "twelve has failed", "detail": "No memory was left."},
        {"run": "lost", "sentence": "twelve was interrupted", "detail": "12 of 12 evaluations"},
    ]


def test_of_a_run_that_is_gone_nothing_is_said_and_nothing_is_asked_again(service):
    assert endings(service, ["gone"]) == [{"run": "gone", "sentence": "", "detail": ""}]


def test_the_endings_are_served(service, monkeypatch):
    monkeypatch.setattr(session, "service", lambda: service)
    endpoint = next(route.endpoint for route in routes.routes() if route.path == ADDRESS)
    query = b"run=done&run=live"
    request = Request({"type": "http", "query_string": query, "headers": []})
    answer = json.loads(asyncio.run(endpoint(request)).body)
    assert [ended["run"] for ended in answer["ended"]] == ["done"]
