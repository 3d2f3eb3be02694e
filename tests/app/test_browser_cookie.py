"""The cookie that names a browser."""

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app.browser_cookie import COOKIE, BrowserCookieMiddleware, valid_name

PAGE = {"accept": "text/html,*/*"}


@pytest.fixture
def client():
    async def page(_request):
        return HTMLResponse("<p>page</p>")

    async def gone(_request):
        return PlainTextResponse("gone", 404)

    inner = Starlette(routes=[Route("/", page), Route("/gone", gone)])
    return TestClient(BrowserCookieMiddleware(inner, "/studio"))


def test_a_browser_is_named_when_it_loads_its_first_page(client):
    header = client.get("/", headers=PAGE).headers["set-cookie"]
    name = header.partition("=")[2].partition(";")[0]
    assert valid_name(name) == name != ""
    assert "Path=/studio;" in header
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    named = {**PAGE, "cookie": f"{COOKIE}={name}"}
    assert "set-cookie" not in client.get("/", headers=named).headers


def test_a_name_that_is_none_is_replaced(client):
    answer = client.get("/", headers={**PAGE, "cookie": f"{COOKIE}=../../settings"})
    assert "set-cookie" in answer.headers


def test_data_and_errors_name_no_browser(client):
    assert "set-cookie" not in client.get("/", headers={"accept": "*/*"}).headers
    assert "set-cookie" not in client.get("/gone", headers=PAGE).headers
