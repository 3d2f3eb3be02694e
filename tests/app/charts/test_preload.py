import re

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app import browser_files, navigation
from app.charts import plotly_script
from app.charts.preload import PreloadMiddleware

RUN = f"/{navigation.relative_address('live')}"


@pytest.fixture
def client():
    async def page(_request):
        return PlainTextResponse("page")

    routes = [
        *(Route(f"/studio{path}", page) for path in (RUN, "/explore", "/runs")),
        *(
            Route(f"/studio{route.path}", route.endpoint)
            for route in (browser_files.route(), plotly_script.route())
        ),
    ]
    middleware = [Middleware(PreloadMiddleware, base="/studio")]
    return TestClient(Starlette(routes=routes, middleware=middleware))


@pytest.mark.parametrize("path", [RUN, "/explore"])
def test_everything_that_a_page_names_is_there(client, path):
    links = re.findall(r"<([^>]+)>; rel=(\w+)", client.get(f"/studio{path}").headers["link"])
    assert {kind for _, kind in links} == {"preload", "modulepreload"}
    assert f"/studio{plotly_script.ADDRESS}" in {address for address, _ in links}
    for address, _ in links:
        assert client.head(address).status_code == 200 or client.get(address).status_code == 200


def test_other_pages_and_errors_name_nothing(client):
    assert "link" not in client.get("/studio/runs").headers
    assert "link" not in client.get("/studio/decide").headers  # not found here
