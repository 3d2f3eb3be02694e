"""Explore as a user drives it: replay, filter, brush, selection both ways, deep link, take away."""

import csv

import pytest
from playwright.sync_api import expect

from tests.browser.plotly_parts import BRUSH, BRUSHED_AREA, COVER, PIXEL

MEASURED = 248  # the others have failed
PLOT = """name => {
    const plot = document.querySelector(`[data-testid=plot-${name}]`)
    const of = role => plot.data.find(trace => trace.name === role)
    const numbers = role => [...(of(role)?.customdata ?? [])]
    return { front: numbers('On the front'), dominated: numbers('Dominated'),
             population: numbers('Newest cycle'), other: numbers('Filtered out'),
             ring: [...(of('Selected')?.x ?? [])], shapes: plot.layout.shapes ?? [] }
}"""


_BRUSHED = (
    "document.querySelector('[data-testid=plot-parallel]').data[0].dimensions"
    ".some(dimension => dimension.constraintrange?.length)"
)


@pytest.fixture
def explore(server, long_run):
    return f"{server.url}/explore?run={long_run}"


def open_explore(page, address):
    page.goto(address)
    drawn(page, "front")


def drawn(page, name):
    page.wait_for_selector(f"[data-testid=plot-{name}][data-updates]")


def plot(page, name="front"):
    return page.evaluate(PLOT, name)


def until(page, condition, name="front"):
    """Wait until what a plot shows meets a condition, written in JavaScript on `shown`."""
    page.wait_for_function(f"() => {{ const shown = ({PLOT})('{name}'); return {condition} }}")
    return plot(page, name)


def replay_to(page, n):
    page.get_by_test_id("replay-slider").evaluate(
        "(slider, n) => { slider.value = n; slider.dispatchEvent(new Event('input'));"
        " slider.dispatchEvent(new Event('change')) }",
        n,
    )


def cursor(page):
    cover = page.locator(f"[data-testid=plot-front] {COVER}")
    return cover.evaluate("node => getComputedStyle(node).cursor")


def move_to_point(page, number):
    page.get_by_test_id("plot-front").scroll_into_view_if_needed()
    x, y = page.evaluate(
        "number => { const plot = document.querySelector('[data-testid=plot-front]');"
        " for (const trace of plot.data) { const at = (trace.customdata ?? []).indexOf(number);"
        f" if (at >= 0) return {PIXEL}(plot, trace.x[at], trace.y[at]) }} }}",
        number,
    )
    page.mouse.move(x, y)
    page.wait_for_timeout(300)
    return x, y


def click_point(page, number):
    page.mouse.click(*move_to_point(page, number))


def test_the_cursor_shows_where_a_click_selects(explore, page):
    open_explore(page, explore)
    x, y = move_to_point(page, plot(page)["front"][-1])
    assert cursor(page) == "pointer"
    page.mouse.move(x, y - 120)
    page.wait_for_timeout(300)
    assert cursor(page) == "crosshair"


def test_the_replay_shows_the_run_as_it_was(explore, page):
    open_explore(page, explore)
    now = plot(page)
    replay_to(page, 60)
    then = until(page, "Math.max(...shown.dominated, ...shown.front) <= 60")
    assert max(then["front"]) <= 60
    assert set(then["front"]) - set(now["front"])
    assert all(50 < number <= 60 for number in then["population"])
    assert until(page, "shown.shapes.length === 1", "hypervolume")["shapes"][0]["x0"] == 60
    expect(page.get_by_test_id("replay-count")).to_have_text("60 / 250")
    page.wait_for_url("**at=60**")
    expect(page.get_by_text("60 evaluations, no filter")).to_be_visible()


def test_playing_ends_where_the_run_does(explore, page):
    open_explore(page, f"{explore}&at=240")
    page.get_by_test_id("replay-play").click()
    expect(page.get_by_test_id("replay-count")).to_have_text("250 / 250", timeout=30_000)
    page.wait_for_url(lambda url: "at=" not in url)


def test_a_filter_counts_greys_out_and_shortens_the_table(explore, page):
    open_explore(page, explore)
    box = page.locator("input[aria-label=Filter]")
    box.fill("macs < 5M and acc > 86")
    box.press("Enter")
    greyed = until(page, "shown.other.length > 0")["other"]
    expect(page.get_by_text(f"{MEASURED - len(greyed)} of 250 match").first).to_be_visible()
    box.fill("maccs < 5M")
    box.press("Enter")
    expect(page.get_by_text("Did you mean macs?")).to_be_visible()


def test_selection_goes_both_ways(explore, page):
    open_explore(page, explore)
    number = plot(page)["front"][-1]
    click_point(page, number)
    row = page.locator("[data-testid=table-evaluations] tr[aria-selected=true]")
    expect(row).to_have_attribute("data-number", str(number))
    expect(page.locator(".st-key-explore_selected")).to_contain_text(f"#{number}")
    before = plot(page)["ring"]
    rows = page.locator("[data-testid=table-evaluations] tbody tr")
    other_row = rows.nth(3 if rows.nth(3).get_attribute("data-number") != str(number) else 4)
    other_row.focus()
    page.keyboard.press("Enter")
    until(page, f"shown.ring.length === 1 && shown.ring[0] !== {before[0]}")
    other_number = other_row.get_attribute("data-number")
    expect(page.locator(".st-key-explore_selected")).to_contain_text(f"#{other_number}")


