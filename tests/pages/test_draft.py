"""New search as it was filled in, in a later visit of the same browser."""

import pytest
from streamlit.testing.v1 import AppTest

from app.forms import draft
from tests.pages.conftest import MAIN

BROWSER, ANOTHER = "1" * 32, "2" * 32


@pytest.fixture
def visit(service, monkeypatch):
    """A new visit of a browser, at an address."""

    def open_dashboard(browser=BROWSER, **address):
        monkeypatch.setattr(draft, "browser_name", lambda: browser)
        app = AppTest.from_file(str(MAIN), default_timeout=60)
        for name, value in address.items():
            app.query_params[name] = value
        return app.run()

    return open_dashboard


@pytest.fixture
def filled(visit):
    app = visit()
    app.number_input(key="new_evaluations").set_value(40).run()
    app.text_input(key="new_goal_limit_macs_1").set_value("3M").run()
    app.text_input(key="new_name").set_value("my search").run()
    assert not app.exception
    return app


def seen(app):
    assert not app.exception
    return (
        app.number_input(key="new_evaluations").value,
        app.session_state["new_constraints"],
        app.text_input(key="new_name").value,
    )


def test_a_reload_keeps_what_was_filled_in(visit, filled):
    expected = (40, ["macs <= 3e6"], "my search")
    assert seen(visit()) == expected
    assert "limits" in filled.query_params
    assert seen(visit(**dict(filled.query_params))) == expected


def test_another_browser_and_another_address_have_forms_of_their_own(visit, filled):
    assert seen(visit(ANOTHER)) == (250, [], "")
    assert seen(visit(""))[0] == 250
    assert seen(visit(limits="macs:4000000")) == (250, ["macs <= 4e6"], "")


def test_a_search_that_was_started_leaves_no_draft(visit, filled, service, data_dir):
    filled.button(key="new_start").click().run()
    [run] = service.list()
    service.wait(run.id, 120)
    assert run.name == "my search"
    assert not list((data_dir / "drafts").iterdir())
    assert seen(visit()) == (250, [], "")


def test_reset_fills_in_the_defaults(visit, filled, data_dir):
    filled.button(key="new_reset").click().run()
    assert seen(filled) == (250, [], "")
    assert seen(visit()) == (250, [], "")


def test_a_mere_visit_writes_nothing(visit, data_dir):
    visit()
    assert not (data_dir / "drafts").exists()
