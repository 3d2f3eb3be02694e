"""Parts of Streamlit and Plotly that they promise nobody: each is where it is looked for.

A test that fails names the library, its version and the file to mend. The page is one of a few
lines, so that nothing of the dashboard decides.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.compat import plotly, streamlit
from tests.browser import plotly_parts, streamlit_parts
from tests.compat import changed

STREAMLIT_CHANGED = changed(
    "streamlit", "app/compat/streamlit.css or tests/browser/streamlit_parts.py"
)
PLOTLY_CHANGED = changed("plotly", "app/compat/plotly_private.js or tests/browser/plotly_parts.py")
PAGE = Path(__file__).with_name("streamlit_page.py")
COMPAT_FOLDER = Path(plotly.__file__).parent
PRIVATE_MODULE = (COMPAT_FOLDER / "plotly_private.js").read_text()
STYLES = (COMPAT_FOLDER / "plotly.css").read_text()


@pytest.fixture(scope="module")
def address():
    """A server of Streamlit alone."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {"server.port": port, "server.headless": "true", "browser.gatherUsageStats": "false",
               "logger.hideWelcomeMessage": "true"}  # fmt: skip
    command = [sys.executable, "-m", "streamlit", "run", str(PAGE)]
    process = subprocess.Popen(
        [*command, *(f"--{name}={value}" for name, value in options.items())],
        stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    url, end = f"http://127.0.0.1:{port}", time.monotonic() + 90
    try:
        while True:
            try:
                with urllib.request.urlopen(f"{url}{streamlit.HEALTH}", timeout=2):
                    break
            except OSError:
                assert time.monotonic() < end, "Streamlit did not start"
                time.sleep(0.05)
        yield url
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="module")
def parts(address, browser):
    """The page, drawn."""
    page = browser.new_page()
    page.goto(address)
    page.locator(streamlit_parts.AT_REST).wait_for(timeout=60_000)
    page.get_by_text("A long page").wait_for(state="attached", timeout=60_000)
    page.locator(streamlit_parts.CODE).locator(".token").first.wait_for(timeout=60_000)
    yield page
    page.close()


def rules(sheet):
    """The selectors of a style sheet."""
    bare = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    return [" ".join(selector.split()) for selector in re.findall(r"([^{}]+)\{", bare)]


TEMPORARY_PARTS = {"stStatusWidget", ":focus-visible", "stSidebarNav"}
"""In rules for what is there while a page runs, or for an app of several pages alone."""

ALWAYS = [
    selector
    for selector in rules(streamlit.styles())
    if not any(o in selector for o in TEMPORARY_PARTS)
]


def parts_of(selector):
    """The selectors of a list, at whose commas it is cut apart but within brackets."""
    return [selector.strip() for selector in re.split(r",(?![^(]*\))", selector)]


@pytest.mark.parametrize("selector", [selector for rule in ALWAYS for selector in parts_of(rule)])
def test_each_rule_for_streamlit_matches_an_element(parts, selector):
    assert parts.locator(selector).count(), f"{STREAMLIT_CHANGED} There is no {selector}."


@pytest.mark.parametrize("kind", ["key", "number", "boolean", "string"])
def test_code_is_coloured_by_kinds_of_words(parts, kind):
    word = parts.locator(
        f"{streamlit_parts.CODE} .token.{kind}, {streamlit_parts.CODE} .token.null"
    )
    assert word.count(), f"{STREAMLIT_CHANGED} No word of YAML is a {kind}."


@pytest.mark.parametrize("name", ["APP", "AT_REST", "MAIN", "ALERT", "CODE", "OPENER", "TAGS"])
def test_the_parts_that_tests_use_exist(parts, name):
    count = parts.locator(getattr(streamlit_parts, name)).count()
    assert count == 1, f"{STREAMLIT_CHANGED} Of {name} there are {count}."


def test_the_page_scrolls_where_tests_scroll(parts):
    position = parts.locator(streamlit_parts.MAIN).evaluate(
        "node => { node.scrollTo(0, 300); const at = node.scrollTop; node.scrollTo(0, 0);"
        " return at }"
    )
    assert position == 300, STREAMLIT_CHANGED


def test_a_popover_opens_where_tests_fill_it_in(parts):
    parts.locator(streamlit_parts.OPENER).click()
    field = parts.locator(f"{streamlit_parts.OPENED} input")
    expect(field, STREAMLIT_CHANGED).to_have_count(1, timeout=30_000)
    parts.keyboard.press("Escape")


def test_a_page_that_runs_says_so(address, page):
    page.goto(f"{address}/?wait")
    running = page.locator(f"{streamlit_parts.APP}[{streamlit_parts.STATE}=running]")
    expect(running, STREAMLIT_CHANGED).to_have_count(1, timeout=60_000)
    widget = page.locator(streamlit_parts.RUNNING)
    expect(widget, STREAMLIT_CHANGED).to_have_count(1, timeout=15_000)


