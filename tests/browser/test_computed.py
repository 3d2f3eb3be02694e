"""A front that is computed: offered, followed, and shown on the pages of any run."""

from itertools import pairwise

import pytest
import yaml
from playwright.sync_api import expect

from engine.config import NASConfig
from tests.browser.server import Server
from tests.browser.streamlit_parts import OPENER
from tests.engine.meters.test_computed_metrics import OFA, written_table
from tests.made_predictor import write_predictor


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path / "data")
    yield server
    server.kill()


def test_a_near_true_front_is_offered_computed_and_shown_on_every_page(page, server, tmp_path):
    dynas = {
        "supernet": OFA,
        "metrics": ["acc", "lat"],
        "supernet_options": {
            "accuracy_source": "published predictor",
            "predictor_path": write_predictor(tmp_path / "acc.pth"),
            "calibrate": False,
        },
        "meter_options": {"latency": {"table": str(written_table(tmp_path / "table.yaml", OFA))}},
    }
    page.goto(server.url)
    page.wait_for_selector(".st-key-new_section_where")
    page.locator(OPENER).filter(has_text="Load").click()
    text = yaml.safe_dump(NASConfig.from_dict({"dynas": dynas}).to_dict())
    page.get_by_role("textbox", name="YAML of a search").fill(text)
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Fill the form").click()
    offer = page.locator(".st-key-new_offer")
    expect(offer).to_contain_text("a near-true front in about 10 s", timeout=60_000)
    offer.get_by_role("button", name="Compute the front").click()
    amount = page.get_by_role("spinbutton", name="Sub-networks to compute")
    expect(amount).to_have_value("100000", timeout=60_000)
    amount.fill("6000")
    amount.press("Enter")
    expect(page.get_by_test_id("estimate")).to_contain_text("6,000 sub-networks", timeout=60_000)
    page.get_by_role("button", name="Start search").click()
    page.wait_for_url("**/run?run=*")
    expect(page.get_by_test_id("run-state")).to_have_text("finished", timeout=200_000)
    kept = int(page.get_by_test_id("run-kept").inner_text().replace(",", ""))
    spent = int(page.get_by_test_id("run-count").inner_text().replace(",", ""))
    assert 0 < kept < spent <= 6_000
    expect(page.locator("[data-testid=table-front] tbody tr").nth(3)).to_be_visible()
    run = page.url.split("run=")[1].split("&")[0]
    page.goto(f"{server.url}/explore?run={run}")
    expect(page.get_by_text(f"{kept:,}").first).to_be_visible(timeout=60_000)
    page.goto(f"{server.url}/decide?run={run}")
    expect(page.get_by_text("from a lookup table").first).to_be_attached(timeout=60_000)
    page.goto(f"{server.url}/runs")
    expect(page.get_by_text(f"{spent:,}", exact=True)).to_be_visible(timeout=60_000)
    buttons = (
        page.locator(".st-key-runs_filters")
        .get_by_role("button")
        .or_(page.locator(".st-key-runs_filters").get_by_role("radio"))
    )
    boxes = [box for button in buttons.all() if (box := button.bounding_box())]
    assert len(boxes) >= 6, "an arrow for each of three fields, and three views"
    boxes.sort(key=lambda box: box["x"])
    for box, following in pairwise(boxes):
        assert box["x"] + box["width"] <= following["x"] + 2, "nothing lies over another"
