"""The views of genes, metrics and time on Explore, and notes, as a user drives them."""

import pytest
from playwright.sync_api import expect

from tests.browser.plotly_parts import PIXEL
from tests.browser.test_explore import drawn, open_explore
from tests.browser.test_explore import explore as explore

VIEWS = ["slice", "contour", "distribution", "correlation", "timeline"]


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_of_genes_metrics_or_time_is_drawn(explore, page, view):
    page.goto(f"{explore}&tab={view.capitalize()}")
    drawn(page, view)
    assert page.get_by_test_id(f"plot-{view}").get_attribute("aria-label")


def test_a_click_in_a_slice_selects(explore, page):
    page.goto(f"{explore}&tab=Slice")
    drawn(page, "slice")
    page.get_by_test_id("plot-slice").scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    number, x, y = page.evaluate(
        "() => { const plot = document.querySelector('[data-testid=plot-slice]');"
        " const trace = plot.data.find(one => one.name === 'On the front');"
        f" return [trace.customdata[0], ...{PIXEL}(plot, trace.x[0], trace.y[0])] }}"
    )
    page.mouse.move(x, y)
    page.wait_for_timeout(300)
    page.mouse.click(x, y)
    expect(page.locator(".st-key-explore_selected")).to_contain_text(f"#{number}", timeout=60_000)


def test_importance_is_there_at_once_and_refined(explore, page):
    page.goto(f"{explore}&tab=Importance")
    drawn(page, "importance")
    expect(page.get_by_text("Permutation importance from a")).to_be_visible(timeout=120_000)


def test_a_note_is_in_the_panel_the_table_and_the_hover_text(explore, page):
    open_explore(page, f"{explore}&selected=5&hover=Parameters")
    panel = page.locator(".st-key-explore_selected")
    panel.get_by_role("button", name="Add note").click()
    page.get_by_role("textbox", name="Note on #5").fill("looks robust")
    page.get_by_role("button", name="Save note").click()
    expect(panel.get_by_text("looks robust")).to_be_visible(timeout=60_000)
    row = page.locator("[data-testid=table-evaluations] tr[data-number='5']")
    expect(row).to_contain_text("looks robust")
    texts = page.evaluate(
        "() => document.querySelector('[data-testid=plot-front]').data.flatMap(trace =>"
        " [...(trace.customdata ?? [])].map((number, i) => [number, trace.text?.[i]]))"
    )
    text = next(text for number, text in texts if number == 5 and text)
    assert "Note: looks robust" in text
    assert "Parameters: " in text
    panel.get_by_role("button", name="Undo").click()
    expect(panel.get_by_text("looks robust")).to_have_count(0, timeout=60_000)
