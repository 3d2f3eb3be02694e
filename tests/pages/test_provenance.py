"""Each page names the source of accuracy of a run that did not measure it."""

import json

import pytest

from engine import sources
from engine.config import NASConfig
from engine.supernets import registry
from engine.supernets.predictor_calibration import Calibration
from tests.made_predictor import write_predictor
from tests.pages.conftest import html_of
from tests.sourced_run import write_sourced_run

W10 = "ofa_mbv3_d234_e346_k357_w1.0"
EVALUATIONS = 6
EXTRAPOLATED = f"{sources.CALIBRATED_ON_PUBLISHED}, extrapolated"
KINDS = {
    sources.PREDICTED: "Top-1 accuracy, predicted",
    EXTRAPOLATED: "Top-1 accuracy, predicted",
    "imported": "Top-1 accuracy, imported",
}


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def run(service, data_dir, kind):
    return write_sourced_run(data_dir, "told", [{"acc": kind}] * EVALUATIONS, 0.5, ("acc", "macs"))


def open_page(app, name, **address):
    for parameter, value in address.items():
        app.query_params[parameter] = value
    page = app.switch_page(f"../pages/{name}.py").run()
    assert not page.exception
    return page


def components(app, name):
    """The data of all components of a name, as text."""
    protos = (element.proto for element in app.get("bidi_component"))
    return "\n".join(
        json.dumps(json.loads(proto.json), ensure_ascii=False)
        for proto in protos
        if proto.component_name.endswith(f"dynas_{name}")
    )


def texts(app):
    return "\n".join(e.value for e in [*app.markdown, *app.caption, *app.warning])


def test_live(app, run, kind):
    app.session_state[f"selected_{run}"] = 2
    page = open_page(app, "live", run=run)
    charts, label = components(page, "chart"), KINDS[kind]
    assert f"{label} (%)" in charts
    assert f"Pareto front, {sources.source_headline(kind)}" in charts
    assert f'"text": "{sources.source_headline(kind).capitalize()}"' in charts  # at the hypervolume
    assert f"{label} ↑" in components(page, "table")
    assert f"The {sources.source_headline(kind)} front now" in texts(page)
    assert f">{sources.source_badge(kind)}</span>" in html_of(page)
    assert label in page.selectbox(key="live_y").options


def test_explore(app, run, kind):
    page = open_page(app, "explore", run=run)
    assert f"{KINDS[kind]} (%)" in components(page, "chart")
    assert f"{KINDS[kind]} ↑" in components(page, "table")
    assert KINDS[kind] in page.selectbox(key="axis_y").options
    page.segmented_control(key="tab").set_value("Parallel coordinates").run()
    assert f'"label": "{KINDS[kind]}"' in components(page, "chart")
    page.segmented_control(key="tab").set_value("Importance").run()
    assert KINDS[kind] in page.selectbox(key="importance").options


def test_decide(app, service, run, kind):
    service.label(run, shortlist=[1, 2])
    page = open_page(app, "decide", run=run)
    charts = components(page, "chart")
    assert f"The {sources.source_headline(kind)} front" in charts
    assert f"({sources.source_badge(kind)})" in charts  # where the pointer is
    assert f"within the limits on the {sources.source_headline(kind)} front" in texts(page)
    assert "measured front" not in texts(page)
    assert any(KINDS[kind] in name for box in page.selectbox for name in map(str, box.options))
    assert f">{sources.source_badge(kind)}</span>" in html_of(page)


def test_sub_network(app, run, kind):
    page = open_page(app, "subnetwork", run=run, n="2")
    assert KINDS[kind] in html_of(page)
    assert f">{sources.source_badge(kind)}</span>" in html_of(page)
    if sources.is_calibrated(kind):
        assert "predictor itself: 86.00 %" in html_of(page)


def test_runs(app, run, kind):
    page = open_page(app, "runs")
    assert KINDS[kind] in components(page, "runs")


def test_compare_draws_what_was_measured_otherwise_apart(app, data_dir, run, kind):
    measured_run = write_sourced_run(data_dir, "measured", [{}] * EVALUATIONS, 0.5, ("acc", "macs"))
    page = open_page(app, "compare", runs=f"{run},{measured_run}", seeds_apart="true")
    (warning,) = page.warning
    assert "**measured**: its" in warning.value
    charts = components(page, "chart")
    assert "Not all measured alike" not in charts
    assert f"Top-1 accuracy, {sources.source_headline(kind)} (%)" in charts


