"""How a test of signing in sets Streamlit's secrets, and signs a cookie as Streamlit does."""

import sys
import types
from collections.abc import Mapping
from typing import Any

import pytest
from streamlit.runtime.secrets import secrets_singleton
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value


def give_secrets(patch: pytest.MonkeyPatch, secrets: Mapping[str, Any]) -> None:
    """Let `secrets.toml` say this until the test ends."""
    patch.setattr(secrets_singleton, "_secrets", dict(secrets))


def pretend_authlib(patch: pytest.MonkeyPatch) -> None:
    """Let the package that signing in needs be there, as far as Streamlit looks."""
    authlib = types.ModuleType("authlib")
    authlib.__version__ = "1.6.0"  # type: ignore[attr-defined]
    patch.setitem(sys.modules, "authlib", authlib)


def signed(secret: str, cookie: str, text: str) -> str:
    """The value of a cookie."""
    return create_signed_value(secret, cookie, text).decode()
