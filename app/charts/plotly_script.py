"""The Plotly library for the browser, served from the installed package: it works offline."""

from pathlib import Path

from starlette.responses import FileResponse
from starlette.routing import Route

ADDRESS = "/vendor/plotly.min.js"


def _file() -> Path:
    import importlib.util

    spec = importlib.util.find_spec("plotly")
    if spec is None or spec.origin is None:  # plotly is a pinned requirement
        raise FileNotFoundError("The package plotly is not installed.")
    return Path(spec.origin).parent / "package_data" / "plotly.min.js"


def route() -> Route:
    """A route that answers `ADDRESS` with the script."""
    path = _file()

    async def answer(_request: object) -> FileResponse:
        headers = {"Cache-Control": "public, max-age=86400"}
        return FileResponse(path, media_type="text/javascript", headers=headers)

    return Route(ADDRESS, answer)
