"""A supernet that the engine has never seen, from the form to the exported sub-network."""

import json

import pytest
from playwright.sync_api import expect

from engine import load_supernet
from engine.supernets.cost_table import count
from tests.examples.conftest import example as example

EVALUATIONS = 12
_SLOW = 60_000  # milliseconds: the machine may be busy with other tests


def fill(page, label, value):
    page.locator(f'input[aria-label="{label}"]').fill(value)
    page.locator(f'input[aria-label="{label}"]').press("Enter")


def start(page):
    page.wait_for_selector(".st-key-new_section_where")
    page.locator(".st-key-new_supernet input").first.click()
    page.get_by_role("option", name="Transformer on handwritten digits").click()
    expect(page.get_by_text("Transformer on handwritten digits")).to_be_visible(timeout=_SLOW)
    objectives = page.locator(".st-key-new_metrics")
    objectives.get_by_role("button", name="Log loss ↓", exact=True).click()
    objectives.get_by_role("button", name="Top-1 accuracy ↑", exact=True).click()
    expect(page.get_by_text("- log_loss").first).to_be_attached(timeout=_SLOW)
    fill(page, "Workers", "1")
    fill(page, "Evaluations", str(EVALUATIONS))
    expect(page.get_by_text(f"num_evals: {EVALUATIONS}").first).to_be_attached(timeout=_SLOW)
    page.get_by_role("button", name="Start search").click()
    page.wait_for_url("**/run?run=*")


@pytest.mark.slow  # test_example_packages.py searches another one, test_end_to_end.py exports
def test_an_own_supernet_is_searched_by_its_own_metric(server_with_examples, example, page):
    page.goto(server_with_examples.url)
    start(page)
    expect(page.get_by_test_id("run-state")).to_have_text("finished", timeout=200_000)
    expect(page.get_by_test_id("run-count")).to_have_text(f"{EVALUATIONS} / {EVALUATIONS}")
    expect(page.locator("[data-testid=table-front] thead")).to_contain_text(
        "Log loss ↓", timeout=_SLOW
    )
    page.locator("[data-testid=table-front] tbody tr").first.click()
    numbers = page.get_by_test_id("subnetwork-metrics")
    expect(numbers).to_contain_text("nats", timeout=_SLOW)
    drawing = page.locator("svg.dynas-diagram").first
    expect(drawing).to_have_attribute("aria-label", "Layers: h1 w16.")
    page.locator(".st-key-live_open_subnetwork button").click()
    page.wait_for_selector(".st-key-subnetwork_metrics")
    with page.expect_download() as download:
        page.locator(".st-key-subnetwork_download_json button").click()
    exported = json.loads(download.value.path().read_text())
    module = load_supernet(exported["supernet"]).subnetwork(exported["config"])
    macs, params = count(module, (1, 8, 8))
    assert (macs, params) == tuple(exported["metrics"][m]["value"] for m in ("macs", "params"))
    assert exported["metrics"]["log_loss"]["unit"] == "nats"
    page.get_by_role("button", name="Measure on the test images").click()
    expect(page.get_by_test_id("held-out-quality")).to_contain_text("held out", timeout=_SLOW)
