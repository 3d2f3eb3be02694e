"""The form of a new search as it is filled."""

import pytest
from playwright.sync_api import expect

from tests.browser.server import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("form") / "data")
    yield server
    server.kill()


def test_yaml_that_is_wrong_is_refused_where_it_was_pasted(server, page):
    page.set_default_timeout(120_000)
    page.goto(server.url)
    page.wait_for_selector(".st-key-new_section_where")
    page.get_by_test_id("stPopoverButton").filter(has_text="Load").click()
    page.get_by_role("textbox", name="YAML of a search").fill("nas: [1, 2\n  x")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Fill the form").click()
    expect(page.locator("[data-testid=stAlert]")).to_be_in_viewport(ratio=1, timeout=60_000)