def test_the_keyboard_moves_along_the_rows(explore, page):
    open_explore(page, explore)
    rows = page.locator("[data-testid=table-evaluations] tbody tr")
    assert rows.evaluate_all("rows => rows.filter(row => row.tabIndex === 0).length") == 1
    rows.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    number = rows.nth(1).get_attribute("data-number")
    expect(page.locator(".st-key-explore_selected")).to_contain_text(f"#{number}")
    page.keyboard.press("End")
    expect(rows.last).to_be_focused()
    assert rows.evaluate_all("rows => rows.filter(row => row.tabIndex === 0).length") == 1


def test_sorting_and_paging(explore, page):
    open_explore(page, explore)
    page.get_by_role("button", name="Top-1 accuracy ↑").click()
    page.wait_for_url("**sort=acc**")
    page.get_by_role("button", name="Top-1 accuracy ↑ ▲").click()
    page.wait_for_url("**sort=-acc**")
    first = page.locator("[data-testid=table-evaluations] tbody tr").first
    expect(first).to_have_attribute("data-number", str(best(page)))
    page.locator(".st-key-explore_next button").first.click()
    expect(page.get_by_text("51–100 of 250")).to_be_visible()


def best(page):
    return page.evaluate(
        "() => { const front = document.querySelector('[data-testid=plot-front]').data"
        ".find(trace => trace.name === 'On the front');"
        " return front.customdata[front.y.indexOf(Math.max(...front.y))] }"
    )


def brush(page, axis, low, high):
    """Drag along an axis of the parallel coordinates, from a share of its height to another."""
    box = page.locator(f"[data-testid=plot-parallel] {BRUSH}").nth(axis)
    box.scroll_into_view_if_needed()
    area = box.locator(BRUSHED_AREA).bounding_box()
    x = area["x"] + area["width"] / 2
    page.mouse.move(x, area["y"] + low * area["height"])
    page.mouse.down()
    page.mouse.move(x, area["y"] + high * area["height"], steps=8)
    page.mouse.up()


def test_a_brush_filters_and_a_pasted_link_shows_the_same(explore, page, another):
    open_explore(page, f"{explore}&tab=Parallel coordinates&filter=acc > 86&at=200&selected=7")
    drawn(page, "parallel")
    brush(page, 1, 0.7, 0.95)
    page.wait_for_url("**brush=macs**")
    points = until(page, "shown.other.length > 100")
    count = page.locator("text=/of 200 match/").first.inner_text()
    another.goto(page.url)
    drawn(another, "front")
    drawn(another, "parallel")
    same = until(another, f"shown.other.length === {len(points['other'])}")
    assert same == points
    assert another.locator("text=/of 200 match/").first.inner_text() == count
    page.locator(".st-key-explore_clear_brush button").first.click()
    page.wait_for_url(lambda url: "brush=" not in url)
    page.wait_for_function(f"() => !({_BRUSHED})")
    brush(page, 2, 0.3, 0.6)
    page.wait_for_url("**brush=params**")
    page.get_by_test_id("parallel-reset").click()
    page.wait_for_url(lambda url: "brush=" not in url)
    page.wait_for_function(f"() => !({_BRUSHED})")


def test_charts_can_be_downloaded(explore, page):
    open_explore(page, explore)
    page.get_by_test_id("front-table").click()
    expect(page.get_by_test_id("data-front").locator("tbody tr")).to_have_count(MEASURED)
    with page.expect_download() as download:
        page.get_by_test_id("front-csv").click()
    rows = list(csv.reader(download.value.path().read_text().splitlines()))
    assert rows[0][:2] == ["series", "number"]
    assert len(rows) == MEASURED + 1
    page.get_by_test_id("front-figure").click()
    dialog = page.get_by_test_id("printed-front")
    expect(dialog).to_be_visible()
    expect(dialog.locator("svg").first).to_be_visible()
    with page.expect_download() as download:
        dialog.get_by_role("button", name="SVG").click()
    drawing = download.value.path().read_text()
    assert "Evaluation count" in drawing
    assert "less is better" in drawing
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_a_chart_explains_itself(explore, page):
    open_explore(page, explore)
    page.get_by_test_id("hypervolume-help").focus()
    page.keyboard.press("Enter")
    about = page.get_by_text("The share of a fixed box of objective values")
    expect(about).to_be_visible()
    more = about.get_by_role("link", name="More")
    assert more.get_attribute("href") == "docs/method.html#hypervolume"
    assert more.get_attribute("target") == "_blank"


def test_three_metrics_are_drawn_in_3d(explore, page):
    open_explore(page, f"{explore}&view=3-D&scale=log x&selected=5")
    until(page, "shown.front.length > 0 && shown.ring.length === 1")
    kind, scale = page.evaluate(
        "() => { const plot = document.querySelector('[data-testid=plot-front]');"
        " return [plot.data[0].type, plot.layout.scene.xaxis.type] }"
    )
    assert (kind, scale) == ("scatter3d", "log")


def test_importance_states_the_quality_of_its_predictor(explore, page):
    open_explore(page, f"{explore}&tab=Importance")
    drawn(page, "importance")
    refined = page.get_by_text("In cross-validation the predictor reaches tau")
    expect(refined).to_be_visible(timeout=60_000)
