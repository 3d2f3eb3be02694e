"""The pages for searches of a script, whose functions the dashboard does not have."""

import re
import shutil

import pytest

from app.tables.runs import RequestedAction
from engine import NAS, NASConfig, metrics, script_objects
from engine.meters.own_metrics import OwnMetric
from engine.supernets.choices import supernet as choice_supernets
from tests.pages.conftest import data_of, html_of

PAGES = ["live", "explore", "subnetwork", "decide", "compare", "runs"]


def _forget_the_script():
    script_objects._offers.clear()
    choice_supernets._described.clear()
    metrics._restored.clear()


@pytest.fixture(scope="module")
def searched(tmp_path_factory):
    """A data folder with a search of choices, and one with a metric of the script."""
    folder = tmp_path_factory.mktemp("searched")
    choices = {"width": [1, 2, 4], "norm": [None, "batch"], "kernel": [(3, 3), (5, 5)]}

    def evaluate(config):
        return {"score": config["width"], "cost": config["width"] / 2}

    described = {
        "score": OwnMetric(label="Best score"),
        "cost": OwnMetric(maximize=False, label="Cost"),
    }
    NAS(
        NASConfig(approach="grid"), folder, search_space=choices, evaluate=evaluate,
        metrics=described,
    ).search(progress=False)  # fmt: skip
    config = NASConfig(approach="random", dynas={"num_evals": 3, "workers": 1})
    config.dynas.metrics = ["layers", "macs"]
    layers = OwnMetric(lambda network: len(list(network.modules())), False, label="Layers")
    NAS(config, folder, metrics={"layers": layers}).search(progress=False)
    return folder


@pytest.fixture
def runs(searched, service):
    """The ids of both searches in the data folder of the dashboard: of choices, with a metric."""
    _forget_the_script()
    shutil.copytree(searched / "runs", service.folder.runs, dirs_exist_ok=True)
    yield [run.id for run in sorted(service.list(), key=lambda run: run.created)]
    _forget_the_script()


def open_page(app, page, run, **parameters):
    for name, value in {"run": run, "n": "1", **parameters}.items():
        app.query_params[name] = value
    return app.switch_page(f"../pages/{page}.py").run()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("run", "label"), [(0, "Best score"), (1, "Layers")])
def test_every_page_shows_them(app, runs, page, run, label):
    open_page(app, page, runs[run])
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize(("run", "label"), [(0, "Best score"), (1, "Layers")])
def test_a_sub_network_has_their_metrics_with_labels(app, runs, run, label):
    open_page(app, "subnetwork", runs[run])
    assert label in html_of(app)


def texts(app):
    return " ".join(element.value for element in (*app.markdown, *app.caption))


def test_a_sub_network_of_choices_has_a_sentence_in_place_of_the_network(app, runs):
    open_page(app, "subnetwork", runs[0])
    assert "their models are built by the script" in texts(app)
    assert "Download the network" not in texts(app)
    assert "**Download its configuration** · for your script" in texts(app)
    assert not any(button.key == "subnetwork_bundle_make" for button in app.button)


def test_a_sub_network_with_a_metric_of_a_script_can_be_downloaded(app, runs):
    open_page(app, "subnetwork", runs[1])
    assert "Download the network" in texts(app)
    assert app.button(key="subnetwork_bundle_make")


def test_the_downloads_of_decide_have_the_sentence_in_place_of_networks(app, service, runs):
    service.label(runs[0], shortlist=[1])
    open_page(app, "decide", runs[0])
    app.session_state["decide_export"] = True  # the menu is open
    app.run()
    assert "their models are built by the script" in texts(app)
    assert "The networks" not in texts(app)
    assert not any(button.key == "decide_bundle_make" for button in app.button)


@pytest.mark.parametrize("page", ["live", "explore"])
def test_tables_have_a_column_for_each_choice(app, runs, page):
    open_page(app, page, runs[0])
    columns = data_of(app, "table")["columns"][-3:]
    assert [column["title"] for column in columns] == ["width", "norm", "kernel"]
    assert not any(column["numeric"] for column in columns[1:])
    rows = data_of(app, "table")["rows"]
    assert len({tuple(row["cells"][-3:]) for row in rows}) == len(rows)


def metric_labels(app, page):
    if page == "subnetwork":
        return re.findall(r"<dt>(.*?)</dt>", html_of(app))
    titles = [column["title"] for column in data_of(app, "table")["columns"]]
    return [title.rstrip(" ↑↓") for title in titles if title.endswith(("↑", "↓"))]


@pytest.mark.parametrize("page", ["live", "explore", "subnetwork"])
def test_metrics_are_in_the_order_of_the_configuration(app, runs, page):
    open_page(app, page, runs[0])
    assert metric_labels(app, page)[:2] == ["Best score", "Cost"]


@pytest.mark.parametrize(("run", "does"), [(0, "evaluates by"), (1, "measures layers by")])
def test_only_their_script_extends_them(app, runs, run, does):
    open_page(app, "live", runs[run])
    assert f"{does} " in texts(app)
    assert "Extend it in that script" in texts(app)
    extend = next(b for b in app.get("popover") if b.proto.popover.label == "Extend")
    assert extend.proto.popover.disabled


@pytest.mark.parametrize("run", [0, 1])
def test_only_their_script_resumes_them(app, runs, service, run):
    service._append(runs[run], "state", {"state": "stopped"})
    open_page(app, "live", runs[run])
    assert app.button(key="live_resume").disabled
    assert "Resume it in that script" in app.button(key="live_resume").help


def test_runs_that_need_no_script_are_resumed_here(app, start, service):
    run = start()
    service._append(run, "state", {"state": "stopped"})
    open_page(app, "live", run)
    assert not app.button(key="live_resume").disabled
    assert "in that script" not in texts(app)


def test_only_their_script_repeats_them(app, runs):
    open_page(app, "compare", runs[1], runs=runs[1])
    launches = [button for button in app.button if "_launch_" in button.key]
    assert launches
    assert all(button.disabled for button in launches)
    assert "Search again in that script" in launches[0].help


@pytest.mark.parametrize("run", [0, 1])
def test_new_search_does_not_take_them_as_a_template(app, runs, run):
    app.session_state["runs_asked"] = RequestedAction(runs[run], "template")
    open_page(app, "runs", runs[run])
    assert "Search again in that script" in app.error[0].value


def test_new_search_refuses_yaml_with_choices(app, runs):
    text = NASConfig(approach="grid", search_space={"width": [1, 2]}).to_yaml()
    app.switch_page("../pages/new_search.py").run()
    app.text_area(key="new_yaml_text").set_value(text).run()
    app.button(key="new_yaml_apply").click().run()
    assert not app.exception
    assert "only functions of a script can evaluate its choices" in app.error[0].value
