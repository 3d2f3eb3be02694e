"""What a page must know before Streamlit's own script runs.

Where its server is, so that a link to any page connects at once: Streamlit's page would first look
for a server below its own address, such as `/run/_stcore/health`, and wait half a second after the
two answers that there is none. And that a visit of a page is one entry of the browser's history.
"""

import json

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.browser_files import file_url
from app.compat.streamlit import server_address_script

_HEAD = b"<head>"


class ServerAddressMiddleware:
    """Adds the address of the server, and `page_history.js`, to the head of every page."""

    def __init__(self, app: ASGIApp, base: str = "") -> None:
        """`base` is the path prefix of the application, such as `/studio`."""
        self._app = app
        self._script = f"{server_address_script(base)}{_history_script(base)}".encode()

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


def _history_script(base: str) -> str:
    """A module, as Streamlit's script is: such run in the order in which they stand in a page."""
    module = json.dumps(f"{base}/{file_url('browser/page_history.js')}")
    follow = "keepOneEntryForPage(history, () => location.href)"
    return (
        f'<script type="module">import {{ keepOneEntryForPage }} from {module}; {follow}</script>'
    )


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
