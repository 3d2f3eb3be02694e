"""The base class of authentication middleware: it stops requests without authentication."""

from abc import ABC, abstractmethod

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.access.hosts import Host
from app.access.origin import refuse
from app.compat.streamlit import HEALTH


class AuthenticationMiddleware(ABC):
    """Lets authenticated HTTP and WebSocket requests through to the application.

    The health check needs no authentication, for supervisors: it returns `ok` and nothing else.
    """

    public_paths: frozenset[str] = frozenset({HEALTH})

    def __init__(self, app: ASGIApp, base: str = "") -> None:
        """`base` is the path prefix of the application, such as `/studio`."""
        self._app = app
        self._public_paths = {f"{base}{path}" for path in self.public_paths}
        self._base = base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on authenticated and public requests; answer the others."""
        if scope["type"] not in ("http", "websocket") or scope["path"] in self._public_paths:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            if self.is_authenticated(HTTPConnection(scope)):
                await self._app(scope, receive, send)
            else:
                await refuse(scope, receive, send, "")
        else:
            request = Request(scope, receive)
            response = await self.login_response(request, self.is_authenticated(request))
            await (response or self._app)(scope, receive, send)

    @abstractmethod
    def is_authenticated(self, connection: HTTPConnection) -> bool:
        """Whether the connection comes from an authenticated client."""

    @abstractmethod
    async def login_response(self, request: Request, authenticated: bool) -> Response | None:
        """The response in place of the application's; None lets the request through."""


def port_of(connection: HTTPConnection) -> int | None:
    """The port that the browser connected to; it distinguishes the cookies of several servers."""
    host = Host.parse(connection.headers.get("host", ""))
    scheme = {"ws": "http", "wss": "https"}.get(connection.url.scheme, connection.url.scheme)
    return host.port_under(scheme) if host else None