@pytest.mark.parametrize("name", ["stSidebarNavLink", "stSidebarNavSeparator"])
def test_the_navigation_has_the_parts_that_are_styled(server, page, name):
    assert name in streamlit.styles()
    page.goto(server.url)
    elements = page.locator(f"[data-testid={name}]")
    expect(elements.first, STREAMLIT_CHANGED).to_be_attached(timeout=60_000)


PLANE = """async () => {
    const plot = document.body.appendChild(document.createElement('div'))
    plot.parentElement.className = 'dynas-chart'
    plot.className = 'dynas-chart-plot dynas-at-point'
    plot.style.cssText = 'width: 600px; height: 400px'
    const trace = { x: [1, 2, 3], y: [10, 40, 20], mode: 'markers+text', text: ['a', 'b', 'c'] }
    await Plotly.newPlot(plot, [trace], { dragmode: 'zoom' }, { staticPlot: false })
    return plot
}"""
SPACE = """async () => {
    const plot = document.body.appendChild(document.createElement('div'))
    plot.style.cssText = 'width: 600px; height: 400px'
    const camera = { eye: { x: 1.5, y: 1.25, z: 0.5 }, center: { x: 0, y: 0, z: -0.25 },
                     up: { x: 0, y: 0, z: 1 } }
    const trace = { type: 'scatter3d', x: [1, 2], y: [1, 2], z: [1, 2] }
    await Plotly.newPlot(plot, [trace], { scene: { camera } })
    return plot
}"""
AXES = """async () => {
    const plot = document.body.appendChild(document.createElement('div'))
    plot.className = 'dynas-chart-plot'
    plot.style.cssText = 'width: 600px; height: 400px'
    const dimensions = [{ label: 'a', values: [1, 2] }, { label: 'b', values: [3, 4] }]
    await Plotly.newPlot(plot, [{ type: 'parcoords', dimensions }])
    return plot
}"""


@pytest.fixture
def draw(page):
    """Draws with Plotly's library and what a chart has of its private parts."""
    page.set_content("<!doctype html><body></body>")
    page.add_script_tag(path=plotly.browser_library())
    exported = f"{PRIVATE_MODULE}\nObject.assign(window, {{ shownRangeOf, cameraOf }})"
    page.add_script_tag(content=exported, type="module")
    page.wait_for_function("() => window.cameraOf")
    page.add_style_tag(content=STYLES)
    return page.evaluate_handle


def test_plotly_returns_the_ranges_of_axes(draw):
    plot = draw(PLANE)
    ranges = plot.evaluate(plotly_parts.RANGES)
    assert ranges == plot.evaluate(
        "plot => [...shownRangeOf(plot, 'xaxis'), ...shownRangeOf(plot, 'yaxis')]"
    ), PLOTLY_CHANGED
    low, high, bottom, top = ranges
    assert low < 1 < 3 < high, PLOTLY_CHANGED
    assert bottom < 10 < 40 < top, PLOTLY_CHANGED
    plot.evaluate("plot => Plotly.relayout(plot, { 'xaxis.range': [0, 7] })")
    assert plot.evaluate("plot => [...shownRangeOf(plot, 'xaxis')]") == [0, 7], PLOTLY_CHANGED


def test_plotly_returns_the_position_of_a_value(draw, page):
    plot = draw(PLANE)
    x, y = plot.evaluate(f"plot => {plotly_parts.PIXEL}(plot, 2, 40)")
    plot.evaluate("plot => { plot.on('plotly_hover', e => { window.said = e.points[0].y }) }")
    page.mouse.move(x + 60, y + 60)
    page.mouse.move(x, y, steps=4)
    page.wait_for_function("() => window.said !== undefined", timeout=20_000)
    assert page.evaluate("() => window.said") == 40, PLOTLY_CHANGED


def test_plotly_returns_the_camera(draw):
    plot = draw(SPACE)
    expected = pytest.approx([1.5, 1.25, 0.5, 0, 0, -0.25, 0, 0, 1], abs=1e-3)
    assert plot.evaluate(plotly_parts.CAMERA) == expected, PLOTLY_CHANGED
    assert (
        plot.evaluate(
            "plot => { const { eye, center, up } = cameraOf(plot);"
            " return [eye, center, up].flatMap(({ x, y, z }) => [x, y, z]) }"
        )
        == expected
    ), PLOTLY_CHANGED


def test_plotly_draws_the_parts_that_styles_and_tests_use(draw, page):
    draw(PLANE)
    draw(AXES)
    expected = [
        plotly_parts.CHART,
        f"{plotly_parts.CHART} {plotly_parts.TRACES}",
        plotly_parts.WORDS,
        plotly_parts.AXIS_WORDS,
        plotly_parts.COVER,
        f"{plotly_parts.BRUSH} {plotly_parts.BRUSHED_AREA}",
    ]
    expected += [selector for rule in rules(STYLES) for selector in parts_of(rule)]
    missing_parts = [selector for selector in expected if not page.locator(selector).count()]
    assert not missing_parts, f"{PLOTLY_CHANGED} There is no {missing_parts}."
