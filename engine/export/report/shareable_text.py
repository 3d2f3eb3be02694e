"""Texts and settings without what is of one machine alone: paths and addresses."""

import re
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

_ADDRESS = re.compile(r"\b([a-z][a-z0-9+.-]*)://[^\s'\"<>,;)]+", re.IGNORECASE)
_PUBLIC = ("http", "https")
_PATH = re.compile(
    r"(?<![\w/:.])(?:~|[A-Za-z]:)?[\\/](?:[^\s\\/'\"<>:,;()]+[\\/])+([^\s\\/'\"<>:,;()]*)"
)


def shareable(text: str) -> str:
    """A text in which absolute paths are their last part, and addresses of machines are left out.

    >>> shareable("No file /home/ann/data/val.csv on tcp://node-7:8786")
    'No file …/val.csv on tcp://…'
    """
    without_addresses = _ADDRESS.sub(
        lambda m: m[0] if m[1].lower() in _PUBLIC else f"{m[1]}://…", text
    )
    return _PATH.sub(r"…/\1", without_addresses)


def shareable_settings(value: Any) -> Any:
    """Plain data, such as a configuration, with every text as `shareable` makes it.

    A text that is an absolute path as a whole may have spaces in it.
    """
    if isinstance(value, str):
        return _shareable_value(value)
    if isinstance(value, dict):
        return {shareable(str(name)): shareable_settings(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [shareable_settings(inner) for inner in value]
    return value


def _shareable_value(text: str) -> str:
    if "\n" in text or "://" in text:
        return shareable(text)
    windows = PureWindowsPath(text)
    if text.startswith(("/", "~/")) and len(PurePosixPath(text).parts) > 1:
        return f"…/{PurePosixPath(text).name}"
    if windows.is_absolute() and windows.name:
        return f"…/{windows.name}"
    return shareable(text)
