"""A search from the form to the exported sub-network, as a user runs it."""

import json
import time

import pytest
from playwright.sync_api import expect

from engine.supernets.cost_table import count
from engine.supernets.registry import load
from tests.browser.plotly_parts import CHART, PIXEL
from tests.browser.server import Server

EVALUATIONS = 16


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path / "data")
    yield server
    server.kill()


def points(page):
    return page.evaluate(
        "() => { const find = root => { for (const e of root.querySelectorAll('*')) {"
        f" if (e.matches('{CHART}') && e.data && JSON.stringify(e.layout)"
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


def start(page):
    """Fill the form and start the search; the first points arrive on the Run page."""
    page.locator('input[aria-label="Evaluations"]').fill(str(EVALUATIONS))
    page.locator('input[aria-label="Evaluations"]').press("Enter")
    page.locator('input[aria-label="Population"]').fill("8")
    page.locator('input[aria-label="Population"]').press("Enter")
    expect(page.get_by_text(f"num_evals: {EVALUATIONS}").first).to_be_attached(timeout=60_000)
    page.get_by_role("button", name="Start search").click()
    page.wait_for_url("**/run?run=*", timeout=60_000)
    page.evaluate("() => { window.notReloaded = true }")
    wait_until(page, lambda: points(page) >= 2)


def zoom_and_watch(page):
    """A zoom outlives three updates, none of which loads the page anew."""
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


def click_a_point(page):
    """Click the best point of the front with the mouse; its number."""
    points(page)
    page.get_by_test_id("plot-pareto").scroll_into_view_if_needed()
    x, y, number = page.evaluate(
        "() => { const plot = window.pareto;"
        " const front = plot.data.find(trace => trace.name === 'On the front');"
        " const at = front.y.indexOf(Math.max(...front.y));"
        f" return [...{PIXEL}(plot, front.x[at], front.y[at]), front.customdata[at]] }}"
    )
    page.mouse.move(x, y)
    page.wait_for_timeout(300)
    page.mouse.click(x, y)
    return number


def rebuilds_as_shown(exported):
    """The downloaded sub-network has the MACs and parameters that stand beside it."""
    module = load(exported["supernet"]).subnetwork(exported["config"])
    macs, params = count(module, (1, 28, 28))
    assert macs == exported["metrics"]["macs"]["value"]
    assert params == exported["metrics"]["params"]["value"]


def download_json(page, key):
    with page.expect_download(timeout=60_000) as download:
        page.locator(f".st-key-{key} button").click()
    return json.loads(download.value.path().read_text())


def choose(page, run, option):
    """An entry of a run's menu on the Runs page."""
    page.locator(f'tr[data-run="{run}"] [data-part=more]').click(timeout=60_000)
    page.get_by_role("menuitem", name=option).click()


@pytest.mark.timeout(1800)
def test_a_search_from_the_form_to_the_exported_sub_network(server, page):
    page.goto(server.url)
    start(page)
    zoom_and_watch(page)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_test_id("run-state")).to_have_text("stopped", timeout=300_000)
    live = page.url
    run = live.split("run=")[1].split("&")[0]
    server.kill()
    server.start()
    page.goto(live)
    page.get_by_role("button", name="Resume").click(timeout=60_000)
    expect(page.get_by_test_id("run-state")).to_have_text("finished", timeout=600_000)
    wait_until(page, lambda: evaluations(page) == EVALUATIONS, seconds=10)  # drawn after the state
    points(page)
    assert page.evaluate("() => window.pareto.layout.xaxis.range") == [3, 9]  # as in the address
    page.get_by_test_id("pareto-reset").click()
    page.wait_for_url(lambda url: "zoom=" not in url)

    number = click_a_point(page)
    expect(page.locator(".st-key-live_selected")).to_contain_text(f"#{number}", timeout=60_000)
    rebuilds_as_shown(download_json(page, "live_download_json"))
    page.locator(".st-key-live_open_subnetwork button").click()
    page.wait_for_url(f"**/sub-network?*n={number}*", timeout=60_000)
    rebuilds_as_shown(download_json(page, "subnetwork_download_json"))

    page.goto(f"{server.url}/runs")
    choose(page, run, "Rename")
    page.locator('input[aria-label="Name"]').fill("My first search")
    page.locator('input[aria-label="Name"]').press("Enter")
    page.locator(".st-key-runs_rename_apply button").click()
    expect(page.get_by_role("link", name="My first search")).to_be_visible(timeout=60_000)
    choose(page, run, "Use as template")
    expect(page.get_by_text(f"num_evals: {EVALUATIONS}").first).to_be_attached(timeout=60_000)
    page.goto(f"{server.url}/runs")
    choose(page, run, "Delete")
    expect(page.get_by_text("Deleted 'My first search'.")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("All runs are archived or deleted.")).to_be_visible(timeout=60_000)
