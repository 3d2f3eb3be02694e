"""What every door has in common: nothing passes but what is admitted, and a look at the health."""

from abc import ABC, abstractmethod

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.access.hosts import Host
from app.access.origin import refuse
from app.compat.streamlit import HEALTH


class Door(ABC):
    """Stands before the application for HTTP and WebSocket alike.

    The health check stays open, for a supervisor that has no key: it says `ok` and nothing else.
    """

    open_paths: frozenset[str] = frozenset({HEALTH})

    def __init__(self, app: ASGIApp, base: str = "") -> None:
        """`base` is the path below which the application is, such as `/studio`."""
        self._app = app
        self._open = {f"{base}{path}" for path in self.open_paths}
        self._base = base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is admitted, and answer the rest."""
        if scope["type"] not in ("http", "websocket") or scope["path"] in self._open:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            if self.admits(HTTPConnection(scope)):
                await self._app(scope, receive, send)
            else:
                await refuse(scope, receive, send, "")
        else:
            request = Request(scope, receive)
            answer = await self.answer(request, self.admits(request))
            await (answer or self._app)(scope, receive, send)

    @abstractmethod
    def admits(self, connection: HTTPConnection) -> bool:
        """Whether it comes from somebody who may come in."""

    @abstractmethod
    async def answer(self, request: Request, admitted: bool) -> Response | None:
        """What to say in place of the application; None lets the request through."""


def port_of(connection: HTTPConnection) -> int | None:
    """The port that the browser connected to, by which its cookies are told apart."""
    host = Host.parse(connection.headers.get("host", ""))
    scheme = {"ws": "http", "wss": "https"}.get(connection.url.scheme, connection.url.scheme)
    return host.port_under(scheme) if host else None
