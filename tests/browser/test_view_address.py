"""The zoom and the camera of the front are in the address, so that a link restores them."""

import pytest
from playwright.sync_api import expect

from tests.browser import plotly_parts

RANGES, CAMERA, EMPTY_PLACE = (
    f"name => {read}(document.querySelector(`[data-testid=plot-${{name}}]`))"
    for read in (plotly_parts.RANGES, plotly_parts.CAMERA, plotly_parts.EMPTY_PLACE)
)


@pytest.fixture
def run_page(server, long_run):
    return lambda page_name, query="": f"{server.url}/{page_name}?run={long_run}{query}"


_range_cache = {}


@pytest.fixture
def full_ranges(run_page, page):
    """The ranges of Explore's front without a zoom."""
    if not _range_cache:
        visit(page, run_page("explore"), "front")
        _range_cache["front"] = settled(page, RANGES, "front")
    return _range_cache["front"]


_camera_cache = {}


@pytest.fixture
def first_camera(run_page, page):
    """The camera of Explore's front where nobody has moved it."""
    if not _camera_cache:
        visit(page, run_page("explore", "&view=3-D"), "front")
        _camera_cache["front"] = settled(page, CAMERA, "front")
    return _camera_cache["front"]


def visit(page, address, name):
    page.goto(address)
    page.wait_for_selector(f"[data-testid=plot-{name}][data-updates]")


def settled(page, read, name):
    """What `read` says once it says the same twice, 300 milliseconds apart."""
    last = None
    while True:
        page.wait_for_timeout(300)
        now = page.evaluate(read, name)
        if now is not None and now == last:
            return now
        last = now


def drag(page, name):
    plot = page.get_by_test_id(f"plot-{name}")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.6 * box["height"], steps=8)
    page.mouse.up()


def double_click(page, name):
    """Double-click where no point is near, since a click on one selects it."""
    box = page.get_by_test_id(f"plot-{name}").bounding_box()
    x, y = page.evaluate(EMPTY_PLACE, name)
    page.mouse.dblclick(box["x"] + x, box["y"] + y)


@pytest.mark.parametrize(
    ("page_name", "name", "query"),
    [
        ("run", "pareto", ""),
        ("run", "pareto", "&live_x=Parameters"),
        ("explore", "front", ""),
        ("explore", "front", "&scale=log x"),
    ],
)
def test_a_zoom_is_in_the_link(run_page, page, another, page_name, name, query):
    visit(page, run_page(page_name, query), name)
    full_ranges = settled(page, RANGES, name)
    drag(page, name)
    page.wait_for_url("**zoom=**")
    zoomed = settled(page, RANGES, name)
    assert zoomed[1] - zoomed[0] < 0.6 * (full_ranges[1] - full_ranges[0])
    visit(another, page.url, name)
    assert settled(another, RANGES, name) == pytest.approx(zoomed, rel=1e-6)
    double_click(another, name)
    another.wait_for_url(lambda url: "zoom=" not in url)
    assert settled(another, RANGES, name) == pytest.approx(full_ranges, rel=1e-4)


def test_a_zoom_outlives_the_page_and_ends_with_its_axes(run_page, page):
    visit(page, run_page("explore"), "front")
    drag(page, "front")
    page.wait_for_url("**zoom=**")
    zoomed = settled(page, RANGES, "front")
    box = page.locator("input[aria-label=Filter]")
    box.fill("macs < 5M")
    box.press("Enter")
    page.wait_for_url("**filter=**")
    assert "zoom=" in page.url
    assert settled(page, RANGES, "front") == zoomed
    page.get_by_role("combobox", name="Horizontal axis").click()
    page.get_by_role("option", name="Parameters").click()
    page.wait_for_url(lambda url: "zoom=" not in url and "axis_x=" in url)
    drag(page, "front")
    page.wait_for_url("**zoom=params**")
    page.get_by_test_id("front-reset").click()
    page.wait_for_url(lambda url: "zoom=" not in url)


