"""The whole tour as a user takes it, from the form to the exported sub-network."""

import json
import time

import pytest
from playwright.sync_api import expect

from engine.supernets.cost_table import count
from engine.supernets.registry import load
from tests.browser.server import Server

EVALUATIONS = 30


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path / "data")
    yield server
    server.kill()


def points(page):
    return page.evaluate(
        "() => { const find = root => { for (const e of root.querySelectorAll('*')) {"
        " if (e.classList.contains('js-plotly-plot') && e.data && JSON.stringify(e.layout)"
        ".includes('less is better')) return e;"
        " if (e.shadowRoot) { const f = find(e.shadowRoot); if (f) return f } } };"
        " window.pareto = find(document); if (!window.pareto || !window.pareto.data) return 0;"
        " return Math.max(...window.pareto.data.map(t => (t.x || []).length)) }"
    )


def evaluations(page):
    return int(page.get_by_test_id("run-count").inner_text().split("/")[0])


def wait_until(page, condition, seconds=400):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the condition did not come true"
        page.wait_for_timeout(200)


@pytest.mark.timeout(1800)
def test_the_whole_tour(server, page, tmp_path):
    page.goto(server.url)
    page.locator('input[aria-label="Evaluations"]').fill(str(EVALUATIONS))
    page.locator('input[aria-label="Evaluations"]').press("Enter")
    page.locator('input[aria-label="Population"]').fill("10")
    page.locator('input[aria-label="Population"]').press("Enter")
    expect(page.get_by_text("num_evals: 30").first).to_be_attached(timeout=60_000)
    page.get_by_role("button", name="Start search").click()
    page.wait_for_url("**/live?run=*", timeout=60_000)
    page.evaluate("() => { window.notReloaded = true }")
    wait_until(page, lambda: points(page) >= 2)

    page.evaluate(
        "() => window.Plotly.relayout(window.pareto,"
        " {'xaxis.range': [3, 9], 'yaxis.range': [89, 92]})"
    )
    for _ in range(3):
        before = evaluations(page)
        wait_until(page, lambda before=before: evaluations(page) > before)
    page.wait_for_timeout(1500)
    points(page)
    assert page.evaluate("() => window.pareto.layout.xaxis.range") == [3, 9]
    assert page.evaluate("() => window.notReloaded") is True

    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_test_id("run-state")).to_have_text("stopped", timeout=300_000)
    live = page.url
    run = live.split("run=")[1].split("&")[0]
    server.kill()
    server.start()
    page.goto(live)
    page.get_by_role("button", name="Resume").click(timeout=60_000)
    expect(page.get_by_test_id("run-state")).to_have_text("finished", timeout=600_000)
    assert evaluations(page) == EVALUATIONS

    page.goto(f"{server.url}/sub-network?run={run}&n=2")
    with page.expect_download(timeout=60_000) as download:
        page.locator(".st-key-subnetwork_download_json button").click()
    exported = json.loads(download.value.path().read_text())
    module = load(exported["supernet"]).subnetwork(exported["config"])
    macs, params = count(module, (1, 28, 28))
    assert macs == exported["metrics"]["macs"]["value"]
    assert params == exported["metrics"]["params"]["value"]
