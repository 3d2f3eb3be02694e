"""The address of the server in the head of pages."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app.browser_files import file_url
from app.server_address import ServerAddressMiddleware

ACCEPT = {"accept": "text/html,*/*", "accept-encoding": "gzip"}
HTML = "<html><head><title>A page</title></head>" + "<p>text</p>" * 200
WITH_ADDRESS = HTML.replace(
    "<head>",
    '<head><script>window.__streamlit = { BACKEND_BASE_URL: new URL("/studio/", location.origin)'
    '.href }</script><script type="module">import { keepOneEntryForPage } from '
    f'"/studio/{file_url("browser/page_history.js")}"; '
    "keepOneEntryForPage(history, () => location.href)</script>",
)


@pytest.fixture
def client():
    async def page(_request):
        return HTMLResponse(HTML)

    async def in_parts(_request):
        async def parts():
            for start in range(0, len(HTML), 100):
                yield HTML[start : start + 100]

        return StreamingResponse(parts(), media_type="text/html")

    async def text(_request):
        return PlainTextResponse(HTML)

    async def refused(_request):
        return HTMLResponse(HTML, 403)

    routes = [
        Route("/", page), Route("/parts", in_parts), Route("/text", text),
        Route("/refused", refused),
    ]  # fmt: skip
    inner = Starlette(routes=routes, middleware=[Middleware(GZipMiddleware)])
    return TestClient(ServerAddressMiddleware(inner, "/studio"))


@pytest.mark.parametrize("path", ["/", "/parts"])
def test_a_page_says_where_its_server_is(client, path):
    response = client.get(path, headers=ACCEPT)
    assert response.text == WITH_ADDRESS
    assert response.headers["content-length"] == str(len(WITH_ADDRESS))


@pytest.mark.parametrize("path", ["/text", "/refused"])
def test_what_is_no_page_is_left_as_it_is(client, path):
    assert client.get(path, headers=ACCEPT).text == HTML


def test_data_is_still_compressed(client):
    response = client.get("/text", headers={"accept": "*/*", "accept-encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"
    assert response.text == HTML
