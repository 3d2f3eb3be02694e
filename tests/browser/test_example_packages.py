"""The example packages, from the form to held-out data, importance and results read in again."""

import csv

import pytest
from playwright.sync_api import expect

from engine import load_supernet
from engine.predictors.importance import MIN_ROWS
from tests.examples.conftest import example as example

EVALUATIONS = MIN_ROWS + 1
_SLOW = 90_000  # milliseconds: the machine may be busy with other tests

THIRD = {
    "token_transformer": ("Peak memory", "peak_memory"),
    "tabular_perceptron": ("Latency", "lat"),
    "digits_resnet": ("Peak memory", "peak_memory"),
}
DESCRIPTIONS = {
    "token_transformer": "Layers: ",
    "tabular_perceptron": "Layers: ",
    "digits_resnet": "Stage 1: ",
}


def fill(page, label, value):
    page.locator(f'input[aria-label="{label}"]').fill(value)
    page.locator(f'input[aria-label="{label}"]').press("Enter")


def start(page, supernet):
    """Search for quality, MACs and a third objective."""
    label, third = THIRD[supernet.name]
    page.wait_for_selector(".st-key-new_section_where")
    page.locator(".st-key-new_supernet input").first.click()
    page.get_by_role("option", name=supernet.title).click()
    expect(page.get_by_text(supernet.title).first).to_be_visible(timeout=_SLOW)
    objectives = page.locator(".st-key-new_metrics")
    quality = supernet.task.metrics[0]
    arrow = {"max": "↑", "min": "↓"}[quality.direction]
    quality_button = objectives.get_by_role("button", name=f"{quality.label} {arrow}", exact=True)
    expect(quality_button).to_be_visible(timeout=_SLOW)
    if quality_button.get_attribute("aria-pressed") != "true":
        quality_button.click()
    objectives.get_by_role("button", name=f"{label} ↓", exact=True).click()
    expect(page.get_by_text(f"- {third}").first).to_be_attached(timeout=_SLOW)
    expect(page.get_by_text(f"- {quality.name}").first).to_be_attached(timeout=_SLOW)
    fill(page, "Evaluations", str(EVALUATIONS))
    expect(page.get_by_text(f"num_evals: {EVALUATIONS}").first).to_be_attached(timeout=_SLOW)
    page.get_by_role("button", name="Start search").click()
    page.wait_for_url("**/run?run=*")


def import_again(page, supernet, table):
    """Make a run of a results CSV, and choose the same objectives; its front is drawn."""
    label, _ = THIRD[supernet.name]
    page.get_by_role("link", name="Runs").click()
    page.locator(".st-key-runs_import button").click()
    page.locator("input[type=file]").set_input_files(table)
    report = page.locator(".st-key-import_report")
    expect(report).to_contain_text(f"agree with {supernet.title}", timeout=_SLOW)
    page.get_by_role("dialog").get_by_role("button", name=f"{label} ↓", exact=True).click()
    pressed = page.get_by_role("dialog").locator("[aria-pressed=true]")
    expect(pressed).to_have_count(3, timeout=_SLOW)
    page.get_by_role("button", name=f"Import {EVALUATIONS} sub-networks").click()
    page.wait_for_url("**/run?run=*")
    head = page.locator("[data-testid=table-front] thead")
    for imported in (supernet.task.metrics[0].label, label):
        expect(head).to_contain_text(f"{imported}, imported", timeout=_SLOW)
    expect(page.get_by_test_id("run-count")).to_have_text(f"{EVALUATIONS} / {EVALUATIONS}")
    page.wait_for_selector("[data-testid=plot-pareto][data-updates]", timeout=_SLOW)


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name == "tabular_perceptron" else pytest.mark.slow)
        for name in DESCRIPTIONS
    ],
)
def test_an_example_is_searched_drawn_measured_explained_and_imported(
    server_with_examples, example, page, tmp_path, name
):
    supernet = load_supernet(name)
    quality, (label, third) = supernet.task.metrics[0], THIRD[name]
    page.goto(server_with_examples.url)
    start(page, supernet)
    expect(page.get_by_test_id("run-state")).to_have_text("finished", timeout=300_000)
    expect(page.get_by_test_id("run-count")).to_have_text(f"{EVALUATIONS} / {EVALUATIONS}")
    head = page.locator("[data-testid=table-front] thead")
    expect(head).to_contain_text(quality.label, timeout=_SLOW)
    expect(head).to_contain_text(label, timeout=_SLOW)

    page.locator("[data-testid=table-front] tbody tr").first.click()
    page.locator(".st-key-live_open_subnetwork button").click()
    numbers = page.locator(".st-key-subnetwork_metrics")
    expect(numbers).to_contain_text(quality.label, timeout=_SLOW)
    drawing = page.locator("svg.dynas-diagram").first
    assert DESCRIPTIONS[name] in drawing.get_attribute("aria-label", timeout=_SLOW)
    page.locator(".st-key-subnetwork_measure").get_by_role("button").first.click()
    expect(page.get_by_test_id("held-out-quality")).to_contain_text("held out", timeout=_SLOW)
    table = tmp_path / f"{name}.csv"
    with page.expect_download() as download:
        page.get_by_role("button", name="Whole run as CSV").click()
    download.value.save_as(table)
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert len(rows) == EVALUATIONS
    assert all(float(row[third]) > 0 for row in rows)

    page.get_by_role("button", name="Explore").first.click()
    page.get_by_text("Importance", exact=True).click()
    page.wait_for_selector("[data-testid=plot-importance][data-updates]", timeout=_SLOW)
    import_again(page, supernet, table)
