"""The file with the structure of an elastic network: checked when listed, read when needed."""

import re
from pathlib import Path

from engine import program, regular_file
from engine.errors import DataError
from engine.quoting import message_text
from engine.supernets.elastic.structure import Structure
from engine.supernets.elastic.structure_json import FIRST_FORMAT, FORMAT, structure_from_json

_MAX_BYTES = regular_file.GB
_START = re.compile(rb'\{"format":(\d{1,9}),')
_LOOKED_AT = 64  # bytes


def check_structure(path: Path) -> None:
    """Raise DataError for a file that is missing, cut off, or of another version; quick."""
    try:
        with regular_file.open_file(path, _MAX_BYTES) as file:
            start = _START.match(file.read(_LOOKED_AT))
            file.seek(max(0, path.stat().st_size - 1))
            is_whole = file.read() == b"}"
    except OSError as error:
        raise _unreadable(path, error) from error
    if start is None or not is_whole:
        raise _damaged(path, "its beginning or its end is missing")
    if int(start[1]) == FIRST_FORMAT:
        read_structure(path)  # there were several of this number
    elif int(start[1]) != FORMAT:
        raise other_version(path, int(start[1]), FORMAT)


def read_structure(path: Path) -> Structure:
    """The structure in a file; raises DataError if it is missing, damaged or of another version."""
    try:
        text = regular_file.read_text(path, _MAX_BYTES)
    except OSError as error:
        raise _unreadable(path, error) from error
    try:
        return structure_from_json(text)
    except (ValueError, RecursionError) as error:
        if text.startswith(f'{{"format":{FIRST_FORMAT},'):
            raise other_version(path, FIRST_FORMAT, FORMAT) from error
        raise _damaged(path, message_text(error, 100)) from error


def other_version(path: Path, found: int, read: int) -> DataError:
    """The error for a file of another version of this program."""
    return DataError(
        f"{path} was written by another version of DyNAS Studio (format {found}; this one reads "
        f"format {read}). Use that version, or make the network elastic again with "
        f"{program.name()} elastic."
    )


def _unreadable(path: Path, error: OSError) -> DataError:
    return DataError(f"{path} cannot be read ({error.strerror or error}). Restore it.")


def _damaged(path: Path, reason: str) -> DataError:
    return DataError(
        f"{path} is damaged ({reason}). Restore it, or make the network elastic again with "
        f"{program.name()} elastic."
    )
