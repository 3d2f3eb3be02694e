import json

import pytest

from app.explore.analysis_views import VIEWS
from app.views.explore import _TABS
from engine.runs.evaluation_notes import evaluation_notes
from tests.pages.conftest import data_of, html_of


def open_explore(app, run=None, **state):
    if run is not None:
        app.query_params["run"] = run
    for name, value in state.items():
        app.query_params[name] = value
    return app.switch_page("../pages/explore.py").run()


def selected_texts(app):
    return [element.value for element in app.markdown if element.value.startswith("**#")]


def test_without_a_run_the_next_step_is_offered(app):
    open_explore(app)
    assert "No run yet" in app.markdown[0].value
    assert app.button(key="explore_new").label == "New search"


def test_a_run_is_shown_with_its_state(app, start):
    run = start()
    open_explore(app, run)
    assert not app.exception
    assert 'data-testid="run-state">finished' in html_of(app)
    assert app.selectbox(key="axis_y").value == "acc"
    assert app.selectbox(key="axis_x").value == "macs"
    assert any("12 evaluations, no filter" in element.value for element in app.markdown)


def test_the_address_says_what_is_looked_at(app, start):
    open_explore(app, start(), at="8", selected="2", filter="macs > 0", axis_x="Parameters")
    assert app.selectbox(key="axis_x").value == "params"
    assert any("of 8 match" in element.value for element in app.markdown)
    assert selected_texts(app) == ["**#2**"]


@pytest.mark.parametrize(
    "state",
    [
        {"at": "-3", "selected": "999", "page": "x", "sort": "nothing", "brush": "a:b~c"},
        {"axis_x": "nothing", "view": "4-D", "tab": "none", "scale": "q", "columns": "nothing"},
        {"filter": "__import__('os')", "at": "9" * 30},
    ],
)
def test_a_damaged_address_is_shown_as_far_as_it_goes(app, start, state):
    open_explore(app, start(), **state)
    assert not app.exception
    assert not selected_texts(app)


def test_a_wrong_filter_is_answered_in_a_sentence(app, start):
    open_explore(app, start())
    app.text_input(key="filter").set_value("mac < 3M").run()
    assert "Did you mean macs?" in app.error[0].value
    app.text_input(key="filter").set_value("macs < 100").run()
    assert not app.error
    assert any("**0** of 12 match" in element.value for element in app.markdown)


@pytest.mark.parametrize("tab", _TABS)
def test_every_view_can_be_drawn(app, start, tab):
    open_explore(app, start(), tab=tab, view="3-D")
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("tab", VIEWS)
def test_a_view_of_nothing_says_so(app, start, tab):
    open_explore(app, start(), tab=tab, filter="macs < 100")
    assert not app.exception
    assert not app.error


def test_importance_is_there_before_a_predictor_can_be_fitted(app, start):
    open_explore(app, start(), tab="Importance")
    charts = [chart for chart in charts_of(app) if chart["name"] == "importance"]
    assert charts[0]["figure"]["data"][0]["type"] == "bar"
    assert any("From 20 sub-networks on" in element.value for element in app.caption)


def test_the_genes_of_a_contour_must_differ(app, start):
    open_explore(app, start(), tab="Contour")
    app.selectbox(key="contour_y").set_value(app.selectbox(key="contour_x").value).run()
    assert any("two different genes" in element.value for element in app.caption)


def charts_of(app):
    return [
        json.loads(element.proto.json)
        for element in app.get("bidi_component")
        if element.proto.component_name.endswith("dynas_chart")
    ]


def test_a_failed_evaluation_says_why(app, start):
    open_explore(app, start(), selected="5")
    assert any("not a finite number" in element.value for element in app.caption)


def test_later_evaluations_are_shown_on_request(app, start, service):
    run = start()
    open_explore(app, run)
    service.extend(run, 3)
    service.wait(run, timeout=60)
    app.run()
    assert any("12 evaluations" in element.value for element in app.markdown)
    app.button(key="explore_newer").click().run()
    assert any("15 evaluations" in element.value for element in app.markdown)


def test_another_run_starts_from_its_end(app, start):
    other_run, run = start("other"), start("one")
    open_explore(app, run, at="5", selected="3")
    app.selectbox(key=f"explore_run_{run}").set_value(other_run).run()
    assert app.query_params["run"] == other_run
    assert not selected_texts(app)


def test_live_leads_here_with_its_selection(app, start):
    run = start()
    app.session_state[f"selected_{run}"] = 4
    app.query_params["run"] = run
    app.switch_page("../pages/live.py").run()
    app.button(key="live_explore").click().run()
    assert selected_texts(app) == ["**#4**"]


@pytest.mark.parametrize("page", ["explore", "live", "compare"])
def test_the_only_objective_of_a_run_is_drawn_over_its_evaluations(app, start, page):
    run = start(metrics=["acc"], record=[])
    app.query_params["run"] = app.query_params["runs"] = run
    app.switch_page(f"../pages/{page}.py").run()
    assert not app.exception
    assert [box.value for box in app.selectbox if box.label.endswith(" axis")] == ["acc", "number"]


def test_decide_says_what_the_front_of_a_single_objective_is(app, start):
    app.query_params["run"] = start(metrics=["acc"])
    app.switch_page("../pages/decide.py").run()
    assert not app.exception
    texts = [element.value for element in app.caption]
    assert any("With one objective the front is the best that was measured" in t for t in texts)
    assert not [box for box in app.selectbox if box.label.endswith(" axis")]


def test_a_note_is_written_shown_and_undone(app, start, service):
    run = start()
    open_explore(app, run, selected="3")
    text = next(area for area in app.text_area if area.label == "Note on #3")
    text.set_value("*keep* this one")
    next(button for button in app.button if button.label == "Save note").click().run()
    assert not app.exception
    assert evaluation_notes(service.history(run)) == {3: "*keep* this one"}
    assert not app.session_state["explore_note_editor"], "its popover closes"
    assert any("\\*keep\\* this one" in element.value for element in app.markdown)
    table = data_of(app, "table")
    assert table["columns"][-1]["title"] == "Note"
    assert [row["cells"][-1] for row in table["rows"] if row["number"] == 3] == ["*keep* this one"]
    app.button(key="explore_note_undo").click().run()
    assert evaluation_notes(service.history(run)) == {}
    assert not any(button.key == "explore_note_undo" for button in app.button)


def test_noted_evaluations_can_be_sorted_to_the_top(app, start, service):
    run = start()
    service.note_evaluation(run, 7, "this")
    open_explore(app, run, sort="note")
    assert data_of(app, "table")["rows"][0]["number"] == 7


def test_a_pointer_shows_the_columns_in_the_address(app, start):
    open_explore(app, start(), hover=["Parameters", "Stage 1 depth"])
    front = next(chart for chart in charts_of(app) if chart["name"] == "front")
    assert [c["label"] for c in front["figure"]["points"]["columns"]] == [
        "Parameters",
        "Stage 1 depth",
    ]
