"""The Plotly library for the browser, served from the installed package: it works offline."""

from starlette.responses import FileResponse
from starlette.routing import Route

from app.compat.plotly import browser_library

ADDRESS = "/vendor/plotly.min.js"


def route() -> Route:
    """The route that serves the script at `ADDRESS`."""
    path = browser_library()

    async def answer(_request: object) -> FileResponse:
        headers = {"Cache-Control": "public, max-age=86400"}
        return FileResponse(path, media_type="text/javascript", headers=headers)

    return Route(ADDRESS, answer)
