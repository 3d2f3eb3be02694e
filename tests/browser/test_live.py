"""Live before the first sub-network has been measured."""

import pytest
from playwright.sync_api import expect

from engine.config import NASConfig
from engine.log.evaluation_log import DiskLog
from tests.browser.server import Server
from tests.long_log import write_long_log


@pytest.fixture
def server(tmp_path):
    folder = tmp_path / "data" / "runs" / "fresh"
    folder.mkdir(mode=0o700, parents=True)
    log = DiskLog(folder / "log")
    log.append_event("created", {"config": NASConfig().to_dict(), "name": "fresh"})
    log.append_event("state", {"state": "stopped", "message": ""})
    log.close()
    server = Server(tmp_path / "data")
    yield server
    server.kill()


def test_charts_without_points_say_what_will_be_there(server, page):
    page.goto(f"{server.url}/live?run=fresh", timeout=60_000)
    page.wait_for_selector("[data-testid=plot-pareto][data-updates]", timeout=60_000)
    chart = page.get_by_test_id("chart-pareto")
    expect(chart).to_contain_text("The first measured sub-network appears here.")
    expect(page.get_by_text("undefined")).to_have_count(0)


@pytest.fixture(scope="module")
def long_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("live") / "data"
    folder.mkdir(mode=0o700)
    run = write_long_log(folder, 250)
    server = Server(folder)
    yield f"{server.url}/live?run={run}"
    server.kill()


def opened(page, address):
    page.set_default_timeout(120_000)
    page.goto(address)
    page.wait_for_selector("[data-testid=plot-pareto][data-updates]")


def test_a_pasted_link_shows_the_same_selection_axes_and_view(long_run, page, another):
    opened(page, long_run)
    row = page.locator("[data-testid=table-front] tbody tr").nth(2)
    number = row.get_attribute("data-number")
    row.click()
    page.wait_for_url(f"**selected={number}**")
    page.get_by_text("Scatter", exact=True).first.click()
    page.wait_for_url("**predictions=Scatter**")
    page.get_by_role("combobox", name="Horizontal axis").click()
    page.get_by_role("option", name="Parameters").click()
    page.wait_for_url("**live_x=Parameters**")
    opened(another, page.url)
    page.get_by_role("link", name="Runs").click()  # another page, and back
    expect(page.get_by_test_id("table-runs")).to_be_visible()
    page.get_by_role("link", name="Live").click()
    expect(page.get_by_test_id("chart-predictor")).to_contain_text("Predictions")
    expect(another.get_by_text(f"Selected sub-network · #{number}")).to_be_visible()
    selected = another.locator("[data-testid=table-front] tr[aria-selected=true]")
    expect(selected).to_have_attribute("data-number", number)
    expect(another.get_by_test_id("chart-predictor")).to_contain_text("Predictions")
    expect(another.get_by_role("combobox", name="Horizontal axis")).to_have_value("Parameters")


def test_a_link_to_a_run_that_is_not_here_says_so(long_run, page):
    page.goto(long_run.replace("run=", "run=gone-"), timeout=60_000)
    expect(page.get_by_text("is not here")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="All runs").click()
    expect(page.get_by_test_id("table-runs")).to_be_visible(timeout=60_000)
