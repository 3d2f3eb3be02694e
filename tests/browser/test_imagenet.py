"""ImageNet explored through the published predictor: no weights, no images."""

import json

import pytest
from playwright.sync_api import expect

from engine.supernets.registry import load
from tests.browser.server import Server
from tests.browser.supernets_page import card, give, path_of
from tests.engine.supernets.ofa.reference import PREDICTOR, needs_reference

SUPERNET = "ofa_mbv3_d234_e346_k357_w1.0"


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path / "data")
    yield server
    server.kill()


@needs_reference
def test_a_search_by_the_published_predictor_says_so_everywhere(page, server):
    page.goto(f"{server.url}/supernets")
    give(page, path_of(page, SUPERNET, "Published predictor"), PREDICTOR)
    card(page, SUPERNET).get_by_role("button", name="New search by the predictor").click()
    page.wait_for_selector(".st-key-new_section_where")
    expect(page.locator(".st-key-new_supernet_options-predictor_path input")).to_have_value(
        str(PREDICTOR)
    )
    page.get_by_role("button", name="Start search").click()
    page.wait_for_url("**/run?run=*")
    expect(page.get_by_test_id("run-state")).to_have_text("finished", timeout=200_000)
    expect(page.get_by_test_id("run-count")).to_have_text("250 / 250")
    page.locator("[data-testid=table-front] tbody tr").nth(3).click()
    numbers = page.get_by_test_id("subnetwork-metrics")
    expect(numbers).to_contain_text("Top-1 accuracy, predicted")
    expect(numbers).to_contain_text("predicted, calibrated")
    expect(numbers).to_contain_text("predictor itself: ")
    with page.expect_download() as download:
        page.locator(".st-key-live_download_json button").click()
    exported = json.loads(download.value.path().read_text())
    calibrated = "published predictor, calibrated on published measurements"
    assert exported["metrics"]["acc"]["source"].startswith(calibrated)
    supernet = load(exported["supernet"])
    macs, params = supernet.macs_params(supernet.space.encode(exported["config"]))[0]
    assert (macs, params) == (
        exported["metrics"]["macs"]["value"],
        exported["metrics"]["params"]["value"],
    )
