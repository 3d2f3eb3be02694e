"""Baselines on the pages that draw a front: the switch, the measurement, the overlay."""

import re

import pytest

from app import session
from engine.config import NASConfig
from engine.export.table import run_csv
from tests.engine.runs.imported import import_text
from tests.long_log import write_long_log
from tests.pages.conftest import data_of
from tests.pages.decide_page import texts

PAGES = "live", "explore", "decide", "compare"
OVERLAY = ["Uniform scaling", "Original"]


@pytest.fixture
def run(service):
    return write_long_log(service.data_dir, 30)


def open_page(app, page, run):
    app.query_params["run"] = app.query_params["runs"] = run
    app.switch_page(f"../pages/{page}.py").run()
    app.toggle(key="baselines").set_value(True).run()
    assert not app.exception


def measure(app, run):
    app.button(key="baselines_measure").click().run()
    session.jobs().get(("baselines", run)).exception(timeout=60)
    app.run()
    assert not app.exception


def overlay_of(app):
    """The names of the last traces of the first chart of the page."""
    return [trace["name"] for trace in data_of(app, "chart")["figure"]["data"]][-2:]


def test_they_are_measured_on_request_and_drawn_on_every_page(app, run):
    open_page(app, "decide", run)
    assert overlay_of(app) != OVERLAY
    label = app.button(key="baselines_measure").label
    assert re.fullmatch(r"Measure baselines \(11 measurements, (about|up to about) .+\)", label)
    measure(app, run)  # every fifth measurement of these pages fails
    assert overlay_of(app) == OVERLAY
    assert "2 of 11 could not be measured: acc is not a finite number" in texts(app)
    measure(app, run)
    for page in PAGES:
        open_page(app, page, run)
        assert overlay_of(app) == OVERLAY
        assert "At equal MACs the front is " in texts(app)
        assert "baselines_measure" not in {button.key for button in app.button}
    app.toggle(key="baselines").set_value(False).run()
    assert overlay_of(app) != OVERLAY


def test_a_run_that_can_have_none_says_why(app, run, service):
    text = run_csv(service.history(run))
    imported = import_text(service, text, "results.csv", NASConfig())
    open_page(app, "decide", imported)
    assert "There are no baselines. The numbers of this run come from a file" in texts(app)
    assert "baselines_measure" not in {button.key for button in app.button}
