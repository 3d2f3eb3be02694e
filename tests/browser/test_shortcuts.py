"""Keyboard shortcuts on every page."""

import pytest
from playwright.sync_api import expect

from app.shortcuts import SHORTCUTS
from engine.config import NASConfig
from engine.runs.service import RunService
from tests.browser.server import Server
from tests.browser.streamlit_parts import AT_REST
from tests.engine.runs.fakes import InstantEvaluator

LONG = 60_000  # milliseconds


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shortcuts") / "data"
    service = RunService(folder, InstantEvaluator)
    sizes = {"population": 4, "num_evals": 6, "workers": 1}
    service.wait(service.start(NASConfig(approach="random", dynas=sizes), "short"), 60)
    service.close()
    server = Server(folder)
    yield server
    server.kill()


def test_the_keys_are_listed_and_lead_to_pages_and_fields(server, page):
    page.goto(f"{server.url}/explore")
    expression = page.locator(".st-key-filter input")
    expect(expression).to_be_visible(timeout=LONG)
    page.keyboard.press("?")
    listed = page.get_by_test_id("shortcuts")
    expect(listed.get_by_role("definition")).to_have_text([s.text for s in SHORTCUTS])
    page.keyboard.press("Escape")
    expect(listed).to_be_hidden()
    page.keyboard.press("/")
    expect(expression).to_be_focused()
    page.keyboard.type("/n")  # what is typed into a field stays there
    expect(expression).to_have_value("/n")
    page.locator("body").press("Escape")
    expression.blur()
    expect(page.get_by_text("the filter is not applied")).to_be_visible(timeout=LONG)
    expect(page.locator(AT_REST)).to_be_attached(timeout=LONG)
    for keys, title in (("gc", "Compare"), ("gr", "Runs"), ("n", "New search")):
        for key in keys:
            page.keyboard.press(key)
        expect(page.get_by_role("heading", name=title, level=1)).to_be_visible(timeout=LONG)
