"""Tells a page where its server is, so that a link to any page connects at once.

Without it, Streamlit's page first looks for a server below its own address, such as
`/run/_stcore/health`, and waits half a second after the two answers that there is none.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.compat.streamlit import server_address_script

_HEAD = b"<head>"


class ServerAddressMiddleware:
    """Adds the address of the server to the head of every page."""

    def __init__(self, app: ASGIApp, base: str = "") -> None:
        """`base` is the path prefix of the application, such as `/studio`."""
        self._app, self._script = app, server_address_script(base).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with the address in pages that answer a navigation."""
        is_page = (
            scope["type"] == "http"
            and scope["method"] == "GET"
            and "text/html" in Headers(scope=scope).get("accept", "")
        )
        if not is_page:
            await self._app(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self._app({**scope, "headers": plain}, receive, _PageSend(send, self._script))


class _PageSend:
    """Sends a page with a script in its head; everything else as it comes."""

    def __init__(self, send: Send, script: bytes) -> None:
        self._send, self._script = send, script
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            kind = Headers(raw=message["headers"]).get("content-type", "")
            if message["status"] == 200 and kind.startswith("text/html"):
                self._start = message
                return
        if self._start is None:
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        page = self._body.replace(_HEAD, _HEAD + self._script, 1)
        start, self._start = self._start, None
        MutableHeaders(scope=start)["Content-Length"] = str(len(page))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": page})
