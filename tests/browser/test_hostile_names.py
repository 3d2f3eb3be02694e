"""Names and notes as a browser shows them: as they are, and nothing is fetched for them."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from engine.runs.service import RunService
from tests.browser.server import Server
from tests.browser.streamlit_parts import RUNNING
from tests.long_log import write_long_log

NAME = "![](http://evil.example/x.png) $a$ :smile: :material/home: <b>x</b> -> &lt;"
TAG = "![](http://evil.example/tag.png)"
NOTE = "**kept** ![seen](http://evil.example/note.png)\n\n```mermaid\ngraph\n```"
_SLOW = 120_000  # milliseconds: the machine may be busy with other tests
JOINER = "\N{WORD JOINER}"


@pytest.fixture
def data_folder(tmp_path):
    """A data folder with a run that has such a name, tag and note."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    run = write_long_log(folder, 40)
    service = RunService(folder)
    service.rename(run, NAME)
    service.label(run, tags=[TAG], note=NOTE)
    service.close()
    return folder, run


def test_names_are_shown_as_they_are_and_nothing_is_fetched_for_them(data_folder, page):
    folder, run = data_folder
    server = Server(folder)
    requested_urls = []
    page.on("request", lambda request: requested_urls.append(request.url))
    try:
        page.goto(f"{server.url}/run?run={run}")
        heading = page.locator(".st-key-live_title h3")
        expect(heading).to_be_visible(timeout=_SLOW)
        assert heading.inner_text().replace(JOINER, "") == NAME
        assert heading.locator("a, img, code, .katex").count() == 0
        page.get_by_role("button", name="Note").click()
        expect(page.get_by_text("kept").last).to_be_visible(timeout=_SLOW)
        for address in (f"compare?runs={run}", f"decide?run={run}", "runs"):
            page.goto(f"{server.url}/{address}")
            expect(page.locator("h1").first).to_be_visible(timeout=_SLOW)
            expect(page.locator(RUNNING)).to_have_count(0, timeout=_SLOW)
    finally:
        server.kill()
    hosts = {
        urlsplit(url).hostname for url in requested_urls if not url.startswith(("data:", "blob:"))
    }
    assert hosts == {"127.0.0.1"}
