"""Tablets and telephones: nothing is cut, and what continues says so."""

import pytest
from playwright.sync_api import expect

from tests.browser.streamlit_parts import MAIN

LONG = 60_000
BEYOND_THE_SCREEN = "main => main.scrollWidth - main.clientWidth"
BROKEN_TITLES = """() => [...document.querySelectorAll(".dynas-chart-title")]
    .filter((title) => title.scrollWidth > title.clientWidth + 1 || title.clientHeight > 30)
    .map((title) => title.textContent)"""
PAGES = {
    "run?run={run}&selected=5": "[data-testid=plot-pareto][data-updates]",
    "explore?run={run}&selected=5": "[data-testid=plot-front][data-updates]",
    "decide?run={run}": "[data-testid=plot-choice][data-updates]",
    "compare?runs={run}": "[data-testid=plot-fronts][data-updates]",
    "runs": "[data-testid=table-runs] tbody tr",
    "": ".st-key-new_section_where",
    "sub-network?run={run}&n=5": ".st-key-subnetwork_metrics",
    "supernets": ".st-key-supernets_decoded",
    "elastic": "h1",
}
TELEPHONE, TABLET = {"width": 390, "height": 844}, {"width": 1024, "height": 768}


@pytest.mark.parametrize("size", [TABLET, TELEPHONE], ids=["tablet", "telephone"])
@pytest.mark.parametrize("address", PAGES, ids=lambda address: address.split("?")[0] or "new")
def test_no_page_is_wider_than_the_screen_and_no_title_of_a_chart_is_broken(
    server, long_run, page, address, size
):
    page.set_viewport_size(size)
    page.goto(f"{server.url}/{address.format(run=long_run)}")
    page.wait_for_selector(PAGES[address])
    page.wait_for_function(f"({BROKEN_TITLES})().length === 0", timeout=LONG)
    assert page.locator(MAIN).evaluate(BEYOND_THE_SCREEN) <= 0


def test_tools_that_do_not_fit_fold_behind_a_button(server, long_run, page):
    page.set_viewport_size(TABLET)
    page.goto(f"{server.url}/run?run={long_run}")
    page.wait_for_selector("[data-testid=plot-hypervolume][data-updates]")
    tool = page.get_by_test_id("hypervolume-table")
    expect(tool).to_be_hidden()
    page.get_by_test_id("hypervolume-more").click()
    tool.click()
    expect(page.get_by_test_id("data-hypervolume")).to_be_visible()
    page.set_viewport_size({"width": 1600, "height": 900})
    expect(page.get_by_test_id("hypervolume-more")).to_be_hidden()
    expect(tool).to_be_visible()


@pytest.mark.parametrize(
    ("address", "plot"), [("run", "pareto"), ("explore", "front"), ("decide", "choice")]
)
def test_the_main_chart_has_most_of_a_telephone_screen(server, long_run, page, address, plot):
    page.set_viewport_size(TELEPHONE)
    page.goto(f"{server.url}/{address}?run={long_run}")
    page.wait_for_selector(f"[data-testid=plot-{plot}][data-updates]")
    assert page.get_by_test_id(f"plot-{plot}").bounding_box()["height"] >= 0.6 * 844 - 1


def test_a_table_says_that_it_continues_until_its_end_is_reached(server, long_run, page):
    page.set_viewport_size(TELEPHONE)
    page.goto(f"{server.url}/runs")
    table = page.get_by_test_id("table-runs")
    expect(table.locator("tbody tr").first).to_be_visible(timeout=LONG)
    hint = page.get_by_text("Scroll sideways for more columns")
    expect(hint).to_be_visible()
    table.evaluate("table => { table.parentElement.scrollLeft = 2000 }")
    expect(hint).to_be_hidden()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(hint).to_be_hidden()
