"""A visitor who looks elsewhere is told that a run has ended."""

import pytest
from playwright.sync_api import expect

from engine.config import NASConfig
from engine.runs.service import RunService
from tests.browser.test_live import LONG, stopped_run

# Whether the tab is hidden, and a Notification, as the test says.
_BROWSER = """
window.told = []
window.elsewhere = false
Object.defineProperty(document, "hidden", { get: () => window.elsewhere })
window.Notification = class {
  static permission = sessionStorage.getItem("permission") ?? "default"
  static async requestPermission() {
    sessionStorage.setItem("asked", Number(sessionStorage.getItem("asked") ?? 0) + 1)
    Notification.permission = "granted"
    return "granted"
  }
  constructor(title, { body }) { window.told.push([title, body]) }
  addEventListener() {}
}
"""


@pytest.fixture
def followed(server, folder, page):
    """The id of a run that is live, whose page is shown."""
    run = stopped_run(folder, "followed", NASConfig(approach="random", dynas={"workers": 1}))
    page.add_init_script(_BROWSER)
    page.goto(f"{server.url}/run?run={run}")
    page.get_by_role("button", name="Resume").click()
    expect(page.locator(f".st-key-sidebar_run_{run}")).to_be_visible(timeout=LONG)
    yield run
    RunService(folder).delete(run)


def ended(folder, page, run):
    """Stop a run while the visitor looks elsewhere."""
    page.evaluate("window.elsewhere = true")
    RunService(folder).stop_now(run)


def test_a_click_lets_the_browser_ask_once_and_then_the_end_is_notified(folder, page, followed):
    page.get_by_test_id("notify-me").click()
    expect(page.get_by_test_id("notify-me")).to_be_hidden()
    title = page.title()
    ended(folder, page, followed)
    page.wait_for_function("window.told.length", timeout=LONG)
    [(sentence, detail)] = page.evaluate("window.told")
    assert sentence == "followed is stopped"
    assert detail
    assert page.title() == title
    page.evaluate("window.elsewhere = false")
    page.reload()
    expect(page.get_by_test_id("run-state")).to_have_text("stopped", timeout=LONG)
    assert page.evaluate("sessionStorage.getItem('asked')") == "1"
    expect(page.get_by_test_id("notify-me")).to_be_hidden()


def test_without_permission_the_title_says_it_until_the_visitor_looks(folder, page, followed):
    title = page.title()
    ended(folder, page, followed)
    page.wait_for_function("document.title.startsWith('● followed is stopped')", timeout=LONG)
    assert page.evaluate("sessionStorage.getItem('asked')") is None
    page.evaluate("window.elsewhere = false; document.dispatchEvent(new Event('visibilitychange'))")
    assert page.title() == title
    assert page.evaluate("window.told") == []
