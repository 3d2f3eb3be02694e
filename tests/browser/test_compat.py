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

OF_STREAMLIT = changed("streamlit", "app/compat/streamlit.css or tests/browser/streamlit_parts.py")
OF_PLOTLY = changed("plotly", "app/compat/plotly_private.js or tests/browser/plotly_parts.py")
PAGE = Path(__file__).with_name("streamlit_page.py")
ROOM = Path(plotly.__file__).parent
PRIVATE_MODULE = (ROOM / "plotly_private.js").read_text()
STYLES = (ROOM / "plotly.css").read_text()


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
    return [" ".join(one.split()) for one in re.findall(r"([^{}]+)\{", bare)]


ONLY_SOMETIMES = {"stStatusWidget", ":focus-visible", "stSidebarNav"}
"""In rules for what is there while a page runs, or for an app of several pages alone."""

ALWAYS = [one for one in rules(streamlit.styles()) if not any(o in one for o in ONLY_SOMETIMES)]


def parts_of(selector):
    """The selectors of a list, at whose commas it is cut apart but within brackets."""
    return [one.strip() for one in re.split(r",(?![^(]*\))", selector)]


@pytest.mark.parametrize("selector", [one for rule in ALWAYS for one in parts_of(rule)])
def test_a_rule_for_streamlit_finds_what_it_is_for(parts, selector):
    assert parts.locator(selector).count(), f"{OF_STREAMLIT} There is no {selector}."


@pytest.mark.parametrize("kind", ["key", "number", "boolean", "string"])
def test_code_is_coloured_by_kinds_of_words(parts, kind):
    word = parts.locator(
        f"{streamlit_parts.CODE} .token.{kind}, {streamlit_parts.CODE} .token.null"
    )
    assert word.count(), f"{OF_STREAMLIT} No word of YAML is a {kind}."


@pytest.mark.parametrize("name", ["APP", "AT_REST", "MAIN", "ALERT", "CODE", "OPENER", "TAGS"])
def test_a_part_that_tests_look_for_is_there(parts, name):
    found = parts.locator(getattr(streamlit_parts, name)).count()
    assert found == 1, f"{OF_STREAMLIT} Of {name} there are {found}."


def test_the_page_scrolls_where_tests_scroll(parts):
    at = parts.locator(streamlit_parts.MAIN).evaluate(
        "node => { node.scrollTo(0, 300); const at = node.scrollTop; node.scrollTo(0, 0);"
        " return at }"
    )
    assert at == 300, OF_STREAMLIT


def test_a_popover_opens_where_tests_fill_it_in(parts):
    parts.locator(streamlit_parts.OPENER).click()
    field = parts.locator(f"{streamlit_parts.OPENED} input")
    expect(field, OF_STREAMLIT).to_have_count(1, timeout=30_000)
    parts.keyboard.press("Escape")


def test_a_page_that_runs_says_so(address, page):
    page.goto(f"{address}/?wait")
    running = page.locator(f"{streamlit_parts.APP}[{streamlit_parts.STATE}=running]")
    expect(running, OF_STREAMLIT).to_have_count(1, timeout=60_000)
    widget = page.locator(streamlit_parts.RUNNING)
    expect(widget, OF_STREAMLIT).to_have_count(1, timeout=15_000)


@pytest.mark.parametrize("name", ["stSidebarNavLink", "stSidebarNavSeparator"])
def test_the_navigation_has_the_parts_that_are_styled(server, page, name):
    assert name in streamlit.styles()
    page.goto(server.url)
    found = page.locator(f"[data-testid={name}]")
    expect(found.first, OF_STREAMLIT).to_be_attached(timeout=60_000)


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
def drawn(page):
    """Draws with Plotly's library and what a chart has of its private parts."""
    page.set_content("<!doctype html><body></body>")
    page.add_script_tag(path=plotly.browser_library())
    exported = f"{PRIVATE_MODULE}\nObject.assign(window, {{ shownRangeOf, cameraOf }})"
    page.add_script_tag(content=exported, type="module")
    page.wait_for_function("() => window.cameraOf")
    page.add_style_tag(content=STYLES)
    return page.evaluate_handle


def test_plotly_tells_the_ranges_that_it_chose(drawn):
    plot = drawn(PLANE)
    ranges = plot.evaluate(plotly_parts.RANGES)
    assert ranges == plot.evaluate(
        "plot => [...shownRangeOf(plot, 'xaxis'), ...shownRangeOf(plot, 'yaxis')]"
    ), OF_PLOTLY
    low, high, bottom, top = ranges
    assert low < 1 < 3 < high, OF_PLOTLY
    assert bottom < 10 < 40 < top, OF_PLOTLY
    plot.evaluate("plot => Plotly.relayout(plot, { 'xaxis.range': [0, 7] })")
    assert plot.evaluate("plot => [...shownRangeOf(plot, 'xaxis')]") == [0, 7], OF_PLOTLY


def test_plotly_tells_where_a_value_is(drawn, page):
    plot = drawn(PLANE)
    x, y = plot.evaluate(f"plot => {plotly_parts.PIXEL}(plot, 2, 40)")
    plot.evaluate("plot => { plot.on('plotly_hover', e => { window.said = e.points[0].y }) }")
    page.mouse.move(x + 60, y + 60)
    page.mouse.move(x, y, steps=4)
    page.wait_for_function("() => window.said !== undefined", timeout=20_000)
    assert page.evaluate("() => window.said") == 40, OF_PLOTLY


def test_plotly_tells_where_a_space_is_looked_at_from(drawn):
    plot = drawn(SPACE)
    wanted = pytest.approx([1.5, 1.25, 0.5, 0, 0, -0.25, 0, 0, 1], abs=1e-3)
    assert plot.evaluate(plotly_parts.CAMERA) == wanted, OF_PLOTLY
    assert (
        plot.evaluate(
            "plot => { const { eye, center, up } = cameraOf(plot);"
            " return [eye, center, up].flatMap(({ x, y, z }) => [x, y, z]) }"
        )
        == wanted
    ), OF_PLOTLY


def test_plotly_draws_the_parts_that_are_styled_and_looked_for(drawn, page):
    drawn(PLANE)
    drawn(AXES)
    wanted = [
        plotly_parts.CHART,
        f"{plotly_parts.CHART} {plotly_parts.TRACES}",
        plotly_parts.WORDS,
        plotly_parts.AXIS_WORDS,
        plotly_parts.COVER,
        f"{plotly_parts.BRUSH} {plotly_parts.BRUSHED_AREA}",
    ]
    wanted += [one for rule in rules(STYLES) for one in parts_of(rule)]
    gone = [one for one in wanted if not page.locator(one).count()]
    assert not gone, f"{OF_PLOTLY} There is no {gone}."
