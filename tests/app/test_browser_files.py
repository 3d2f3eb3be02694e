import re
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette

from app import browser_files
from tests.app.access.asgi import Client

ADDRESS = browser_files.file_url("charts/chart.js")


@pytest.fixture
def client() -> Client:
    return Client(Starlette(routes=[browser_files.route()]))


@pytest.fixture
def another_version(tmp_path, monkeypatch) -> Iterator[str]:
    """The address after one file has changed."""
    files = {**browser_files.browser_files(), "replay/replay.css": b"a {}"}
    monkeypatch.setattr(browser_files, "browser_files", lambda: files)
    browser_files._version.cache_clear()
    yield browser_files.file_url("charts/chart.js")
    monkeypatch.undo()
    browser_files._version.cache_clear()


def test_every_file_is_answered_in_its_kind(client):
    for file, content in browser_files.browser_files().items():
        answer = client.get(f"/{browser_files.file_url(file)}")
        assert (answer.status, answer.text) == (200, content.decode())
        kind = "text/css" if file.endswith(".css") else "text/javascript"
        assert answer.headers["content-type"] == f"{kind}; charset=utf-8"


def test_browsers_keep_a_file_for_good(client):
    assert "immutable" in client.get(f"/{ADDRESS}").headers["cache-control"]


def test_any_change_gives_every_file_another_address(client, another_version):
    assert re.sub("[0-9a-f]{12}", "", another_version) == re.sub("[0-9a-f]{12}", "", ADDRESS)
    assert another_version != ADDRESS
    assert client.get(f"/{another_version}").status == 200
    assert client.get(f"/{ADDRESS}").status == 404, "never a new file under an old address"


@pytest.mark.parametrize(
    "file",
    [
        "charts/none.js",
        "charts/component.py",
        "browser/types.d.ts",
        "../app/main.py",
        "%2e%2e/x.js",
    ],
)
def test_nothing_else_is_answered(client, file):
    folder = ADDRESS.removesuffix("charts/chart.js")
    assert client.get(f"/{folder}{file}").status == 404


def test_a_component_names_a_file_that_is_there():
    with pytest.raises(KeyError, match=r"charts/none\.js"):
        browser_files.file_url("charts/none.js")
