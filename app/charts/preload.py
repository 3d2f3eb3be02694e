"""Lets browsers fetch what the charts of a page need while the page itself is still being made."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import navigation
from app.browser_files import browser_files, file_url
from app.charts.plotly_script import ADDRESS

_PAGES = ("live", "explore", "decide", "compare")  # names of app.navigation
_FOLDERS = ("charts/", "browser/")


class PreloadMiddleware:
    """Adds a `Link` header, which names Plotly and the modules of charts, to pages with charts.

    `base` is the path below which the pages are, such as `/studio`.
    """

    def __init__(self, app: ASGIApp, base: str = "") -> None:
        self._app = app
        self._paths = frozenset(f"{base}/{navigation.relative_address(page)}" for page in _PAGES)
        modules = [
            file_url(file)
            for file in browser_files()
            if file.startswith(_FOLDERS) and file.endswith(".js")
        ]
        links = [f"<{base}{ADDRESS}>; rel=preload; as=script"]
        links += [f"<{base}/{address}>; rel=modulepreload" for address in modules]
        self._links = ", ".join(links)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["path"].rstrip("/") not in self._paths:
            await self._app(scope, receive, send)
            return

        async def send_with_links(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                MutableHeaders(scope=message).append("Link", self._links)
            await send(message)

        await self._app(scope, receive, send_with_links)
