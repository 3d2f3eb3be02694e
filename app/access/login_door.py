"""The door for those who sign in with a provider of OpenID Connect and are on a list."""

from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp

from app.access import page, streamlit_login
from app.access.door import Door
from app.access.streamlit_login import LoginError
from app.compat.streamlit import HEALTH, SIGN_IN, SIGN_OUT, SIGNED_IN

_BEGIN = "/access/sign-in"


class Members:
    """The e-mail addresses of those who may come in; upper and lower case are the same."""

    def __init__(self, addresses: Iterable[str]) -> None:
        self._addresses = frozenset(address.strip().casefold() for address in addresses)

    @classmethod
    def listed(cls, given: Iterable[str]) -> "Members":
        """Each is an address, or a file with one a line; raises LoginError, also for none at all.

        What holds an @ is an address. In a file, what follows a # is a comment.
        """
        found: list[str] = []
        for text in given:
            found += [text] if "@" in text else _lines(Path(text))
        for address in found:
            name, _, domain = address.partition("@")
            if not name.strip() or not domain.strip() or "*" in address or " " in address.strip():
                raise LoginError(
                    f"--allow-user: '{address.strip()[:200]}' is no e-mail address. Give one, or a "
                    "file with one a line."
                )
        if not found:
            raise LoginError(
                "--login lets nobody in unless it is told whom: add --allow-user name@example.com "
                "for each, or a file with one address a line."
            )
        return cls(found)

    def why_not(self, claims: dict[str, Any]) -> str:
        """Why somebody with these claims may not come in, as a sentence; empty if they may."""
        address = str(claims.get("email") or "")
        if not address:
            return "The provider does not tell your e-mail address, by which people are let in."
        if claims.get("email_verified") is not True:
            return f"The provider does not say that {address} is verified to be yours."
        if address.strip().casefold() not in self._addresses:
            return f"{address} is not on the list of this dashboard. Ask whoever runs it."
        return ""


class LoginDoor(Door):
    """Looks at the cookie that Streamlit has signed, for HTTP and WebSocket alike."""

    open_paths = frozenset({HEALTH, SIGN_IN, SIGN_OUT, SIGNED_IN})

    def __init__(self, app: ASGIApp, members: Members, base: str = "") -> None:
        super().__init__(app, base)
        self._members = members

    def admits(self, connection: HTTPConnection) -> bool:
        """Whether it comes from somebody on the list."""
        claims = streamlit_login.user_of(connection.cookies)
        return claims is not None and not self._members.why_not(claims)

    async def answer(self, request: Request, admitted: bool) -> Response | None:
        """The page with a button for each provider, or the reason why somebody stays outside."""
        if admitted:
            return None
        if request.scope["path"] == f"{self._base}{_BEGIN}":
            wanted = request.query_params.get("provider", "")
            if wanted in streamlit_login.providers():
                return self._begin(request, wanted)
        claims = streamlit_login.user_of(request.cookies)
        if claims is not None:
            out = f'<a class="button" href="{self._base}{SIGN_OUT}">Sign out</a>'
            return page.answer(request.scope, 403, self._members.why_not(claims), out)
        buttons = "".join(self._button(provider) for provider in streamlit_login.providers())
        return page.answer(request.scope, 401, "Sign in to use this dashboard.", buttons)

    def _begin(self, request: Request, provider: str) -> Response:
        try:
            return RedirectResponse(streamlit_login.sign_in_address(provider), 303)
        except LoginError as error:  # such as a package that is installed in part
            return page.answer(request.scope, 500, str(error))

    def _button(self, provider: str) -> str:
        label = "Sign in" if provider == "default" else f"Sign in with {provider.capitalize()}"
        address = f"{self._base}{_BEGIN}?provider={quote(provider, safe='')}"
        return f'<a class="button" href="{escape(address)}">{escape(label)}</a>'


def _lines(path: Path) -> list[str]:
    try:
        text = path.expanduser().read_text()
    except (OSError, ValueError, RuntimeError):
        raise LoginError(
            f"--allow-user: '{str(path)[:200]}' is no e-mail address, and no file that can be read."
        ) from None
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]
