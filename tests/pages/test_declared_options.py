"""Options that an installed package declares, in the form and in the YAML."""

import pytest

from engine.analysis.number_text import metric_value
from engine.config import NASConfig
from engine.supernets import registry
from tests.engine.conftest import install as install
from tests.pages.conftest import html_of

NET, OTHER = "text_net", "held_out_net"
OF_NET, OF_TASK = "new_supernet_options", "new_task_options"
SECONDS = "new_meter_options.wattmeter.seconds"
READINGS = "new_meter_options.wattmeter.readings"
OFFSET = "new_meter_options.wattmeter.offset"
_MODULE = "tests.offered_text"


@pytest.fixture
def packages(install):
    install(
        supernets={NET: f"{_MODULE}:TextNet", OTHER: f"{_MODULE}:HeldOutNet"},
        meters={"wattmeter": f"{_MODULE}:PowerMeter"},
    )


@pytest.fixture
def app(packages, dashboard):
    page = dashboard.run()
    page.selectbox(key="new_supernet").set_value(NET).run()
    assert not page.exception
    return page


def dynas_of(app):
    return NASConfig.from_yaml(app.code[0].value).dynas


def keys(app):
    kinds = (app.text_input, app.number_input, app.selectbox, app.toggle, app.slider)
    return {element.key for kind in kinds for element in kind}


def texts(app):
    return "\n".join(e.value for e in [*app.markdown, *app.caption, *app.warning, *app.info])


def load(app, text):
    app.text_area(key="new_yaml_text").set_value(text).run()
    app.button(key="new_yaml_apply").click().run()
    assert not app.exception
    assert not app.error


def test_every_kind_of_option_is_drawn_and_reaches_the_configuration(app):
    assert "The text that ships" in str(app.text_input(key=f"{OF_TASK}.corpus_path").proto)
    app.text_input(key=f"{OF_TASK}.corpus_path").set_value(" /a/text ")
    app.selectbox(key=f"{OF_TASK}.encoding").set_value("latin-1")
    app.toggle(key=f"{OF_TASK}.lowercase").set_value(True)
    app.number_input(key=f"{OF_TASK}.context").set_value(128)
    app.toggle(key=f"{OF_NET}.warm").set_value(True).run()
    app.slider(key=f"{OF_NET}.temperature").set_value(0.25).run()
    dynas = dynas_of(app)
    assert dynas.task_options == {
        "corpus_path": "/a/text", "encoding": "latin-1", "lowercase": True, "context": 128,
    }  # fmt: skip
    assert dynas.supernet_options == {"warm": True, "temperature": 0.25}
    assert app.slider(key=f"{OF_NET}.temperature").min == 0.25


def test_bounds_are_those_of_the_model(app):
    context = app.number_input(key=f"{OF_TASK}.context")
    assert (context.min, context.max, context.value) == (8, 1024, 64)
    assert f"{OF_NET}.digest" not in keys(app)


def test_a_number_is_of_its_kind_whatever_its_bounds_and_its_step_are(app):
    app.number_input(key=READINGS).set_value(5)
    app.number_input(key=OFFSET).set_value(0.5).run()
    assert not app.exception
    assert app.number_input(key=READINGS).step == 1
    assert dynas_of(app).meter_options == {"wattmeter": {"readings": 5, "offset": 0.5}}


def test_an_option_that_does_not_matter_is_left_out_or_off(app):
    app.text_input(key=f"{OF_NET}.checkpoint_path").set_value("/weights").run()
    assert dynas_of(app).supernet_options == {"checkpoint_path": "/weights"}
    assert app.slider(key=f"{OF_NET}.temperature").disabled
    app.selectbox(key=f"{OF_NET}.begin").set_value("noise").run()
    assert f"{OF_NET}.checkpoint_path" not in keys(app)
    assert dynas_of(app).supernet_options == {"begin": "noise"}
    app.selectbox(key=f"{OF_NET}.begin").set_value("checkpoint").run()
    assert dynas_of(app).supernet_options == {"checkpoint_path": "/weights"}


def test_options_do_not_leak_into_another_supernet(app):
    app.text_input(key=f"{OF_TASK}.corpus_path").set_value("/a/text")
    app.selectbox(key=f"{OF_TASK}.encoding").set_value("latin-1").run()
    app.selectbox(key="new_supernet").set_value(registry.DEFAULT).run()
    assert not app.exception
    assert (dynas_of(app).task_options, dynas_of(app).supernet_options) == ({}, {})
    app.selectbox(key="new_supernet").set_value(NET).run()
    assert dynas_of(app).task_options == {}


def test_a_choice_goes_on_where_the_next_supernet_declares_the_same(app):
    app.text_input(key=f"{OF_TASK}.corpus_path").set_value("/a/text")
    app.selectbox(key=f"{OF_TASK}.encoding").set_value("latin-1").run()
    app.selectbox(key="new_supernet").set_value(OTHER).run()
    assert dynas_of(app).task_options == {"encoding": "latin-1"}


