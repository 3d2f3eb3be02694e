"""The pages for a supernet with genes of every kind."""

import pytest

from tests.engine.conftest import install as install
from tests.pages.conftest import data_of, html_of

OFFERED = "tests.engine.offered"


@pytest.fixture
def run(install, start):
    install({"all_kinds": f"{OFFERED}:AllKinds"}, {"energy": f"{OFFERED}:ENERGY"})
    return start(supernet="all_kinds")


def test_explore_filters_by_choice_and_says_what_cannot_be_asked(app, run):
    app.query_params["run"] = run
    app.switch_page("../pages/explore.py").run()
    assert not app.exception
    app.text_input(key="filter").set_value('act1 == "relu"').run()
    assert not app.exception
    assert not app.error
    app.text_input(key="filter").set_value("act1 < 2").run()
    assert "act1 has choices without an order" in app.error[0].value


@pytest.mark.parametrize("page", ["live", "explore", "subnetwork", "decide", "compare", "runs"])
def test_every_page_is_drawn(app, run, page):
    app.query_params["run"] = run
    app.query_params["n"] = "1"
    app.switch_page(f"../pages/{page}.py").run()
    assert not app.exception


def test_a_sub_network_is_drawn_by_its_genes(app, run):
    app.query_params["run"] = run
    app.query_params["n"] = "1"
    app.switch_page("../pages/subnetwork.py").run()
    assert "Act: " in data_of(app, "drawing")["svg"]
    assert "Top-1 accuracy" in html_of(app)
