"""Authentication by an OpenID Connect provider, for users on a list."""

from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp

from app.access import message_page, streamlit_login
from app.access.authentication_middleware import AuthenticationMiddleware
from app.access.streamlit_login import LoginError
from app.compat.streamlit import HEALTH, SIGN_IN, SIGN_OUT, SIGNED_IN

_BEGIN = "/access/sign-in"


class AllowedUsers:
    """The e-mail addresses of the users who may sign in; case does not matter."""

    def __init__(self, addresses: Iterable[str]) -> None:
        self._addresses = frozenset(address.strip().casefold() for address in addresses)

    @classmethod
    def from_options(cls, texts: Iterable[str]) -> "AllowedUsers":
        """Read addresses, or files with one address per line; raises LoginError, also for none.

        A text with an @ is an address. In a file, a # starts a comment.
        """
        addresses: list[str] = []
        for text in texts:
            addresses += [text] if "@" in text else _lines(Path(text))
        for address in addresses:
            name, _, domain = address.partition("@")
            if not name.strip() or not domain.strip() or "*" in address or " " in address.strip():
                raise LoginError(
                    f"--allow-user: '{address.strip()[:200]}' is no e-mail address. Give one, or a "
                    "file with one per line."
                )
        if not addresses:
            raise LoginError(
                "--login needs a list of users: add --allow-user name@example.com for each, or a "
                "file with one address per line."
            )
        return cls(addresses)

    def rejection_reason(self, claims: dict[str, Any]) -> str:
        """Why a user with these claims is refused, as a sentence; empty if they are allowed."""
        address = str(claims.get("email") or "")
        if not address:
            return "The provider does not give your e-mail address, which decides who may sign in."
        if claims.get("email_verified") is not True:
            return f"The provider does not say that {address} is verified to be yours."
        if address.strip().casefold() not in self._addresses:
            return f"{address} is not on the list of this dashboard. Ask whoever runs it."
        return ""


class LoginMiddleware(AuthenticationMiddleware):
    """Authenticates by the cookie that Streamlit has signed."""

    public_paths = frozenset({HEALTH, SIGN_IN, SIGN_OUT, SIGNED_IN})

    def __init__(self, app: ASGIApp, allowed_users: AllowedUsers, base: str = "") -> None:
        super().__init__(app, base)
        self._allowed_users = allowed_users

    def is_authenticated(self, connection: HTTPConnection) -> bool:
        """Whether the cookie belongs to a user on the list."""
        claims = streamlit_login.user_of(connection.cookies)
        return claims is not None and not self._allowed_users.rejection_reason(claims)

    async def login_response(self, request: Request, authenticated: bool) -> Response | None:
        """The page with a sign-in button for each provider, or the reason for the refusal."""
        if authenticated:
            return None
        if request.scope["path"] == f"{self._base}{_BEGIN}":
            provider = request.query_params.get("provider", "")
            if provider in streamlit_login.providers():
                return self._begin(request, provider)
        claims = streamlit_login.user_of(request.cookies)
        if claims is not None:
            sign_out_link = f'<a class="button" href="{self._base}{SIGN_OUT}">Sign out</a>'
            return message_page.message_response(
                request.scope, 403, self._allowed_users.rejection_reason(claims), sign_out_link
            )
        buttons = "".join(self._button(provider) for provider in streamlit_login.providers())
        return message_page.message_response(
            request.scope, 401, "Sign in to use this dashboard.", buttons
        )

    def _begin(self, request: Request, provider: str) -> Response:
        try:
            return RedirectResponse(streamlit_login.sign_in_address(provider), 303)
        except LoginError as error:  # such as an incomplete package
            return message_page.message_response(request.scope, 500, str(error))

    def _button(self, provider: str) -> str:
        label = "Sign in" if provider == "default" else f"Sign in with {provider.capitalize()}"
        address = f"{self._base}{_BEGIN}?provider={quote(provider, safe='')}"
        return f'<a class="button" href="{escape(address)}">{escape(label)}</a>'


def _lines(path: Path) -> list[str]:
    try:
        text = path.expanduser().read_text()
    except (OSError, ValueError, RuntimeError):
        raise LoginError(
            f"--allow-user: '{str(path)[:200]}' is no e-mail address, and no readable file."
        ) from None
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]
