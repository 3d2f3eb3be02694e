"""Small forms in popovers: Enter sends them, and they close when what they ask for was done."""

import pytest
from playwright.sync_api import expect

from engine.config import NASConfig
from engine.runs.service import RunService
from tests.browser.server import Server
from tests.browser.supernets_page import path_of
from tests.engine.runs.fakes import InstantEvaluator

LONG = 60_000  # milliseconds


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("popovers") / "data"
    service = RunService(folder, InstantEvaluator)
    sizes = {"population": 4, "num_evals": 6, "workers": 1}
    service.wait(service.start(NASConfig(approach="random", dynas=sizes), "first name"), 60)
    service.close()
    return folder


@pytest.fixture(scope="module")
def server(folder):
    server = Server(folder)
    yield server
    server.kill()


def test_enter_gives_a_path_and_the_popover_closes_only_if_it_was_accepted(server, page, tmp_path):
    page.goto(f"{server.url}/supernets")
    path_of(page, "ofa_mbv3_d234_e346_k357_w1.0", "Images").click(timeout=LONG)
    field = page.get_by_role("textbox", name="Images: path on this machine")
    field.fill(str(tmp_path / "none"))
    field.press("Enter")
    expect(page.get_by_text("There is no file or folder")).to_be_visible(timeout=LONG)
    expect(field).to_be_visible()
    (tmp_path / "val").mkdir()
    field.fill(str(tmp_path))
    field.press("Enter")
    expect(field).to_be_hidden(timeout=LONG)
    expect(page.get_by_text("holds 0 class folders with images").first).to_be_visible(timeout=LONG)


def test_enter_renames_a_run_and_closes_the_popover(server, page, folder):
    page.goto(f"{server.url}/live")
    page.locator(".st-key-live_rename button").first.click(timeout=LONG)
    field = page.get_by_role("textbox", name="Name")
    field.fill("second name")
    field.press("Enter")
    expect(page.get_by_role("heading", name="second name")).to_be_visible(timeout=LONG)
    expect(field).to_be_hidden(timeout=LONG)
    page.get_by_role("button", name="Extend").click()
    page.get_by_role("button", name="Extend by 50").click()
    expect(page.get_by_role("button", name="Extend by 50")).to_be_hidden(timeout=LONG)
