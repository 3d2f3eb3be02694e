"""The offer to compute the front, in the form of a new search."""

import json

import pytest

from engine.config import NASConfig
from tests.engine.runs.test_computing_run import computing
from tests.made_predictor import write_predictor
from tests.pages.conftest import data_of, html_of
from tests.pages.test_new_search import W10, load_yaml


@pytest.fixture
def app(dashboard):
    return dashboard.run()


def test_what_can_be_computed_is_offered_first(app, tmp_path):
    load_yaml(app, supernet=W10)
    assert "computed" not in str(app.selectbox(key="new_approach").options).lower()
    options = {"accuracy_source": "published predictor", "calibrate": False}
    options["predictor_path"] = write_predictor(tmp_path / "acc.pth")
    load_yaml(app, supernet=W10, supernet_options=options)
    assert app.selectbox(key="new_approach").options[0].startswith("Computed")
    assert app.selectbox(key="new_approach").value == "dynas"
    offer = " ".join(text.value for text in app.markdown)
    assert "All of it can be computed: a near-true front in about 10 s" in offer
    app.button(key="new_compute").click().run()
    assert app.selectbox(key="new_approach").value == "computed"
    assert app.number_input(key="new_evaluations").value == 100_000
    assert "about 4 to 25 s" in html_of(app)
    assert NASConfig.from_yaml(app.code[0].value).approach == "computed"
    assert not app.button(key="new_start").disabled
    app.selectbox(key="new_approach").set_value("dynas").run()
    assert app.number_input(key="new_evaluations").value == 250
    app.number_input(key="new_evaluations").set_value(400).run()
    app.button(key="new_compute").click().run()
    assert app.number_input(key="new_evaluations").value == 400, "a budget that was chosen stays"
    app.pills(key="new_metrics").set_value(["acc", "lat"]).run()
    assert "'lat' would be measured here" in app.warning[0].value


def components(app):
    return [json.loads(element.proto.json) for element in app.get("bidi_component")]


def test_live_of_a_run_that_computed_shows_a_full_bar_and_no_predictors(app, service, tmp_path):
    run = service.start(computing(tmp_path, budget=900, constraints=["lat <= 40"]))
    service.wait(run, timeout=120)
    assert service.history(run).state == "finished"
    app.query_params["run"] = run
    app.switch_page("../pages/live.py").run()
    facts = data_of(app, "facts")
    assert facts["progress"] == 1.0
    spent = f"{service.history(run).spent:,}"
    assert {fact["hook"]: fact["value"] for fact in facts["facts"]}["run-count"] == spent
    drawn = str(components(app))
    assert "Sub-networks kept" in drawn
    assert "predictor" not in drawn
    assert "Evaluation" not in drawn
    extra = app.number_input(key=f"live_extra_{run}")
    extra.set_value(150_000).run()
    assert app.number_input(key=f"live_extra_{run}").value == 150_000
    assert "1,000,000" in extra.help
