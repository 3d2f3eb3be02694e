"""A client that calls an ASGI application as a server does, with unchanged headers and paths."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Response:
    """The response of the application."""

    status: int
    headers: Headers
    text: str


@dataclass
class Client:
    """A browser that keeps cookies; `home` is the origin of the pages that it shows."""

    app: ASGIApp
    home: str = "http://localhost:8501"
    cookies: dict[str, str] = field(default_factory=dict)

    def request(
        self,
        method: str,
        target: str,
        *headers: tuple[str, str],
        form: dict[str, str] | None = None,
    ) -> Response:
        """Ask for a path with its query; headers that are given stand in place of the usual."""
        body = urlencode(form).encode() if form is not None else b""
        if form is not None:
            headers = (("content-type", "application/x-www-form-urlencoded"), *headers)
        messages: list[dict[str, Any]] = []
        scope = self._scope("http", target, headers) | {"method": method}
        parts = [{"type": "http.request", "body": body, "more_body": False}]
        asyncio.run(self._drive(scope, parts, messages))
        start = messages[0]
        response = Response(
            start["status"],
            Headers(raw=start["headers"]),
            b"".join(part.get("body", b"") for part in messages[1:]).decode(),
        )
        for cookie in response.headers.getlist("set-cookie"):
            for name, morsel in SimpleCookie(cookie).items():
                self.cookies[name] = morsel.value
        return response

    def get(self, target: str, *headers: tuple[str, str]) -> Response:
        """Ask with GET."""
        return self.request("GET", target, *headers)

    def connects(self, *headers: tuple[str, str]) -> bool:
        """Whether a WebSocket is accepted."""
        messages: list[dict[str, Any]] = []
        scope = self._scope("websocket", "/_stcore/stream", headers) | {"subprotocols": []}
        scope["scheme"] = {"http": "ws", "https": "wss"}[scope["scheme"]]
        asyncio.run(self._drive(scope, [{"type": "websocket.connect"}], messages))
        return messages[0]["type"] == "websocket.accept"

    def _scope(self, kind: str, target: str, headers: Pairs) -> dict[str, Any]:
        path, _, query = target.partition("?")
        origin = urlsplit(self.home)
        given_headers = [
            (name.encode(), value.encode("latin-1", "replace")) for name, value in headers
        ]
        default_headers = [(b"host", origin.netloc.encode())]
        if self.cookies:
            pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            default_headers.append((b"cookie", pairs.encode()))
        names = {name for name, _ in given_headers}
        return {
            "type": kind, "http_version": "1.1", "scheme": origin.scheme, "root_path": "",
            "path": unquote(path), "raw_path": path.encode(), "query_string": query.encode(),
            "headers": [*given_headers, *(p for p in default_headers if p[0] not in names)],
            "client": ("127.0.0.1", 50_000), "server": (origin.hostname, origin.port or 80),
        }  # fmt: skip

    async def _drive(
        self, scope: dict[str, Any], parts: list[dict[str, Any]], messages: list[dict[str, Any]]
    ) -> None:
        async def receive() -> dict[str, Any]:
            return parts.pop(0) if parts else {"type": f"{scope['type']}.disconnect", "code": 1000}

        async def send(message: Any) -> None:
            messages.append(message)

        await self.app(scope, receive, send)
