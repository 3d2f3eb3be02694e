import json

import pytest

from app.tables.runs import RequestedAction
from engine.supernets.registry import DEFAULT
from tests.engine.meters.test_subnetwork_latencies import row, text

NAME = "lat_pi5_onnxruntime_4t"


@pytest.fixture
def history(start, service):
    return service.history(start("mine", metrics=["acc", "macs"]))


@pytest.fixture
def upload(app, history):
    """Open the dialog from the menu of the run, and give it a file."""

    def give(*rows):
        app.session_state["runs_asked"] = RequestedAction(history.id, "latencies")
        app.run()
        field = app.file_uploader(key=f"latencies_file_{history.id}")
        field.set_value(("pi.csv", text(*rows), "text/csv")).run()
        assert not app.exception
        return app

    return give


def of(history, number, **changes):
    return row(config=json.dumps(dict(history.evaluations[number - 1].config)), **changes)


def ok_numbers(history):
    return [e.number for e in history.evaluations if e.ok][:2]


def test_what_becomes_of_the_rows_is_shown_before_they_are_imported(upload, history, service):
    first, second = ok_numbers(history)
    app = upload(of(history, first), of(history, second, lat="x"), row(supernet="other"))
    captions = "\n".join(element.value for element in app.caption).replace("\\", "")
    assert f"1 sub-network with {NAME}: timed on Board (pi5), 4 threads" in captions
    assert "Line 3 is left out: its lat is 'x'" in captions
    assert f"this run searched {DEFAULT}" in captions
    assert NAME not in service.history(history.id).evaluations[first - 1].metrics
    button = next(b for b in app.button if b.key == "latencies_apply")
    assert button.label == "Import for 1 sub-network"
    button.click().run()
    assert not app.exception
    assert service.history(history.id).evaluations[first - 1].metrics[NAME] == 3.5


def test_a_file_without_a_usable_row_cannot_be_imported(upload):
    app = upload(row(supernet="other"))
    button = next(b for b in app.button if b.key == "latencies_apply")
    assert button.disabled


def test_a_file_that_is_none_is_said_so(app, history):
    app.session_state["runs_asked"] = RequestedAction(history.id, "latencies")
    app.run()
    field = app.file_uploader(key=f"latencies_file_{history.id}")
    field.set_value(("a.csv", b"a,b\n1,2\n", "text/csv")).run()
    assert "has no column config and no lat" in app.error[0].value
