"""Checks of texts that users enter as paths."""

from pathlib import Path

from engine.quoting import quoted

_MAX_PATH, _MAX_NAME = 4096, 255  # bytes, on Linux
_QUOTED_LENGTH = 60  # characters of the text that a message repeats


def path_problem(text: str) -> str:
    """Why `text` cannot be a path on any machine, as the end of a sentence; empty if it can."""
    short_text = text if len(text) <= _QUOTED_LENGTH else f"{text[:_QUOTED_LENGTH]}…"
    if "\0" in text:
        return "a path cannot hold a null character"
    if any("\ud800" <= character <= "\udfff" for character in text):
        return (
            f"{quoted(text, _QUOTED_LENGTH)} holds bytes that are not UTF-8, which "
            "no path here can have"
        )
    longest = max(len(name.encode(errors="replace")) for name in text.split("/"))
    if longest > _MAX_NAME or len(text.encode(errors="replace")) > _MAX_PATH:
        return f"'{short_text}' is too long for a path"
    try:
        Path(text).expanduser()
    except RuntimeError:
        return f"there is no user whose folder '{short_text}' could be in"
    return ""


def absolute_path(text: str) -> str:
    """The absolute path of `text`, relative to the current working directory."""
    return str(Path(text).expanduser().absolute())
