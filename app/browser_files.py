"""The JavaScript modules and style sheets of the pages, served as files.

Their URL contains a digest of all files: browsers cache them indefinitely, and reload all of them
when one changes. A module that several others import is loaded once.
"""

import hashlib
import json
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

_ROOT = Path(__file__).parent
_PREFIX = "/browser"
_MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css"}
ENGINE_STYLES = "charts/engine_styles.js"
"""A generated module with the colours, the figure style and the marker sizes of the engine."""


@cache
def browser_files() -> dict[str, bytes]:
    """The contents by path below `app`, with slashes, as of the start of the server."""
    paths = [path for path in _ROOT.rglob("*") if path.suffix in _MEDIA_TYPES]
    contents = {path.relative_to(_ROOT).as_posix(): path.read_bytes() for path in sorted(paths)}
    return {**contents, ENGINE_STYLES: _engine_styles().encode()}


def file_url(file: str) -> str:
    """The URL of a file, relative to the pages; raises KeyError if there is no such file."""
    if file not in browser_files():
        raise KeyError(file)
    return f"{_PREFIX.lstrip('/')}/{_version()}/{file}"


def route() -> Route:
    """The route that serves the files, below the digest of all."""

    async def answer(request: Request) -> Response:
        version, file = (request.path_params[name] for name in ("version", "file"))
        content = browser_files().get(file) if version == _version() else None
        if content is None:
            return PlainTextResponse("There is no such file.", status_code=404)
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(content, media_type=_MEDIA_TYPES[Path(file).suffix], headers=headers)

    return Route(f"{_PREFIX}/{{version}}/{{file:path}}", answer)


@cache
def _version() -> str:
    digest = hashlib.sha256()
    for file, content in browser_files().items():
        digest.update(f"{file} {len(content)} ".encode())
        digest.update(content)
    return digest.hexdigest()[:12]


def _engine_styles() -> str:
    from engine.analysis.figures import marker_density
    from engine.analysis.figures.published import published_style
    from engine.analysis.figures.theme import COLOURS

    density = {
        "area": marker_density.AREA,
        "cell": marker_density.CELL,
        "fill": marker_density.FILL,
        "least": marker_density.LEAST,
        "space": marker_density.SPACE,
    }

    return (
        f"export const FIGURE_COLOURS = {json.dumps(COLOURS)}\n"
        f"export const PUBLISHED_STYLE = {json.dumps(published_style())}\n"
        f"export const MARKER_DENSITY = {json.dumps(density)}\n"
    )
