"""The offer to compute the front, in the form of a new search."""

import pytest

from engine.config import NASConfig
from tests.made_predictor import write_predictor
from tests.pages.conftest import html_of
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
    assert "about 10 s" in html_of(app)
    assert NASConfig.from_yaml(app.code[0].value).approach == "computed"
    assert not app.button(key="new_start").disabled
    app.selectbox(key="new_approach").set_value("dynas").run()
    assert app.number_input(key="new_evaluations").value == 250
    app.number_input(key="new_evaluations").set_value(400).run()
    app.button(key="new_compute").click().run()
    assert app.number_input(key="new_evaluations").value == 400, "a budget that was chosen stays"
    app.pills(key="new_metrics").set_value(["acc", "lat"]).run()
    assert "'lat' would be measured here" in app.warning[0].value
