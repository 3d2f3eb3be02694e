"""The token that a server asks for, and the cookie that stands for it afterwards."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable

SHORTEST = 16
"""Characters of a token at least: none that is shorter withstands guessing."""

_LONGEST = 512
_LIFETIME = 30 * 24 * 3600  # seconds that a cookie is valid for


class TokenError(Exception):
    """A text that cannot be a token; the message is a sentence."""


class Token:
    """Compared in constant time.

    A cookie holds no part of the token: it is a time until which it is valid, signed with a key
    that is derived from the token (scrypt). It stays valid when the server starts again with the
    same token, and ends with another.
    """

    def __init__(self, text: str, clock: Callable[[], float] = time.time) -> None:
        if len(text) < SHORTEST or len(text) > _LONGEST:
            raise TokenError(
                f"The token has {len(text)} characters. Give one of {SHORTEST} to {_LONGEST}, or "
                "none: one is made then."
            )
        if not text.isprintable() or " " in text or not text.isascii():
            raise TokenError(
                "The token holds spaces, or characters that are not ASCII. Give one of letters, "
                "digits and signs, or none: one is made then."
            )
        self.text, self._clock = text, clock
        self._key = hashlib.scrypt(
            text.encode(), salt=b"DyNAS Studio: cookies", n=2**14, r=8, p=1, dklen=32
        )

    @classmethod
    def new(cls) -> "Token":
        """One that nobody can guess (256 random bits)."""
        return cls(secrets.token_urlsafe(32))

    def __repr__(self) -> str:
        return "Token(…)"  # so that none comes into a log

    def matches(self, text: str) -> bool:
        """Whether somebody knows it."""
        return hmac.compare_digest(text.encode(errors="replace"), self.text.encode())

    @property
    def lifetime(self) -> int:
        """Seconds that a cookie is valid for."""
        return _LIFETIME

    def cookie(self, name: str) -> str:
        """The value of a cookie called `name` that opens the door from now on."""
        until = str(int(self._clock()) + _LIFETIME)
        return f"{until}.{self._signature(name, until)}"

    def accepts(self, name: str, cookie: str) -> bool:
        """Whether the value of a cookie called `name` is one of ours that is still valid."""
        until, _, signature = cookie.partition(".")
        signed = hmac.compare_digest(
            signature.encode(errors="replace"), self._signature(name, until).encode()
        )
        return signed and until.isascii() and until.isdigit() and int(until) > self._clock()

    def _signature(self, name: str, until: str) -> str:
        text = f"{name} {until}".encode(errors="replace")
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()
