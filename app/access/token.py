"""The access token of a server, and the cookies derived from it."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable

MIN_LENGTH = 16
"""Minimum length of a token: a shorter one could be guessed."""

_MAX_LENGTH = 512
_LIFETIME = 30 * 24 * 3600  # seconds that a cookie is valid for


class TokenError(Exception):
    """The text is not a valid token; the message is a sentence."""


class Token:
    """An access token; comparisons take constant time.

    A cookie holds no part of the token: it is an expiry time, signed with a key derived from the
    token (scrypt). It stays valid when the server restarts with the same token, and becomes
    invalid with another.
    """

    def __init__(self, text: str, clock: Callable[[], float] = time.time) -> None:
        if len(text) < MIN_LENGTH or len(text) > _MAX_LENGTH:
            raise TokenError(
                f"The token has {len(text)} characters. Give one of {MIN_LENGTH} to {_MAX_LENGTH}, "
                "or none to have one generated."
            )
        if not text.isprintable() or " " in text or not text.isascii():
            raise TokenError(
                "The token holds spaces, or characters that are not ASCII. Give one of letters, "
                "digits and signs, or none to have one generated."
            )
        self.text, self._clock = text, clock
        self._key = hashlib.scrypt(
            text.encode(), salt=b"DyNAS Studio: cookies", n=2**14, r=8, p=1, dklen=32
        )

    @classmethod
    def new(cls) -> "Token":
        """A random token of 256 bits."""
        return cls(secrets.token_urlsafe(32))

    def __repr__(self) -> str:
        return "Token(…)"  # keeps tokens out of logs

    def matches(self, text: str) -> bool:
        """Whether `text` is this token."""
        return hmac.compare_digest(text.encode(errors="replace"), self.text.encode())

    @property
    def lifetime(self) -> int:
        """Seconds for which a cookie is valid."""
        return _LIFETIME

    def cookie(self, name: str) -> str:
        """The value of an authenticating cookie called `name`, valid from now on."""
        expiry = str(int(self._clock()) + _LIFETIME)
        return f"{expiry}.{self._signature(name, expiry)}"

    def accepts(self, name: str, cookie: str) -> bool:
        """Whether a cookie called `name` has a correct signature and has not expired."""
        expiry, _, signature = cookie.partition(".")
        is_signed = hmac.compare_digest(
            signature.encode(errors="replace"), self._signature(name, expiry).encode()
        )
        return is_signed and expiry.isascii() and expiry.isdigit() and int(expiry) > self._clock()

    def _signature(self, name: str, expiry: str) -> str:
        text = f"{name} {expiry}".encode(errors="replace")
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()
