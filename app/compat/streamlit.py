"""Streamlit: its settings, its sign-in, its addresses and the arguments of its scripts.

Streamlit is imported only when needed, so that the command line stays fast.
"""

import contextlib
import json
import os
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    __all__ = ["UploadedFile"]

HEALTH = "/_stcore/health"
"""Answers `ok` when the server runs."""

SIGN_IN, SIGN_OUT, SIGNED_IN = "/auth/login", "/auth/logout", "/oauth2callback"
"""The paths where signing in and signing out begin, and where a provider redirects to."""

USER_COOKIE = "_streamlit_user"
"""The name of the cookie with the signed-in user."""


def styles() -> str:
    """A style sheet for parts of Streamlit that it names for its own tests alone."""
    return Path(__file__).with_name("streamlit.css").read_text()


def server_address_script(base: str) -> str:
    """HTML that says where the server of a page is; `base` is a path such as `/studio`.

    Streamlit's page reads it before it connects, and looks for the server nowhere else.
    """
    address = f"new URL({json.dumps(f'{base}/')}, location.origin).href"
    return f"<script>window.__streamlit = {{ BACKEND_BASE_URL: {address} }}</script>"


class StreamlitError(Exception):
    """Streamlit's message, on one line, about settings that do not allow signing in."""


def configure(settings: Mapping[str, object]) -> None:
    """Read Streamlit's settings anew for the whole process, with `settings` above all files."""
    from streamlit import config

    config.get_config_options(force_reparse=True, options_from_flags=dict(settings))


def settings_in(file: Path) -> dict[str, object]:
    """The settings in a file, such as `server.port`, except those set in the environment."""
    settings = _flatten(tomllib.loads(file.read_text()))
    return {name: value for name, value in settings if variable(name) not in os.environ}


def variable(setting: str) -> str:
    """The environment variable from which Streamlit reads a setting."""
    snake_case = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", setting)
    return f"STREAMLIT_{snake_case.replace('.', '_').upper()}"


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def setting_names() -> list[str]:
    """The names of all Streamlit settings, such as `server.port`."""
    from streamlit import config

    return list(config.get_config_options())


@contextlib.contextmanager
def without_arguments() -> Iterator[None]:
    """Streamlit takes what follows the program's name for arguments of the script."""
    saved, sys.argv = sys.argv, sys.argv[:1]
    try:
        yield
    finally:
        sys.argv = saved


def can_sign_in() -> bool:
    """Whether the package for signing in is installed."""
    from streamlit.auth_util import is_authlib_installed

    return is_authlib_installed()


def sign_in_settings() -> Mapping[str, Any]:
    """The section `[auth]` of `secrets.toml`; empty if there is none."""
    from streamlit.auth_util import get_secrets_auth_section

    return get_secrets_auth_section()


def check_provider(provider: str) -> None:
    """Raise StreamlitError unless the settings of a provider are complete."""
    from streamlit.auth_util import validate_auth_credentials
    from streamlit.errors import StreamlitAuthError

    try:
        validate_auth_credentials(provider)
    except StreamlitAuthError as error:
        raise StreamlitError(_on_one_line(error)) from None


def redirect_origin() -> str | None:
    """The origin of `redirect_uri` in `secrets.toml`; None if there is none."""
    from streamlit.auth_util import get_origin_from_redirect_uri

    return get_origin_from_redirect_uri()


def sign_in_address(provider: str) -> str:
    """The address for signing in with a provider, valid for two minutes; raises StreamlitError."""
    from streamlit.errors import Error
    from streamlit.user_info import generate_login_redirect_url

    try:
        return generate_login_redirect_url(provider)
    except Error as error:
        raise StreamlitError(_on_one_line(error)) from None


def signed_user(cookies: dict[str, str]) -> bytes | None:
    """The JSON text of the signed-in user from this server's signed cookie; None without one."""
    from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

    return _get_signed_cookie_with_chunks(cookies, USER_COOKIE)


def _on_one_line(error: Exception) -> str:
    return " ".join(str(error).split())
