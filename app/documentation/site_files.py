"""The built documentation, served from one archive at `/docs`; it loads nothing from elsewhere.

`make docs` writes the archive. Only names that it contains are answered: no path leads out of it.
A new archive is served at once. Without one, the answer is a page that says how to make it.
"""

import hashlib
import zipfile
from functools import lru_cache
from pathlib import Path, PurePosixPath

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.access.message_page import message_response

ARCHIVE = Path(__file__).with_name("site.zip")
PREFIX = "/docs"
_START = "index.html"
_MEDIA_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".xml": "application/xml",
}
# The site has inline scripts and styles, and a worker that searches; all of it from this server.
_CONTENT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_NOT_BUILT = "The documentation is not built yet."
_HOW_TO_BUILD = (
    "<p>In a checkout, run <code>make docs</code> and reload this page.</p>"
    '<p class="soft">Until then, read the files in the folder <code>docs</code> of the repository. '
    "An installation contains the documentation if it was built before the installation.</p>"
)
_NO_PAGE = "The documentation has no such page."
_TO_START = '<a class="button" href="{}">To the documentation</a>'


def routes(archive: Path = ARCHIVE) -> list[Route]:
    """`/docs` and what is below it: the files of `archive`."""

    async def start(request: Request) -> Response:
        # Relative: it also holds behind a proxy that puts another path before that of this server.
        below = request.url.path.endswith("/")
        return RedirectResponse(_START if below else f"{PREFIX.lstrip('/')}/{_START}")

    async def answer(request: Request) -> Response:
        return await run_in_threadpool(_answer, request, archive)

    return [
        Route(PREFIX, start),
        Route(f"{PREFIX}/", start),
        Route(f"{PREFIX}/{{file:path}}", answer),
    ]


def _answer(request: Request, archive: Path) -> Response:
    try:
        state = archive.stat()
    except OSError:
        return message_response(request.scope, 404, _NOT_BUILT, _HOW_TO_BUILD)
    file = str(request.path_params["file"])
    content = _contents(archive, state.st_mtime_ns).get(file)
    if content is None:
        up = "../" * file.count("/")
        return message_response(request.scope, 404, _NO_PAGE, _TO_START.format(f"{up}{_START}"))
    tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "no-cache",
        "Content-Security-Policy": _CONTENT_POLICY,
    }
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    media_type = _MEDIA_TYPES.get(PurePosixPath(file).suffix, "text/plain")
    return Response(content, media_type=media_type, headers=headers)


@lru_cache(maxsize=1)
def _contents(archive: Path, _changed: int) -> dict[str, bytes]:
    """The files of the archive by name; read again when the archive has changed."""
    with zipfile.ZipFile(archive) as opened:
        return {name: opened.read(name) for name in opened.namelist()}