def test_a_template_keeps_what_is_not_drawn_until_what_it_belongs_to_changes(app):
    options = "supernet_options: {checkpoint_path: /weights, digest: abc}"
    load(app, f"nas: {{dynas: {{supernet: {NET}, metrics: [perplexity, macs], {options}}}}}")
    expected = {"checkpoint_path": "/weights", "digest": "abc"}
    assert dynas_of(app).supernet_options == expected
    app.number_input(key="new_seed").set_value(3).run()
    assert dynas_of(app).supernet_options == expected
    app.text_input(key=f"{OF_NET}.checkpoint_path").set_value("/others").run()
    assert dynas_of(app).supernet_options == {"checkpoint_path": "/others"}
    app.text_input(key=f"{OF_NET}.checkpoint_path").set_value("/weights").run()
    assert dynas_of(app).supernet_options == expected
    app.selectbox(key="new_supernet").set_value(OTHER).run()
    assert dynas_of(app).supernet_options == {}


def test_a_template_keeps_what_has_no_effect(app):
    options = "supernet_options: {begin: noise, checkpoint_path: /weights, temperature: 0.3}"
    load(app, f"nas: {{dynas: {{supernet: {NET}, metrics: [perplexity, macs], {options}}}}}")
    assert dynas_of(app).supernet_options == {
        "begin": "noise", "checkpoint_path": "/weights", "temperature": 0.3,
    }  # fmt: skip
    app.toggle(key=f"{OF_NET}.warm").set_value(True).run()
    assert app.number_input(key=f"{OF_NET}.temperature").value == 0.3  # on no step of a slider


def test_a_meter_of_a_package_has_its_metric_its_option_and_its_sentence(app):
    assert app.number_input(key=SECONDS).value == 2.0
    assert "Power ↓" in app.pills(key="new_metrics").options
    app.pills(key="new_metrics").set_value(["perplexity", "power"]).run()
    app.number_input(key=SECONDS).set_value(5.0).run()
    assert dynas_of(app).meter_options == {"wattmeter": {"seconds": 5.0}}
    assert "Power is read for 5 s." in texts(app)
    assert "Power is measured alone: one worker." in texts(app)
    assert app.number_input(key="new_workers").disabled
    app.selectbox(key="new_supernet").set_value(registry.DEFAULT).run()
    assert dynas_of(app).meter_options == {"wattmeter": {"seconds": 5.0}}


def test_the_quality_of_the_next_supernet_takes_the_place_of_the_last(app):
    assert app.pills(key="new_metrics").value == ["perplexity", "macs"]
    assert "or perplexity <= 21, and" in str(app.multiselect(key="new_constraints").proto)
    app.selectbox(key="new_supernet").set_value(registry.DEFAULT).run()
    assert app.pills(key="new_metrics").value == ["acc", "macs"]


def test_texts_use_the_data_names_of_the_task(app):
    assert app.number_input(key="new_batch_size").help.startswith("Tokens at once")
    app.pills(key="new_record").set_value(["lat"]).run()
    assert "one token at a time" in texts(app)


def open_subnetwork(app, run, number=1):
    app.switch_page("../pages/runs.py").run()
    app.query_params["run"], app.query_params["n"] = run, str(number)
    page = app.switch_page("../pages/subnetwork.py").run()
    assert not page.exception
    return page


@pytest.fixture
def begin(packages, start):
    def begin(name):
        return start(name, supernet=name, metrics=["perplexity", "macs"], record=["params"])

    return begin


def test_without_held_out_data_a_sentence_replaces_the_button(begin, dashboard, service):
    run = begin(NET)
    page = open_subnetwork(dashboard, run)
    assert "has no held-out data" in texts(page)
    assert "Measure on the" not in " ".join(button.label for button in page.button)
    service.label(run, shortlist=[1])
    page.switch_page("../pages/decide.py").run()
    assert not page.exception
    assert "A final test is not offered: its task has no held-out data" in texts(page)


def test_held_out_quality_has_its_own_name_unit_and_direction(begin, dashboard, service):
    run = begin(OTHER)
    page = open_subnetwork(dashboard, run)
    assert page.button(key="subnetwork_measure").label == "Measure on the held-out data"
    quality = service.held_out_quality(run, 1)
    page.run()
    assert f"<dt>Perplexity</dt><dd>{metric_value('perplexity', quality)}" in html_of(page)
    service.label(run, shortlist=[1, 2])
    page.query_params["compare"] = "1,2"
    page.switch_page("../pages/decide.py").run()
    assert "Perplexity, held out ↓" in html_of(page)
    assert page.button(key="decide_measure").label == "Measure on the held-out data"
