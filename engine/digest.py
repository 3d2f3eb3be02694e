"""Digests of files, cached until a file changes."""

import functools
import hashlib
from pathlib import Path

from engine import regular_file
from engine.errors import DataError

_LARGEST = 100 * regular_file.GB
_CHUNK = 1 << 20


def sha256(path: Path) -> bytes:
    """SHA-256 of a file's content; raises DataError if it cannot be read."""
    try:
        stat = path.stat()
        return _sha256(path, stat.st_size, stat.st_mtime_ns)
    except OSError as error:
        reason = error.strerror or error
        raise DataError(f"{path} cannot be read ({reason}). Restore it.") from error


@functools.lru_cache(maxsize=64)
def _sha256(path: Path, size: int, modified_ns: int) -> bytes:
    with regular_file.open_file(path, _LARGEST) as file:
        return hashlib.file_digest(file, "sha256").digest()


def git_blob(path: Path) -> str:
    """The id that git gives a file's content: SHA-1 of `blob SIZE`, a zero byte and the bytes."""
    digest = hashlib.sha1(f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False)
    with regular_file.open_file(path, _LARGEST) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
