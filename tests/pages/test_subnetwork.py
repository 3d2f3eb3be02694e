import json

import pytest

from app.subnetwork_panel import metric_rows
from engine.export.formats import SUBNETWORK_FORMATS
from engine.meters.conditions import describe_conditions
from engine.supernets import registry
from tests.engine.runs.fakes import InstantEvaluator
from tests.long_log import write_long_log
from tests.pages.conftest import html_of


def open_page(app, run, number):
    app.query_params["run"] = run
    app.query_params["n"] = str(number)
    return app.switch_page("../pages/subnetwork.py").run()


def test_numbers_have_units_and_sources(app, start, service):
    run = start()
    open_page(app, run, 1)
    assert not app.exception
    assert app.title[0].value == "Sub-network #1"
    rows = metric_rows(service.history(run).evaluations[0])
    assert [(row.label, row.source) for row in rows] == [
        ("Top-1 accuracy", "measured"),
        ("MACs", "exact"),
        ("Parameters", "exact"),
    ]
    assert all(row.value in html_of(app) for row in rows)


def test_a_latency_says_what_it_was_timed_on(app, start, service):
    run = start(metrics=["acc", "lat"], workers=1)
    open_page(app, run, 1)
    words = describe_conditions(service.history(run).evaluations[0].conditions)
    assert f"Latency timed on {words}." in html_of(app)
    lat = next(r for r in metric_rows(service.history(run).evaluations[0]) if r.label == "Latency")
    assert lat.help.endswith(f"Timed on {words}.")


def test_a_latency_that_was_disturbed_says_so(app, start, service, monkeypatch):
    notes = {"disturbed": 0.5}
    monkeypatch.setattr(
        service._threads, "_make_evaluator", lambda s, w: InstantEvaluator(s, w, notes=notes)
    )
    open_page(app, start(metrics=["acc", "lat"], workers=1), 1)
    assert "Other programs ran meanwhile: 50% of the passes were disturbed" in html_of(app)


def test_what_is_downloaded_rebuilds_the_numbers_shown(start, service):
    history = service.history(start())
    evaluation = history.front()[-1]
    texts = {f.label: f.write(history.config, evaluation) for f in SUBNETWORK_FORMATS}
    data = json.loads(texts["JSON"])
    supernet = registry.load(data["supernet"])
    macs, params = supernet.macs_params(supernet.space.encode(data["config"]))[0]
    assert macs == evaluation.metrics["macs"]
    assert params == evaluation.metrics["params"]
    assert texts.keys() == {"JSON", "YAML", "Python"}


def test_the_front_can_be_walked(app, start, service):
    run = start()
    front = [e.number for e in service.history(run).front()]
    open_page(app, run, front[0])
    assert app.button(key="subnetwork_previous").disabled
    app.button(key="subnetwork_next").click().run()
    assert app.title[0].value == f"Sub-network #{front[1]}"


def test_a_failed_evaluation_says_why(app, start):
    open_page(app, start(), 5)
    assert "acc is not a finite number" in app.error[0].value
    assert not any(button.key == "subnetwork_measure" for button in app.button)


@pytest.mark.parametrize(("link", "title"), [("explore", "Explore"), ("decide", "Decide")])
def test_the_other_pages_of_the_run_are_a_click_away(app, start, link, title):
    run = start()
    open_page(app, run, 3)
    app.button(key=f"subnetwork_{link}").click().run()
    assert not app.exception
    assert app.title[0].value == title
    assert app.query_params["run"] == run
    assert app.session_state[f"selected_{run}"] == 3


def test_the_best_of_the_front_is_shown_where_no_number_is_named(app, start, service):
    run = start()
    app.query_params["run"] = run
    app.switch_page("../pages/subnetwork.py").run()
    best = max(service.history(run).front(), key=lambda e: e.metrics["acc"])
    assert app.title[0].value == f"Sub-network #{best.number}"


def test_the_test_images_are_used_only_when_asked_for(app, start, service):
    run = start()
    open_page(app, run, 1)
    assert "held-out-quality" not in html_of(app)
    service.held_out_quality(run, 1)
    app.run()
    assert 'data-testid="held-out-quality"' in html_of(app)
    assert ">held out<" in html_of(app)


def test_without_its_weights_all_else_is_shown(app, data_dir):
    open_page(app, write_long_log(data_dir, 3, "ofa_resnet50"), 1)
    assert not app.exception
    assert not app.error
    assert "Not ready to measure on the test images." in app.info[0].value
    assert app.button(key="subnetwork_supply").label == "Supernets & data"
    assert app.button(key="subnetwork_shortlist")
    assert [tab.label for tab in app.tabs] == ["JSON", "YAML", "Python"]


def test_without_a_run_the_next_step_is_offered(app):
    app.switch_page("../pages/subnetwork.py").run()
    assert app.button(key="subnetwork_new").label == "New search"


def test_a_failed_evaluation_shows_the_output_of_its_worker(app, start, service, monkeypatch):
    monkeypatch.setattr(InstantEvaluator, "last_words", "Segmentation fault (core dumped)")
    run = start()
    failed = next(e for e in service.history(run).evaluations if not e.ok)
    open_page(app, run, failed.number)
    assert not app.exception
    assert [code.value for code in app.code][:1] == ["Segmentation fault (core dumped)"]