def test_new_search_calls_accuracy_predicted_and_says_how_it_is_calibrated(app):
    page = open_page(app, "new_search")
    page.text_area(key="new_yaml_text").set_value(f"nas: {{dynas: {{supernet: {W10}}}}}").run()
    page.button(key="new_yaml_apply").click().run()
    assert "Top-1 accuracy ↑" in page.pills(key="new_metrics").options
    page.selectbox(key="new_supernet_options.accuracy_source").set_value(
        "published predictor"
    ).run()
    assert not page.exception
    assert "Top-1 accuracy, predicted ↑" in page.pills(key="new_metrics").options
    assert page.session_state["new_metrics"] == ["acc", "macs"]
    assert page.toggle(key="new_supernet_options.calibrate").value
    assert "1.0366 x prediction - 8.775, from 1,094 measured" in texts(page)
    page.text_input(key="new_supernet_options.calibration_path").set_value("/mine.csv").run()
    assert "fitted to the measured sub-networks in /mine.csv" in texts(page)
    page.toggle(key="new_supernet_options.calibrate").set_value(False).run()
    assert "not calibrated: that is switched off" in texts(page)
    page.selectbox(key="new_supernet_options.accuracy_source").set_value("measured").run()
    assert "Top-1 accuracy ↑" in page.pills(key="new_metrics").options


def test_new_search_puts_the_calibration_into_the_configuration(app, tmp_path):
    predictor = write_predictor(tmp_path / "predictor.pth")
    page = open_page(app, "new_search")
    dynas = f"supernet: {W10}, accuracy_source: published predictor, predictor_path: {predictor}"
    page.text_area(key="new_yaml_text").set_value(f"nas: {{dynas: {{{dynas}}}}}").run()
    page.button(key="new_yaml_apply").click().run()
    assert "hold for the official predictor, not for this file" in texts(page)
    page.text_input(key="new_supernet_options.calibration_path").set_value("/mine.csv").run()
    dynas_section = NASConfig.from_yaml(page.code[0].value).dynas
    assert (dynas_section.calibrate, dynas_section.calibration_path) == (True, "/mine.csv")
    page.toggle(key="new_supernet_options.calibrate").set_value(False).run()
    dynas_section = NASConfig.from_yaml(page.code[0].value).dynas
    assert (dynas_section.calibrate, dynas_section.calibration_path) == (False, None)


LINE = Calibration(0.9, 5.0, 30, 0.1, 0.9, (70.0, 80.0), (72.0, 84.0), (), "mine.csv", False)
OPTION = "new_supernet_options"


@pytest.mark.parametrize(
    "change",
    [
        lambda page, other_predictor: page.toggle(key=f"{OPTION}.calibrate").set_value(False),
        lambda page, other_predictor: page.text_input(key=f"{OPTION}.calibration_path").set_value(
            "/a.csv"
        ),
        lambda page, other_predictor: page.text_input(key=f"{OPTION}.predictor_path").set_value(
            other_predictor
        ),
        lambda page, other_predictor: page.selectbox(key="new_supernet").set_value(
            registry.DEFAULT
        ),
    ],
)
def test_a_line_without_its_file_is_kept_for_what_it_was_fitted_to(app, tmp_path, change):
    predictor, other_predictor = (
        str(write_predictor(tmp_path / f"{n}.pth")) for n in ("one", "other")
    )
    line_options = {"predictor_path": predictor, "calibration": LINE}
    dynas = {"supernet": W10, "accuracy_source": "published predictor", **line_options}
    page = open_page(app, "new_search")
    page.text_area(key="new_yaml_text").set_value(NASConfig(dynas=dynas).to_yaml()).run()
    page.button(key="new_yaml_apply").click().run()
    calibration = NASConfig.from_yaml(page.code[0].value).dynas.supernet_options["calibration"]
    assert (calibration["slope"], calibration["rows"]) == (LINE.slope, LINE.rows)
    change(page, other_predictor).run()
    assert not page.exception
    dynas_section = NASConfig.from_yaml(page.code[0].value).dynas
    assert "calibration" not in dynas_section.supernet_options


def test_new_search_says_what_is_wrong_with_a_calibration_and_starts_nothing(
    app, service, tmp_path
):
    predictor = write_predictor(tmp_path / "predictor.pth")
    page = open_page(app, "new_search")
    dynas = (
        f"supernet: {W10}, accuracy_source: published predictor, predictor_path: {predictor}, "
        f"calibration_path: {tmp_path / 'none.csv'}"
    )
    page.text_area(key="new_yaml_text").set_value(f"nas: {{dynas: {{{dynas}}}}}").run()
    page.button(key="new_yaml_apply").click().run()
    page.button(key="new_start").click().run()
    assert not page.exception
    (error,) = page.error
    assert "none.csv cannot be read: No such file" in error.value
    assert not list(service.list())
