"""The files that the measurements of a run read, as a machine that has them not needs to know them.

They are the files and folders that path options name, and what the supernet reads of the data
folder, such as that of a supernet trained there.
"""

import hashlib
import os
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from engine import data_dir, regular_file
from engine.config_options import path_options
from engine.digest import sha256
from engine.errors import DataError
from engine.evaluation_settings import EvaluationSettings
from engine.supernets import registry

_OF_THE_SYSTEM = tuple(map(Path, ("/dev", "/proc", "/sys")))  # each machine has its own
_IN_MEMORY = Path("/dev/shm")  # has files like any other folder, such as a data set


class Entry(NamedTuple):
    """A regular file: its name, which begins with that of the folder, its bytes, its SHA-256."""

    name: str
    size: int
    sha256: bytes


@dataclass(frozen=True)
class JobFile:
    """A file or a folder that measurements read, and its `size` in bytes.

    `path` is where the machine of the run has it. `place` is where the data folder has it, such as
    `supernets/flowers`; empty for what an option names. `digest` tells its name and its content
    from others; it is empty for what is too large to be sent. `names` are those of the files in a
    folder that are read; empty for all.
    """

    path: str
    place: str
    size: int
    digest: str
    names: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The last part of its path."""
        return Path(self.path).name


def list_files(supernet: str, settings: EvaluationSettings, largest: int) -> tuple[JobFile, ...]:
    """The files of a run, each with a digest unless it has more than `largest` bytes.

    Paths that do not exist here, and those of devices, are left out. Raises DataError for a file
    that cannot be read.
    """
    home = data_dir.current()
    stored: dict[str, list[str]] = {}
    for path in registry.load(supernet).stored_files(settings):
        kind, name, *inner = path.relative_to(home.path).parts
        stored.setdefault(f"{kind}/{name}", []).append("/".join(inner))
    files = [
        job_file(home.path / place, largest, place, tuple(filter(None, names)))
        for place, names in stored.items()
        if (home.path / place).exists()
    ]
    paths = dict.fromkeys(Path(text) for text in path_options(supernet, settings).values())
    named = (path for path in paths if path.exists() and not _is_of_system(path))
    return (*files, *(job_file(path, largest) for path in named))


def job_file(path: Path, largest: int, place: str = "", names: Collection[str] = ()) -> JobFile:
    """The file or folder at `path`, as `JobFile`; raises DataError if it cannot be read."""
    size = sum(file.stat().st_size for file in _files(path, names))
    digest = digest_of(entries(path, names)) if size <= largest else ""
    return JobFile(str(path), place, size, digest, tuple(names))


def entries(path: Path, names: Collection[str] = ()) -> tuple[Entry, ...]:
    """The file at `path`, or those of the folder there, all or `names`; raises DataError."""
    return tuple(
        Entry(file.relative_to(path.parent).as_posix(), file.stat().st_size, sha256(file))
        for file in _files(path, names)
    )


def digest_of(files: Sequence[Entry]) -> str:
    """A digest of names and contents."""
    digest = hashlib.sha256()
    for entry in files:
        digest.update(f"{entry.name}\0{entry.size}\n".encode() + entry.sha256)
    return digest.hexdigest()


def stamp(path: Path, names: Collection[str] = ()) -> str:
    """A digest of names, sizes and dates: as long as it stays the same, so does the content."""
    digest = hashlib.sha256(str(path).encode())
    for file in _files(path, names):
        status = file.stat()
        digest.update(f"{file}\0{status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def read_range(parent: Path, files: Sequence[Entry], start: int, length: int) -> bytes:
    """Up to `length` bytes from `start` on of all files of the folder `parent`, one after another.

    Raises DataError for a file that cannot be read, or is shorter than its entry says.
    """
    ends = list(accumulate(entry.size for entry in files))
    content = bytearray()
    index = bisect_right(ends, start)
    while index < len(files) and len(content) < length:
        entry, end = files[index], ends[index]
        position = start + len(content) - (end - entry.size)
        content += _read(
            parent / entry.name, position, min(length - len(content), entry.size - position)
        )
        index += 1
    return bytes(content)


def _read(path: Path, position: int, length: int) -> bytes:
    try:
        with regular_file.open_file(path, regular_file.GB * 1000) as file:
            file.seek(position)
            content = file.read(length)
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror or error}). Restore it.") from None
    if len(content) < length:
        raise DataError(f"{path} has changed since the run began. Resume the run.")
    return content


def _files(path: Path, names: Collection[str]) -> Iterator[Path]:
    """The regular files at `path` or below it, sorted, all or those called `names`.

    Raises DataError if they cannot be listed.

    Links to folders are followed, but no folder is visited twice.
    """
    if path.is_file():
        yield path
        return

    def refuse(error: OSError) -> None:
        raise DataError(f"{error.filename} cannot be listed ({error.strerror}). Restore it.")

    visited: set[str] = set()
    for folder, folders, inner in os.walk(path, followlinks=True, onerror=refuse):
        real_path = os.path.realpath(folder)
        if real_path in visited:
            folders.clear()
            continue
        visited.add(real_path)
        folders.sort()
        found = (Path(folder, name) for name in sorted(inner))
        yield from (
            file
            for file in found
            if file.is_file() and (not names or file.relative_to(path).as_posix() in names)
        )


def _is_of_system(path: Path) -> bool:
    of_the_system = any(path.is_relative_to(folder) for folder in _OF_THE_SYSTEM)
    return of_the_system and not path.is_relative_to(_IN_MEMORY)
