"""The report of a run as a file in a real browser: it is drawn, and asks nothing of any network."""

import pytest

from engine.export.report.page import report_html
from engine.runs.loading import load_run
from tests.browser.plotly_parts import DRAWING
from tests.browser.test_accessibility import grave_findings


@pytest.fixture(scope="module")
def report(folder, long_run, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "run.html"
    path.write_text(report_html(load_run(long_run, folder)), encoding="utf-8")
    return path


@pytest.fixture
def requests(page):
    """The addresses that the page asks for, but for those of data in itself."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


def background(page):
    return page.locator(f"#figure-0 {DRAWING}").first.evaluate(
        "drawing => drawing.style.background"
    )


def wait_for_white(page):
    page.wait_for_function(
        "part => document.querySelector(part).style.background.includes('255')",
        arg=f"#figure-0 {DRAWING}",
    )


def drawn(page, report):
    page.goto(report.as_uri())
    places = page.locator("[id^=figure-]")
    for i in range(places.count()):
        places.nth(i).locator(DRAWING).first.wait_for(state="attached")
    return places.count()


def test_every_figure_is_drawn_from_the_file_alone(page, report, requests):
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    assert drawn(page, report) >= 7
    assert problems == []
    assert [url for url in requests if not url.startswith(("data:", "blob:"))] == [report.as_uri()]


def test_it_follows_dark_and_prints_light(page, report):
    page.emulate_media(color_scheme="dark")
    drawn(page, report)
    assert background(page) == "rgb(17, 22, 31)"
    page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    wait_for_white(page)
    page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(color_scheme="light")
    wait_for_white(page)


def test_it_fits_a_narrow_screen(page, report):
    page.set_viewport_size({"width": 390, "height": 800})
    drawn(page, report)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_has_no_serious_finding(page, report, scheme):
    page.emulate_media(color_scheme=scheme)
    drawn(page, report)
    assert grave_findings(page) == []
