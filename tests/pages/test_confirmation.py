"""Uncertainty and confirmed fronts on the pages."""

import pytest

from engine.evaluation.measurement import Measurement
from tests.engine.runs.fakes import InstantEvaluator
from tests.pages.conftest import html_of
from tests.pages.decide_page import open_page, texts
from tests.pages.test_live import open_live


@pytest.fixture
def few_images(monkeypatch):
    """Accuracies are measured on 500 images."""
    measure = InstantEvaluator._measurement

    def measure_few(self, config, metrics, settings):
        m = measure(self, config, metrics, settings)
        values = {name: value + 0.01 * settings.repetition for name, value in m.values.items()}
        with_what = {**m.quality_conditions, "inputs": 500}
        return Measurement(values, m.seconds, m.worker, m.conditions, with_what)

    monkeypatch.setattr(InstantEvaluator, "_measurement", measure_few)


def draws_errors(app):
    charts = [element.proto.json for element in app.get("bidi_component")]
    return any("One standard error" in chart for chart in charts)


def test_live_tells_what_is_confirmed_apart_from_the_budget(app, start, service, few_images):
    run = start(confirm=2)
    open_live(app, run)
    assert not app.exception
    captions = "\n".join(caption.value for caption in app.caption)
    count = len(service.history(run).confirmations)
    assert f"Confirmation beside the budget: {count} measurements" in captions
    assert len(service.history(run).evaluations) == 12


def test_live_says_nothing_of_it_otherwise(app, start):
    open_live(app, start())
    assert not any("Confirmation" in caption.value for caption in app.caption)


def test_a_sub_network_has_its_standard_error_and_its_confirmed_value(
    app, start, service, few_images
):
    run = start(confirm=2)
    number = service.history(run).front()[0].number
    app.query_params["run"], app.query_params["n"] = run, str(number)
    app.switch_page("../pages/subnetwork.py").run()
    assert not app.exception
    html = html_of(app)
    assert "% ±" in html
    assert "is the standard error of a share of 500 inputs" in html
    assert "confirmed" in html


def test_decide_names_the_leaner_equal_and_draws_error_bars(app, start, few_images):
    run = start()
    open_page(app, run=run)
    assert not app.exception
    assert "Equal within noise" in texts(app)
    assert "less than the standard error of the difference" in texts(app)
    toggle = app.toggle(key="errors")
    assert not toggle.value
    assert not draws_errors(app)
    toggle.set_value(True).run()
    assert not app.exception
    assert draws_errors(app)


def test_there_are_no_error_bars_where_noise_is_not_known(app, start):
    open_page(app, run=start())
    assert "errors" not in [toggle.key for toggle in app.toggle]
    assert "Equal within noise" not in texts(app)


def test_the_form_sets_how_often_the_front_is_measured_again(dashboard):
    app = dashboard.run()
    (field,) = [n for n in app.number_input if n.label == "Measure the front again"]
    field.set_value(3).run()
    assert not app.exception
    assert any("confirm: 3" in code.value for code in app.code)
