"""Pages about one run whose address names no run, a missing one or a deleted one."""

import pytest

from tests.engine.runs.fakes import InstantEvaluator
from tests.pages.conftest import html_of

PAGES = ("live", "explore", "decide", "subnetwork")


def open_page(app, name, **query):
    for key, value in query.items():
        app.query_params[key] = value
    return app.switch_page(f"../pages/{name}.py").run()


@pytest.mark.parametrize("name", PAGES)
def test_a_run_that_is_not_there_is_never_replaced_by_another(app, start, name):
    start("another")
    open_page(app, name, run="gone")
    assert not app.exception
    assert "The run 'gone' is not here." in app.markdown[0].value
    assert app.query_params["run"] == "gone"
    assert "another" not in html_of(app)
    app.button(key=f"{name}_runs").click().run()
    assert app.title[0].value == "Runs"


@pytest.mark.parametrize("name", PAGES)
def test_a_deleted_run_can_be_restored_where_its_link_leads(app, start, service, name):
    run = start("mine")
    service.delete(run)
    open_page(app, name, run=run)
    assert "It is in the trash" in app.markdown[0].value
    app.button(key=f"{name}_restore").click().run()
    assert not app.exception
    assert [summary.id for summary in service.list()] == [run]
    assert not any("trash" in element.value for element in app.markdown)


def test_a_name_that_is_no_run_is_shown_as_it_is_and_cut(app):
    open_page(app, "live", run="*" * 500)
    assert not app.exception
    escaped = r"\*" * 59
    assert f"The run '{escaped}…' is not here." in app.markdown[0].value


def test_a_page_says_so_when_its_run_is_deleted_meanwhile(app, start, service):
    run = start("mine")
    open_page(app, "decide", run=run)
    service.delete(run)
    app.run()
    assert not app.exception
    assert "It is in the trash" in app.markdown[0].value


@pytest.mark.parametrize("number", ["13", "0", "x", "9" * 40])
def test_a_sub_network_that_is_not_there_is_never_replaced_by_another(app, start, number):
    run = start()
    open_page(app, "subnetwork", run=run, n=number)
    assert not app.exception
    assert "Numbers go from 1 to 12." in app.markdown[0].value
    assert app.query_params["n"] == number
    assert app.button(key="subnetwork_open_live")


@pytest.mark.parametrize("name", ["live", "explore"])
def test_the_selected_sub_network_is_in_the_address(app, start, name):
    run = start()
    open_page(app, name, run=run, selected="3")
    assert not app.exception
    assert app.session_state[f"selected_{run}"] == 3
    open_page(app, "explore" if name == "live" else "live", run=run)
    assert app.query_params["selected"] == "3"


def test_a_selection_that_is_not_there_leaves_the_address(app, start):
    run = start()
    open_page(app, "live", run=run, selected="99")
    assert not app.exception
    assert "selected" not in app.query_params


@pytest.mark.parametrize("name", ["explore", "decide"])
def test_runs_of_one_name_are_told_apart(app, start, name):
    older, newer = start("twin"), start("twin")
    for run in (older, newer):
        open_page(app, name, run=run)
        picker = app.selectbox(key=f"{name}_run_{run}")
        assert sorted(picker.options) == sorted([f"twin · {older}", f"twin · {newer}"])
        app.run()  # what the browser sends back is what the entry reads
        assert app.query_params["run"] == run
    app.selectbox(key=f"{name}_run_{newer}").select(older).run()
    assert app.query_params["run"] == older


@pytest.mark.parametrize("name", ["live", "explore", "decide", "subnetwork"])
def test_a_run_that_ended_without_a_measurement_promises_none(app, start, name, monkeypatch):
    monkeypatch.setattr(InstantEvaluator, "fails", lambda *_: True)
    open_page(app, name, run=start("all failed"))
    assert not app.exception
    words = " ".join(element.value for element in [*app.markdown, *app.caption])
    assert "appear" not in words
    if name != "live":
        assert "**This run has measured nothing.**" in words
