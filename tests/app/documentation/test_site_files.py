"""The documentation that the dashboard serves from its archive."""

import os
import zipfile

import pytest
from starlette.applications import Starlette

from app.access.headers import SecurityHeadersMiddleware
from app.access.token import Token
from app.access.token_middleware import TokenMiddleware
from app.documentation import site_files
from tests.app.access.asgi import Client

HTML = ("accept", "text/html")
FILES = {
    "index.html": "<h1>Home</h1>",
    "tutorials/browser.html": "<h1>In the browser</h1>",
    "assets/extra.css": "a {}",
    "assets/search.js": "1",
    "search.json": "{}",
    "assets/logo.svg": "<svg/>",
}


def write(archive, files):
    with zipfile.ZipFile(archive, "w") as opened:
        for name, text in files.items():
            opened.writestr(name, text)


@pytest.fixture
def archive(tmp_path):
    write(tmp_path / "site.zip", FILES)
    return tmp_path / "site.zip"


@pytest.fixture
def client(archive):
    return Client(SecurityHeadersMiddleware(Starlette(routes=site_files.routes(archive))))


def test_every_file_is_answered_in_its_kind(client):
    kinds = {
        "index.html": "text/html; charset=utf-8",
        "assets/extra.css": "text/css; charset=utf-8",
        "assets/search.js": "text/javascript; charset=utf-8",
        "search.json": "application/json",
        "assets/logo.svg": "image/svg+xml",
    }
    for file, kind in kinds.items():
        answer = client.get(f"/docs/{file}")
        assert (answer.status, answer.text) == (200, FILES[file])
        assert answer.headers["content-type"] == kind


@pytest.mark.parametrize(
    ("address", "target"), [("/docs", "docs/index.html"), ("/docs/", "index.html")]
)
def test_the_bare_address_leads_to_the_first_page(client, address, target):
    answer = client.get(address)
    assert (answer.status, answer.headers["location"]) == (307, target)


@pytest.mark.parametrize(
    "file",
    [
        "none.html",
        "../site.zip",
        "%2e%2e/site.zip",
        "/etc/passwd",
        "assets",
        "tutorials/../index.html",
        "..%5csite.zip",
    ],
)
def test_nothing_outside_the_archive_is_answered(client, file):
    answer = client.get(f"/docs/{file}", HTML)
    assert answer.status == 404
    assert "no such page" in answer.text


def test_a_missing_page_links_to_the_first_one(client):
    assert 'href="../index.html"' in client.get("/docs/tutorials/none.html", HTML).text


def test_the_pages_may_load_from_this_server_alone(client):
    policy = client.get("/docs/index.html").headers["content-security-policy"]
    assert "default-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "http" not in policy


def test_an_unchanged_file_is_not_sent_again(client):
    tag = client.get("/docs/index.html").headers["etag"]
    again = client.get("/docs/index.html", ("if-none-match", tag))
    assert (again.status, again.text) == (304, "")


def test_a_new_archive_is_served_without_a_restart(client, archive):
    assert client.get("/docs/index.html").text == FILES["index.html"]
    write(archive, {**FILES, "index.html": "<h1>New</h1>"})
    os.utime(archive, ns=(1, 1))
    assert client.get("/docs/index.html").text == "<h1>New</h1>"


def test_without_an_archive_the_page_says_how_to_make_it(tmp_path):
    client = Client(Starlette(routes=site_files.routes(tmp_path / "none.zip")))
    answer = client.get("/docs/user-guide.html", HTML)
    assert answer.status == 404
    assert "<code>make docs</code>" in answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_a_visitor_without_the_token_reads_nothing(archive):
    protected = TokenMiddleware(Starlette(routes=site_files.routes(archive)), Token("a" * 20))
    assert Client(protected).get("/docs/index.html").status == 401
