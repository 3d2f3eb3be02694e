"""Run: before the first sub-network has been measured, its links, and runs that wait."""

import os
import re
from contextlib import suppress

import pytest
from playwright.sync_api import expect

from engine.config import NASConfig
from engine.errors import RunError
from engine.log.evaluation_log import DiskLog
from engine.runs.service import RunService
from tests.browser.streamlit_parts import MAIN

COLOURS = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
    return new Set(new Uint32Array(data.buffer)).size
}"""
LONG = 60_000  # milliseconds: what is being measured ends first


def stopped_run(folder, name, config):
    """The id of a run in which nothing has been measured."""
    log = DiskLog(folder / "runs" / name / "log")
    log.append_event("created", {"config": config.to_dict(), "name": name})
    log.append_event("state", {"state": "stopped", "message": ""})
    log.close()
    return name


@pytest.fixture
def empty_run(folder):
    return stopped_run(folder, "fresh", NASConfig())


def test_charts_without_points_show_a_text(server, empty_run, page):
    opened(page, f"{server.url}/run?run={empty_run}")
    chart = page.get_by_test_id("chart-pareto")
    expect(chart).to_contain_text("Nothing was measured.")  # the run has ended
    expect(page.get_by_text("undefined")).to_have_count(0)


@pytest.fixture
def live(server, long_run):
    return f"{server.url}/run?run={long_run}"


def opened(page, address):
    page.goto(address)
    page.wait_for_selector("[data-testid=plot-pareto][data-updates]")


def test_a_pasted_link_shows_the_same_selection_axes_and_view(live, page, another):
    opened(page, live)
    row = page.locator("[data-testid=table-front] tbody tr").nth(2)
    number = row.get_attribute("data-number")
    row.click()
    page.wait_for_url(f"**selected={number}**")
    page.get_by_text("Scatter", exact=True).first.click()
    page.wait_for_url("**predictions=Scatter**")
    axis = page.get_by_role("combobox", name="Horizontal axis")
    axis.scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # a list closes when the page is scrolled
    axis.click()
    page.get_by_role("option", name="Parameters").click()
    page.wait_for_url("**live_x=Parameters**")
    opened(another, page.url)
    page.get_by_role("link", name="Runs").click()  # another page, and back
    expect(page.get_by_test_id("table-runs")).to_be_visible()
    page.get_by_role("link", name="Run", exact=True).click()
    expect(page.get_by_test_id("chart-predictor")).to_contain_text("Predictions")
    expect(another.locator(".st-key-live_selected")).to_contain_text(f"#{number}")
    selected = another.locator("[data-testid=table-front] tr[aria-selected=true]")
    expect(selected).to_have_attribute("data-number", number)
    expect(another.get_by_test_id("chart-predictor")).to_contain_text("Predictions")
    expect(another.get_by_role("combobox", name="Horizontal axis")).to_have_value("Parameters")


def test_a_link_to_a_run_that_is_not_here_says_so(live, page):
    page.goto(live.replace("run=", "run=gone-"))
    expect(page.get_by_text("is not here")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="All runs").click()
    expect(page.get_by_test_id("table-runs")).to_be_visible(timeout=60_000)


@pytest.fixture
def greedy_runs(folder):
    """The ids of three runs, each of which wants all workers; they are stopped afterwards."""
    every_core = NASConfig(approach="random", dynas={"workers": os.cpu_count()})
    runs = [stopped_run(folder, name, every_core) for name in ("holder", "second", "third")]
    yield runs
    service = RunService(folder)
    for run in runs:
        with suppress(RunError):  # stopped already
            service.stop_now(run)


def test_a_queued_run_goes_first_and_workers_are_changed(server, greedy_runs, page):
    for run in greedy_runs:
        page.goto(f"{server.url}/run?run={run}")
        page.get_by_role("button", name="Resume").click()
        expect(page.get_by_test_id("run-state")).to_have_text(
            re.compile("queued|running"), timeout=LONG
        )
    expect(page.get_by_text("which 'holder' has. 'second' comes first.")).to_be_visible(
        timeout=LONG
    )
    page.get_by_role("button", name="Go first").click()
    expect(page.get_by_text("'second' comes first.")).to_be_hidden(timeout=LONG)
    page.goto(f"{server.url}/live?run={greedy_runs[1]}")
    page.get_by_role("button", name="Run beside it").click()
    expect(page.get_by_test_id("run-state")).to_have_text("running", timeout=LONG)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_test_id("run-state")).to_have_text("paused", timeout=LONG)
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("'third' comes first.")).to_be_visible(timeout=LONG)

    page.goto(f"{server.url}/run?run={greedy_runs[0]}")
    page.locator(".st-key-live_buttons").get_by_role("button", name="Workers").click()
    page.get_by_role("spinbutton", name="At most").fill("1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Applies now: at most 1 worker, priority 0.")).to_be_visible(
        timeout=LONG
    )
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_test_id("run-state")).to_have_text(re.compile("stopp(ing|ed)"), timeout=LONG)
    page.goto(f"{server.url}/run?run={greedy_runs[1]}")
    expect(page.get_by_text("which 'third' has.")).to_be_visible(timeout=LONG)
    expect(page.get_by_test_id("run-state")).to_have_text("queued")


def test_keys_move_along_the_front_and_the_panel_beside_the_chart_follows(live, page):
    opened(page, live)
    hint = page.get_by_test_id("chart-pareto").get_by_text("move along the front")
    expect(hint).to_be_hidden()
    page.get_by_test_id("plot-pareto").focus()
    page.keyboard.press("End")
    expect(hint).to_be_visible()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**selected=*")
    rows = page.locator("[data-testid=table-front] tbody tr")
    on_front = {row.get_attribute("data-number") for row in rows.all()}
    first = re.search(r"selected=(\d+)", page.url)[1]
    assert first in on_front
    panel = page.locator(".st-key-live_selected")
    expect(panel).to_contain_text(f"#{first}", timeout=LONG)
    expect(page.get_by_role("status").filter(has_text=f"#{first}:")).to_have_count(1)
    page.keyboard.press("ArrowLeft")  # the chart has kept the focus
    page.wait_for_url(lambda url: f"selected={first}" not in url)
    second = re.search(r"selected=(\d+)", page.url)[1]
    assert second in on_front
    expect(panel).to_contain_text(f"#{second}", timeout=LONG)


def test_a_selected_sub_network_is_answered_beside_the_chart_without_scrolling(live, page):
    opened(page, live)
    page.locator("[data-testid=table-front] tbody tr").first.click()
    panel = page.locator(".st-key-live_selected")
    numbers = panel.get_by_test_id("subnetwork-metrics")
    expect(numbers).to_be_visible(timeout=LONG)
    page.locator(MAIN).evaluate("node => node.scrollTo(0, 0)")
    chart, answer = (part.bounding_box() for part in (page.get_by_test_id("plot-pareto"), numbers))
    assert answer["x"] >= chart["x"] + chart["width"]
    assert answer["y"] + answer["height"] <= 800
    page.locator(".st-key-live_unselect button").first.click()
    expect(numbers).to_have_count(0, timeout=LONG)


def test_the_points_are_there_before_the_chart_library(live, page):
    held = []
    page.route("**/plotly.min.js", lambda route: held.append(route))
    page.goto(live)
    picture = page.locator("[data-testid=chart-pareto] .dynas-chart-first")
    expect(picture).to_be_visible(timeout=LONG)
    colours = picture.evaluate(COLOURS)
    assert colours > 10  # of points, lines and blended edges
    page.wait_for_timeout(100)
    assert page.evaluate("() => window.Plotly === undefined")
    for request in held:
        request.continue_()
    page.wait_for_selector("[data-testid=plot-pareto][data-updates]")
    expect(picture).to_have_count(0)
    page.unroute("**/plotly.min.js")
