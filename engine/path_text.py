"""What somebody typed as a path, before anything looks there."""

from pathlib import Path

from engine.quoting import quoted

_LONGEST, _LONGEST_NAME = 4096, 255  # bytes, on Linux
_TOLD = 60  # characters of it that a sentence repeats


def path_problem(text: str) -> str:
    """Why `text` can be no path on any machine, as the end of a sentence; empty if it can be."""
    told = text if len(text) <= _TOLD else f"{text[:_TOLD]}…"
    if "\0" in text:
        return "a path cannot hold a null character"
    if any("\ud800" <= character <= "\udfff" for character in text):
        return f"{quoted(text, _TOLD)} holds bytes that are not UTF-8, which no path here can have"
    longest = max(len(name.encode(errors="replace")) for name in text.split("/"))
    if longest > _LONGEST_NAME or len(text.encode(errors="replace")) > _LONGEST:
        return f"'{told}' is too long for a path"
    try:
        Path(text).expanduser()
    except RuntimeError:
        return f"there is no user whose folder '{told}' could be in"
    return ""


def absolute_path(text: str) -> str:
    """The path that `text` means from the working directory, also once that is another."""
    return str(Path(text).expanduser().absolute())
