"""The example of a user's own supernet in the dashboard, and broken packages."""

import pytest

from app.forms.field_values import form_values
from app.run_list.rows import run_row
from engine import plug_ins
from engine.config import NASConfig
from engine.meters import registry as meters
from engine.supernets import registry
from tests.examples.conftest import example as example
from tests.examples.conftest import installed as installed
from tests.pages.conftest import html_of

OFFERED = "tests.engine.offered"


@pytest.fixture
def app_with_example(example, dashboard):
    app = dashboard.run()
    app.selectbox(key="new_supernet").set_value("digits_transformer").run()
    return app


def test_the_form_offers_its_metrics_and_genes(app_with_example):
    app = app_with_example
    assert not app.exception
    assert not app.error
    text = " ".join(e.value for e in [*app.markdown, *app.caption])
    assert "Transformer on handwritten digits" in text
    assert "7,380 sub-networks" in text
    assert "Heads, 4 times: 1, 2 or 4" in text
    options = str(app.pills(key="new_metrics").options)
    assert "Log loss ↓" in options
    assert "Top-5 accuracy" not in options
    app.pills(key="new_metrics").set_value(["log_loss", "macs"]).run()
    app.multiselect(key="new_constraints").set_value(["log_loss <= 0.3"]).run()
    config = NASConfig.from_yaml(app.code[0].value)
    assert config.dynas.metrics == ["log_loss", "macs"]
    assert config.dynas.constraints == ["log_loss <= 0.3"]
    assert not app.button(key="new_start").disabled


def test_another_supernet_drops_the_metric_that_it_lacks(app_with_example):
    app = app_with_example
    app.pills(key="new_metrics").set_value(["acc", "log_loss"]).run()
    app.selectbox(key="new_supernet").set_value(registry.DEFAULT).run()
    assert app.pills(key="new_metrics").value == ["acc"]
    assert not app.exception


def test_a_data_folder_that_it_does_not_take_has_no_field(app_with_example):
    app, folder = app_with_example, "new_task_options.dataset_path"
    assert folder not in {field.key for field in app.text_input}
    app.selectbox(key="new_supernet").set_value(registry.DEFAULT).run()
    assert folder in {field.key for field in app.text_input}


@pytest.fixture
def offer(monkeypatch):
    """Make a package offer a supernet; the caches of this process forget others."""
    from importlib.metadata import EntryPoint

    def forget():
        registry._load.cache_clear()
        meters.forget_plug_ins()

    def offer(name, value):
        groups = {plug_ins.SUPERNETS: [EntryPoint(name, value, plug_ins.SUPERNETS)]}
        groups[plug_ins.METRICS] = [
            EntryPoint(metric, f"{OFFERED}:{metric.upper()}", plug_ins.METRICS)
            for metric in ("energy", "surprise")
        ]
        monkeypatch.setattr(plug_ins, "entry_points", lambda group: groups.get(group, []))
        forget()

    yield offer
    monkeypatch.undo()
    forget()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("broken", "no_such_module:Supernet", "does not load: ModuleNotFoundError"),
        ("unfinished", f"{OFFERED}:Unfinished", "Unfinished"),
        (
            "failing",
            f"{OFFERED}:Failing",
            "fails in missing_requirements: ZeroDivisionError: by zero",
        ),
    ],
)
def test_a_broken_package_is_a_sentence_and_the_dashboard_goes_on(
    offer, dashboard, name, value, sentence
):
    app = dashboard.run()
    offer(name, value)
    app.run()
    default = form_values(NASConfig())
    app.session_state["new_search_template"] = {**default, "supernet": name}
    app.run()
    assert not app.exception
    messages = " ".join(element.value for element in [*app.error, *app.warning])
    assert sentence in messages
    assert "Repair" in messages
    assert app.button(key="new_start").disabled
    app.selectbox(key="new_supernet").set_value(registry.DEFAULT).run()
    assert not app.button(key="new_start").disabled
    if "Tiny" not in app.selectbox(key="new_supernet").options:  # which has what it needs
        assert sentence in " ".join(caption.value for caption in app.caption)


def test_runs_of_a_package_are_explored_and_compared(offer, service, start, app):
    offer("tiny", f"{OFFERED}:Tiny")
    first, second = (
        start(name, supernet="tiny", metrics=["surprise", "energy"], record=["macs"])
        for name in ("one", "another")
    )
    app.query_params["run"] = first
    app.switch_page("../pages/explore.py").run()
    assert not app.exception
    assert not app.error
    axes = [box for box in app.selectbox if "Surprise" in box.options]
    assert axes
    app.query_params["runs"] = f"{first},{second}"
    app.switch_page("../pages/compare.py").run()
    assert not app.exception
    assert not app.error


def test_a_run_of_a_package_that_is_gone_is_shown_with_what_is_known(offer, service, start, app):
    offer("tiny", f"{OFFERED}:Tiny")
    run = start("tiny", supernet="tiny", metrics=["surprise", "energy"], record=["macs"])
    assert service.history(run).front(), service.history(run).message
    offer("other", "no_such_module:Supernet")
    service._index.forget(run)
    app.switch_page("../pages/runs.py").run()
    assert not app.exception
    assert run_row(service.history(run).summary(), service.labels(run)).objectives == (
        "Surprise, Energy"
    )
    app.query_params["run"] = run
    app.switch_page("../pages/live.py").run()
    assert not app.exception
    app.switch_page("../pages/explore.py").run()
    assert not app.exception
    assert "There is no supernet 'tiny'" in app.error[0].value
    app.query_params["runs"] = run
    app.switch_page("../pages/compare.py").run()
    assert not app.exception
    app.query_params["n"] = str(service.history(run).front()[0].number)
    app.switch_page("../pages/subnetwork.py").run()
    assert not app.exception
    assert "There is no supernet 'tiny'" in " ".join(e.value for e in [*app.error, *app.markdown])
    assert "Surprise" in html_of(app)
    assert any("'width'" in code.value for code in app.code)
