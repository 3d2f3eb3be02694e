"""Short texts of values and errors for messages; they never fail and have bounded length."""

import reprlib

LONGEST = 200
"""The maximum number of characters of a value in a message."""

_LONGEST_MESSAGE = 1000  # characters of the message of an error in code of others


class _Bounded(reprlib.Repr):
    """A repr whose cost is bounded too: nested values are cut off in depth and in width."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 3
        self.maxtuple = self.maxlist = self.maxdict = self.maxset = self.maxfrozenset = 8
        self.maxarray = self.maxdeque = 8
        self.maxstring = self.maxother = self.maxlong = LONGEST

    def repr_int(self, x: int, level: int) -> str:
        """A whole number; one that Python does not print is described by its number of digits."""
        if x.bit_length() > 4 * LONGEST:
            return f"a whole number of about {int(x.bit_length() * 0.30103) + 1:,} digits"
        return super().repr_int(x, level)


_BOUNDED = _Bounded()


def quoted(value: object, longest: int = LONGEST) -> str:
    """`repr(value)` in at most `longest` characters; `…` stands for what was cut off."""
    try:
        text = _BOUNDED.repr(value)
    except Exception:  # noqa: BLE001 - `repr` of an unknown class may fail in any way
        text = f"<{type(value).__name__}>"
    text = text.encode(errors="backslashreplace").decode()  # a lone surrogate cannot be printed
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def message_text(error: BaseException, longest: int = _LONGEST_MESSAGE) -> str:
    """`str(error)` on one line of at most `longest` characters that every file can hold.

    Empty if the error has no message, or if `str` fails.
    """
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - `str` of an unknown class may fail in any way
        return ""
    words = " ".join(text[: 4 * longest].split())
    text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in words)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def error_text(error: BaseException, longest: int = _LONGEST_MESSAGE // 2) -> str:
    """The type of an error and its `message_text`: `ValueError: no such layer`, `MemoryError`."""
    message = message_text(error, longest)
    return f"{type(error).__name__}: {message}" if message else type(error).__name__
