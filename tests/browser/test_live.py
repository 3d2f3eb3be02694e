"""Live before the first sub-network has been measured."""

import pytest
from playwright.sync_api import expect

from engine.config import NASConfig
from engine.log.evaluation_log import DiskLog
from tests.browser.server import Server


@pytest.fixture
def server(tmp_path):
    folder = tmp_path / "data" / "runs" / "fresh"
    folder.mkdir(mode=0o700, parents=True)
    log = DiskLog(folder / "log")
    log.append_event("created", {"config": NASConfig().to_dict(), "name": "fresh"})
    log.append_event("state", {"state": "stopped", "message": ""})
    log.close()
    server = Server(tmp_path / "data")
    yield server
    server.kill()


def test_charts_without_points_say_what_will_be_there(server, page):
    page.goto(f"{server.url}/live?run=fresh", timeout=60_000)
    page.wait_for_selector("[data-testid=plot-pareto][data-updates]", timeout=60_000)
    chart = page.get_by_test_id("chart-pareto")
    expect(chart).to_contain_text("The first measured sub-network appears here.")
    expect(page.get_by_text("undefined")).to_have_count(0)