def test_another_page_starts_without_a_zoom(run_page, page):
    visit(page, run_page("run"), "pareto")
    drag(page, "pareto")
    page.wait_for_url("**zoom=**")
    page.get_by_role("link", name="Explore").click()
    page.wait_for_selector("[data-testid=plot-front][data-updates]")
    page.wait_for_url(lambda url: "/explore" in url and "zoom=" not in url)


def test_a_view_is_as_it_was_left_where_the_sidebar_leads_back_to_it(run_page, page):
    def go_to(name, plot):
        page.get_by_role("link", name=name, exact=True).click()
        page.wait_for_url(f"**/{name.lower()}?**")
        page.wait_for_selector(f"[data-testid=plot-{plot}][data-updates]")

    visit(page, run_page("run", "&live_x=Parameters"), "pareto")
    full = settled(page, RANGES, "pareto")
    drag(page, "pareto")
    page.wait_for_url("**zoom=params**")
    zoomed = settled(page, RANGES, "pareto")
    go_to("Explore", "front")
    box = page.locator("input[aria-label=Filter]")
    box.fill("macs < 5M")
    box.press("Enter")
    page.wait_for_url("**filter=**")
    go_to("Run", "pareto")
    page.wait_for_url(lambda url: "live_x=Parameters" in url and "zoom=params" in url)
    assert settled(page, RANGES, "pareto") == pytest.approx(zoomed, rel=1e-6)
    go_to("Explore", "front")
    page.wait_for_url("**filter=**")
    expect(page.locator("input[aria-label=Filter]")).to_have_value("macs < 5M")
    go_to("Run", "pareto")
    page.wait_for_url("**zoom=params**")
    double_click(page, "pareto")
    page.wait_for_url(lambda url: "zoom=" not in url)
    go_to("Explore", "front")
    go_to("Run", "pareto")
    assert settled(page, RANGES, "pareto") == pytest.approx(full, rel=1e-4)


def test_a_camera_is_in_the_link(run_page, page, another):
    visit(page, run_page("explore", "&view=3-D"), "front")
    first = settled(page, CAMERA, "front")
    drag(page, "front")
    page.wait_for_url("**camera=**")
    settled(page, CAMERA, "front")
    page.mouse.wheel(0, -200)
    turned = settled(page, CAMERA, "front")
    assert turned != pytest.approx(first, abs=0.1)
    visit(another, page.url, "front")
    assert settled(another, CAMERA, "front") == pytest.approx(turned, abs=1e-3)
    double_click(another, "front")
    another.wait_for_url(lambda url: "camera=" not in url)
    assert settled(another, CAMERA, "front") == pytest.approx(first, abs=1e-3)


@pytest.mark.parametrize(
    "zoom",
    [
        "macs:1~NaN;acc:9~1",
        "macs:1e308~-1e308;acc:-1e400~5",
        "macs:5e6~5e6",
        "acc:1e9~2e9",
        "<script>alert(1)</script>",
        "params:1~2",
    ],
)
def test_a_broken_zoom_is_ignored(run_page, page, full_ranges, zoom):
    visit(page, run_page("explore", f"&zoom={zoom}"), "front")
    page.wait_for_url(lambda url: "zoom=" not in url)
    assert settled(page, RANGES, "front") == full_ranges


@pytest.mark.parametrize(
    "camera",
    ["1,2,3", "a,b,c,d,e,f,g,h,i", "1,1,1,1,1,1,0,0,1", "1,1,1,0,0,0,0,0,0", "1e9,0,0,0,0,0,0,0,1"],
)
def test_a_broken_camera_is_ignored(run_page, page, first_camera, camera):
    visit(page, run_page("explore", f"&view=3-D&camera={camera}"), "front")
    page.wait_for_url(lambda url: "camera=" not in url)
    assert settled(page, CAMERA, "front") == pytest.approx(first_camera, abs=1e-3)
