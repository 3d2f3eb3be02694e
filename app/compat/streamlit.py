"""Streamlit: its settings, its sign-in, its addresses and the arguments of its scripts.

Nothing of Streamlit is imported before it is needed: the command line answers without it.
"""

import contextlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    __all__ = ["UploadedFile"]

HEALTH = "/_stcore/health"
"""Answers `ok` when the server runs."""

SIGN_IN, SIGN_OUT, SIGNED_IN = "/auth/login", "/auth/logout", "/oauth2callback"
"""Where signing in begins, where it ends, and where a provider sends somebody back to."""

USER_COOKIE = "_streamlit_user"
"""The name of the cookie about who signed in."""


def styles() -> str:
    """A style sheet for parts of Streamlit that it names for its own tests alone."""
    return Path(__file__).with_name("streamlit.css").read_text()


class StreamlitError(Exception):
    """What Streamlit says of settings with which nobody can sign in, on one line."""


def configure(settings: Mapping[str, object]) -> None:
    """Read Streamlit's settings anew for the whole process, with `settings` above all files."""
    from streamlit import config

    config.get_config_options(force_reparse=True, options_from_flags=dict(settings))


def setting_names() -> list[str]:
    """The names of all settings that there are, such as `server.port`."""
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
    """Whether the package is installed that signing in needs."""
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
    """The origin of `redirect_uri` in `secrets.toml`, as far as it has one."""
    from streamlit.auth_util import get_origin_from_redirect_uri

    return get_origin_from_redirect_uri()


def sign_in_address(provider: str) -> str:
    """Where signing in with a provider begins; good for two minutes. Raises StreamlitError."""
    from streamlit.errors import Error
    from streamlit.user_info import generate_login_redirect_url

    try:
        return generate_login_redirect_url(provider)
    except Error as error:
        raise StreamlitError(_on_one_line(error)) from None


def signed_user(cookies: dict[str, str]) -> bytes | None:
    """The JSON text about who signed in, which this server has signed; None if there is none."""
    from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

    return _get_signed_cookie_with_chunks(cookies, USER_COOKIE)


def _on_one_line(error: Exception) -> str:
    return " ".join(str(error).split())
