"""Sign-in with OpenID Connect by Streamlit: settings, providers and the signed-in user.

`st.login` reads the providers from the section `[auth]` of `secrets.toml` and stores the user in a
cookie that it signs. All requests carry that cookie, also those that are no page, such as the feed
of a chart.
"""

import json
from collections.abc import Mapping
from typing import Any

from app.compat import streamlit

MIN_SECRET_LENGTH = 32
"""Minimum length of `cookie_secret`: who guesses it can sign in as anybody."""


class LoginError(Exception):
    """Nobody can sign in with the current settings; the message is a sentence."""


def check() -> None:
    """Raise LoginError unless the settings are complete and the required package is installed."""
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
    if len(str(streamlit.sign_in_settings()["cookie_secret"])) < MIN_SECRET_LENGTH:
        raise LoginError(
            f"cookie_secret in secrets.toml is shorter than {MIN_SECRET_LENGTH} characters: who "
            "guesses it can sign in as anybody. Give a random one, such as: "
            "python -c 'import secrets; print(secrets.token_hex(32))'"
        )
    if origin() is None:
        raise LoginError("redirect_uri in secrets.toml is no address. Give one of this server.")


def providers() -> list[str]:
    """The configured providers: `default` for the one in `[auth]` itself."""
    section = streamlit.sign_in_settings()
    provider_names = [name for name, value in section.items() if isinstance(value, Mapping)]
    provider_names = [name for name in provider_names if name != "client_kwargs"]
    return ["default", *provider_names] if section.get("client_id") else provider_names


def origin() -> str | None:
    """The origin of `redirect_uri`: that of the dashboard for users who sign in."""
    redirect_origin = streamlit.redirect_origin()
    return (
        None
        if redirect_origin is None
        or redirect_origin.startswith(":")
        or redirect_origin.endswith("//")
        else redirect_origin
    )


def sign_in_address(provider: str) -> str:
    """The address that starts the sign-in; valid for two minutes. Raises LoginError."""
    try:
        return streamlit.sign_in_address(provider)
    except streamlit.StreamlitError as error:
        raise LoginError(f"Nobody can sign in: {error}") from None


def user_of(cookies: dict[str, str]) -> dict[str, Any] | None:
    """The claims of the user who signed in at this server; None without a valid signed cookie."""
    signed = streamlit.signed_user(cookies)
    try:
        claims = json.loads(signed) if signed else None
    except ValueError:
        return None
    if not isinstance(claims, dict) or claims.get("is_logged_in") is not True:
        return None
    return claims if claims.get("origin") == origin() else None
