"""The pages for searches of a script, whose functions the dashboard does not have."""

import shutil

import pytest

from engine import NAS, NASConfig, metrics, script_objects
from engine.meters.own_metrics import OwnMetric
from engine.supernets.choices import supernet as choice_supernets
from tests.pages.conftest import html_of

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
        return {"score": config["width"], "acc": 3 - config["width"] / 2}

    described = {"score": OwnMetric(label="Best score"), "acc": OwnMetric()}
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
    yield list(reversed(service.ids()))
    _forget_the_script()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("run", "label"), [(0, "Best score"), (1, "Layers")])
def test_every_page_shows_them(app, runs, page, run, label):
    app.query_params["run"] = runs[run]
    app.query_params["n"] = "1"
    app.switch_page(f"../pages/{page}.py").run()
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize(("run", "label"), [(0, "Best score"), (1, "Layers")])
def test_a_sub_network_has_their_metrics_with_labels(app, runs, run, label):
    app.query_params["run"] = runs[run]
    app.query_params["n"] = "1"
    app.switch_page("../pages/subnetwork.py").run()
    assert label in html_of(app)
