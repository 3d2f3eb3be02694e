"""Middleware that refuses requests with a foreign host name or from a foreign origin."""

from starlette.types import ASGIApp, Receive, Scope, Send

from app.access import message_page
from app.access.hosts import AllowedHosts, Host
from engine.quoting import quoted


class SameOriginMiddleware:
    """Requires an allowed Host, and an Origin, where one is sent, that equals that host.

    Browsers send an Origin with every WebSocket and with all methods but GET and HEAD. A client
    that sends none is a program: it could send any header, and has no cookie of a visitor.

    A proxy that changes Host has to send the original one in `X-Forwarded-Host`, which counts only
    if it was allowed by name.
    """

    def __init__(self, app: ASGIApp, allowed: AllowedHosts) -> None:
        self._app, self._allowed = app, allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on requests of the same origin; refuse the others, WebSockets at the handshake."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        host = self._host(scope)
        if isinstance(host, str):
            await refuse(scope, receive, send, host)
            return
        origins = _header_values(scope, b"origin")
        if len(origins) > 1 or not all(host.is_origin(origin) for origin in origins):
            await refuse(scope, receive, send, _foreign_origin_text(origins[0], host))
            return
        await self._app(scope, receive, send)

    def _host(self, scope: Scope) -> Host | str:
        """The requested host, or the sentence with which the request is refused."""
        host_values = _header_values(scope, b"host")
        host = Host.parse(host_values[0]) if len(host_values) == 1 else None
        if host is None or not scope["path"].startswith("/"):
            return "The request needs exactly one valid header Host."
        if not self._allowed.allows(host):
            return (
                f"This server does not answer to the name {quoted(host.name, 100)}. If that is its "
                f"name, start it with --allowed-host {quoted(host.name, 100)[1:-1]}."
            )
        forwarded_values = _header_values(scope, b"x-forwarded-host")
        original = Host.parse(forwarded_values[0]) if len(forwarded_values) == 1 else None
        if original is None or original.name not in self._allowed.names:
            return host
        # Later middleware compares Host as well.
        other_headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
        scope["headers"] = [(b"host", forwarded_values[0].encode("latin-1")), *other_headers]
        return original


def _foreign_origin_text(origin: str, host: Host) -> str:
    return (
        f"The request comes from a page of {quoted(origin, 100)}, but {quoted(host.name, 100)} "
        "accepts requests of its own pages only. A proxy has to pass the header Host on unchanged."
    )


def _header_values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for header, value in scope["headers"] if header == name]


async def refuse(scope: Scope, receive: Receive, send: Send, sentence: str) -> None:
    """Answer 403 with the sentence; a WebSocket is closed before it is accepted."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
        return
    await message_page.message_response(scope, 403, sentence)(scope, receive, send)
