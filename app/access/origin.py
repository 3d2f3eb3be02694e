"""Refuses what other pages send: under a name that is not ours, or from another origin."""

from starlette.types import ASGIApp, Receive, Scope, Send

from app.access import page
from app.access.hosts import AllowedHosts, Host
from engine.quoting import quoted


class SameOriginOnly:
    """Host is one that is allowed, and Origin, where one is sent, is that host.

    Browsers send an Origin with every WebSocket and with all but GET and HEAD. What sends none is a
    program: it could say anything, and no visitor's browser lends it a cookie.

    A proxy that changes Host has to say the original one in `X-Forwarded-Host`, which counts only
    where it was allowed by name.
    """

    def __init__(self, app: ASGIApp, allowed: AllowedHosts) -> None:
        self._app, self._allowed = app, allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is ours; of a WebSocket, refuse the handshake."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        host = self._host(scope)
        if isinstance(host, str):
            await refuse(scope, receive, send, host)
            return
        origins = _values(scope, b"origin")
        if len(origins) > 1 or not all(host.is_origin(origin) for origin in origins):
            await refuse(scope, receive, send, _foreign(origins[0], host))
            return
        await self._app(scope, receive, send)

    def _host(self, scope: Scope) -> Host | str:
        """The host that the browser asked for, or the sentence with which it is refused."""
        given = _values(scope, b"host")
        host = Host.parse(given[0]) if len(given) == 1 else None
        if host is None or not scope["path"].startswith("/"):
            return "The request names no host, or several, or one that is not valid."
        if not self._allowed.allows(host):
            return (
                f"This server does not answer to the name {quoted(host.name, 100)}. If that is its "
                f"name, start it with --allowed-host {quoted(host.name, 100)[1:-1]}."
            )
        forwarded = _values(scope, b"x-forwarded-host")
        original = Host.parse(forwarded[0]) if len(forwarded) == 1 else None
        if original is None or original.name not in self._allowed.named:
            return host
        # Whatever comes after us compares Host as well.
        others = [(name, value) for name, value in scope["headers"] if name != b"host"]
        scope["headers"] = [(b"host", forwarded[0].encode("latin-1")), *others]
        return original


def _foreign(origin: str, host: Host) -> str:
    return (
        f"A page of {quoted(origin, 100)} asked, and this server is {quoted(host.name, 100)}: only "
        "its own pages may. Behind a proxy, let it pass on the header Host as it is."
    )


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for given, value in scope["headers"] if given == name]


async def refuse(scope: Scope, receive: Receive, send: Send, sentence: str) -> None:
    """Answer 403 with the sentence; a WebSocket is closed before it was opened."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
        return
    await page.answer(scope, 403, sentence)(scope, receive, send)
