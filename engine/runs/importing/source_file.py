"""Reads the file from which results are imported, with a limit on its size."""

from pathlib import Path

from engine import regular_file
from engine.errors import ConfigError
from engine.path_text import path_problem

MAX_FILE_MB = 64
"""The size limit of a results file in MB."""


def read_file(path: Path) -> bytes:
    """The content of a results CSV.

    Raises ConfigError if it is missing, unreadable, not a regular file, or larger than
    `MAX_FILE_MB`.
    """
    if reason := path_problem(str(path)):
        raise ConfigError(f"{reason[0].upper()}{reason[1:]}. Give the path of a results CSV.")
    path = path.expanduser()
    try:
        return regular_file.read_bytes(path, MAX_FILE_MB * regular_file.MB)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read: {error.strerror or error}. Give the path of a results CSV."
        ) from None


def check_size(size: int, origin: str) -> None:
    """Raise ConfigError if `size`, in bytes, of the file `origin` exceeds the limit."""
    if size > MAX_FILE_MB * 10**6:
        raise ConfigError(
            f"{origin} has {size / 1e6:,.0f} MB; results files of up to {MAX_FILE_MB} MB are read. "
            "Split it, and import the parts, or remove rows that you do not need."
        )
