"""The example packages, from the form to a measurement on held-out data and importance."""

import pytest
from playwright.sync_api import expect

from engine import load_supernet
from engine.predictors.importance import MIN_ROWS
from tests.browser.server import Server
from tests.examples.conftest import example as example
from tests.examples.conftest import installed as installed

EVALUATIONS = MIN_ROWS + 1
_SLOW = 90_000  # milliseconds: the machine may be busy with other tests

DRAWN = {
    "token_transformer": "Layers: ",
    "tabular_perceptron": "Layers: ",
    "digits_resnet": "Stage 1: ",
}


@pytest.fixture
def server(example, tmp_path):
    server = Server(tmp_path / "data")
    yield server
    server.kill()


def fill(page, label, value):
    page.locator(f'input[aria-label="{label}"]').fill(value)
    page.locator(f'input[aria-label="{label}"]').press("Enter")


def start(page, supernet):
    page.wait_for_selector(".st-key-new_section_where")
    page.locator(".st-key-new_supernet input").first.click()
    page.get_by_role("option", name=supernet.title).click()
    expect(page.get_by_text(supernet.title).first).to_be_visible(timeout=_SLOW)
    objectives = page.locator(".st-key-new_metrics")
    quality = supernet.task.metrics[0]
    asked = objectives.get_by_role("button", name=quality.label)
    expect(asked).to_be_visible(timeout=_SLOW)
    if asked.get_attribute("aria-pressed") != "true":
        asked.click()
    fill(page, "Workers", "1")
    objectives.get_by_role("button", name="Peak memory").click()
    expect(page.get_by_text("- peak_memory").first).to_be_attached(timeout=_SLOW)
    expect(page.get_by_text(f"- {quality.name}").first).to_be_attached(timeout=_SLOW)
    fill(page, "Evaluations", str(EVALUATIONS))
    expect(page.get_by_text(f"num_evals: {EVALUATIONS}").first).to_be_attached(timeout=_SLOW)
    page.get_by_role("button", name="Start search").click()
    page.wait_for_url("**/live?run=*")


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", DRAWN)
def test_it_is_searched_drawn_measured_on_held_out_data_and_explained(server, page, name):
    supernet = load_supernet(name)
    quality = supernet.task.metrics[0]
    page.goto(server.url)
    start(page, supernet)
    expect(page.get_by_test_id("run-state")).to_have_text("finished", timeout=300_000)
    expect(page.get_by_test_id("run-count")).to_have_text(f"{EVALUATIONS} / {EVALUATIONS}")
    head = page.locator("[data-testid=table-front] thead")
    expect(head).to_contain_text(quality.label, timeout=_SLOW)
    expect(head).to_contain_text("Peak memory", timeout=_SLOW)

    explore = f"{page.url.replace('/live', '/explore')}&tab=Importance"
    page.locator("[data-testid=table-front] tbody tr").first.click()
    page.locator(".st-key-live_open_subnetwork button").click()
    numbers = page.locator(".st-key-subnetwork_metrics")
    expect(numbers).to_contain_text(quality.label, timeout=_SLOW)
    drawing = page.locator("svg.dynas-diagram").first
    assert DRAWN[name] in drawing.get_attribute("aria-label", timeout=_SLOW)
    page.locator(".st-key-subnetwork_measure").get_by_role("button").first.click()
    expect(page.get_by_test_id("held-out-quality")).to_contain_text("held out", timeout=_SLOW)

    page.goto(explore)
    page.wait_for_selector("[data-testid=plot-importance][data-updates]", timeout=_SLOW)
