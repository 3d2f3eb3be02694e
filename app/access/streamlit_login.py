"""Who has signed in with OpenID Connect, which Streamlit does, and whether anybody could.

`st.login` reads the providers from the section `[auth]` of `secrets.toml` and keeps who has signed
in in a cookie that it signs. A request that is no page, such as the feed of a chart, carries that
cookie too: what is read of it here holds for every request.
"""

import json
from collections.abc import Mapping
from typing import Any

from app.compat import streamlit

SHORTEST_SECRET = 32
"""Characters of `cookie_secret` at least: who guesses it can sign in as anybody."""


class LoginError(Exception):
    """Nobody could sign in with the settings there are; the message is a sentence."""


def check() -> None:
    """Raise LoginError unless the settings are complete, and what reads them is installed."""
    if not streamlit.can_sign_in():
        raise LoginError(
            "--login needs a package that is not installed. Install it with: "
            "pip install 'streamlit[auth]'"
        )
    try:
        for provider in providers() or ["default"]:
            streamlit.check_provider(provider)
    except streamlit.StreamlitError as error:
        raise LoginError(f"--login cannot be used: {error}") from None
    if len(str(streamlit.sign_in_settings()["cookie_secret"])) < SHORTEST_SECRET:
        raise LoginError(
            f"cookie_secret in secrets.toml is shorter than {SHORTEST_SECRET} characters: who "
            "guesses it can sign in as anybody. Give a random one, such as: "
            "python -c 'import secrets; print(secrets.token_hex(32))'"
        )
    if origin() is None:
        raise LoginError("redirect_uri in secrets.toml is no address. Give one of this server.")


def providers() -> list[str]:
    """The providers that are set up: `default` for what stands in `[auth]` itself."""
    section = streamlit.sign_in_settings()
    named = [name for name, value in section.items() if isinstance(value, Mapping)]
    named = [name for name in named if name != "client_kwargs"]
    return ["default", *named] if section.get("client_id") else named


def origin() -> str | None:
    """The origin of `redirect_uri`, at which the dashboard is for those who sign in."""
    found = streamlit.redirect_origin()
    return None if found is None or found.startswith(":") or found.endswith("//") else found


def sign_in_address(provider: str) -> str:
    """Where signing in with a provider begins; good for two minutes. Raises LoginError."""
    try:
        return streamlit.sign_in_address(provider)
    except streamlit.StreamlitError as error:
        raise LoginError(f"Nobody can sign in: {error}") from None


def user_of(cookies: dict[str, str]) -> dict[str, Any] | None:
    """The claims about who signed in at this server; None for nobody, or what is not signed."""
    signed = streamlit.signed_user(cookies)
    try:
        claims = json.loads(signed) if signed else None
    except ValueError:
        return None
    if not isinstance(claims, dict) or claims.get("is_logged_in") is not True:
        return None
    return claims if claims.get("origin") == origin() else None
