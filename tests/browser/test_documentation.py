"""The documentation in a browser, with the headers of the dashboard and nothing but its server."""

import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import Page, expect
from starlette.applications import Starlette

from app.access.headers import SecurityHeadersMiddleware
from app.documentation import site_files
from docs_site.build import build_site


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of the documentation, as the dashboard serves it."""
    folder = tmp_path_factory.mktemp("documentation")
    build_site(folder / "site", folder / "site.zip")
    app = SecurityHeadersMiddleware(Starlette(routes=site_files.routes(folder / "site.zip")))
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/docs"
    server.should_exit = True
    thread.join()


@pytest.fixture
def requested(page: Page) -> list[str]:
    """The servers that the page asks for something."""
    servers: list[str] = []
    page.on("request", lambda request: servers.append(urlsplit(request.url).netloc))
    return servers


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser has against the page, such as a script that its policy forbids."""
    texts: list[str] = []
    page.on("console", lambda m: texts.append(m.text) if m.type in ("error", "warning") else None)
    return texts


def test_the_search_finds_a_term_without_the_internet(address, page, requested, complaints):
    page.goto(address)
    page.get_by_role("button", name="Search").click()
    page.keyboard.type("hypervolume")
    results = page.get_by_role("option", name="hypervolume")
    results.filter(has_text="Background").filter(has_text="Method").first.click()
    expect(page).to_have_title("Method - DyNAS Studio")
    assert set(requested) == {urlsplit(address).netloc}
    assert not complaints


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_picture_is_shown_in_the_scheme_of_the_site_alone(address, page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(address)
    shown = page.locator("article img:visible")
    expect(shown).to_have_count(1)
    assert f"-{scheme}.png" in shown.get_attribute("src")
