"""A random name for each browser, in a cookie: what a visitor has typed is kept under it.

It says nothing of the visitor, and gives no access.
"""

import re
import secrets

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "dynas_browser"
_LIFETIME = 365 * 24 * 3600  # seconds
_NAME = re.compile(r"[0-9a-f]{32}")


def browser_name() -> str:
    """The name of the browser of this visit; empty without one."""
    return valid_name(str(st.context.cookies.get(COOKIE, "")))


def valid_name(text: str) -> str:
    """`text` if it is a name that this module makes, else an empty text.

    >>> valid_name("../../settings")
    ''
    """
    return text if _NAME.fullmatch(text) else ""


class BrowserCookieMiddleware:
    """Gives a browser that loads a page its cookie, unless it has one."""

    def __init__(self, app: ASGIApp, base: str = "") -> None:
        """`base` is the path prefix of the application, such as `/studio`."""
        self._app, self._path = app, base or "/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with the cookie added."""
        if scope["type"] != "http" or not self._is_new_browser(request := Request(scope)):
            await self._app(scope, receive, send)
            return
        secure = "; Secure" if request.url.scheme == "https" else ""
        cookie = (
            f"{COOKIE}={secrets.token_hex(16)}; Path={self._path}; Max-Age={_LIFETIME}; HttpOnly; "
            f"SameSite=Lax{secure}"
        )

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in (200, 304):
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        await self._app(scope, receive, send_with_cookie)

    @staticmethod
    def _is_new_browser(request: Request) -> bool:
        loads_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
        return loads_page and not valid_name(request.cookies.get(COOKIE, ""))
