"""The files of decoded images in the data folder: their disk usage and their removal.

`KEY.sources` lists the source images of `KEY.npy`. The key is a digest of the names, sizes and
dates of these images: a file is outdated when they have another key.
"""

import gzip
import hashlib
import json
import zlib
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from engine import data_dir, regular_file
from engine.errors import DataError
from engine.tasks.images.validation_folders import Images

PROTOCOL = 1  # raise it when the way of decoding changes
_MAX_BYTES = 500 * regular_file.MB  # of a list of images, packed or not
_SUFFIXES = (".npy", ".part", ".sources")


@dataclass(frozen=True)
class Usage:
    """Files with decoded images and the bytes that they take."""

    files: int
    bytes: int


def folder() -> Path:
    """The folder of decoded images: `images` in the data folder."""
    return data_dir.current().images


def key(paths: tuple[Path, ...], resolution: int, augmented: bool) -> str:
    """The name of the file with these images; raises DataError for one that cannot be read."""
    digest = hashlib.sha256(f"{PROTOCOL} {resolution} {augmented}".encode())
    for path in paths:
        try:
            stat = path.stat()
        except OSError as error:
            raise DataError(f"{path} cannot be read ({error.strerror}). Restore it.") from error
        digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:24]


def lock(path: Path) -> FileLock:
    """The lock for writing, opening and removing the file `path`."""
    return FileLock(f"{path}.lock", mode=0o600)


def write_sources(path: Path, images: Images, resolution: int, augmented: bool) -> None:
    """Write the list of source images of the file `path`."""
    content = {
        "resolution": resolution,
        "augmented": augmented,
        "images": [str(image) for image in images.paths],
    }
    path.with_suffix(".sources").write_bytes(gzip.compress(json.dumps(content).encode()))


def usage() -> Usage:
    """The disk usage of all decoded images."""
    files = [path for path in _list_files() if path.suffix in _SUFFIXES]
    count = sum(path.suffix == ".npy" for path in files)
    return Usage(count, sum(_file_size(path) for path in files))


def remove_all() -> None:
    """Remove every file that is not locked; they are written again when needed."""
    for path in _list_files():
        _remove(path.with_suffix(".npy"))


def remove_outdated() -> None:
    """Remove the files whose source images or whose decoding protocol have changed.

    Images in a missing folder count as unchanged: a disk may not be mounted.
    """
    for path in _list_files():
        if path.suffix == ".npy" and _is_outdated(path):
            _remove(path)


def _is_outdated(path: Path) -> bool:
    try:
        sources = path.with_suffix(".sources")
        with regular_file.open_file(sources, _MAX_BYTES) as file, gzip.open(file) as packed:
            content = json.loads(packed.read(_MAX_BYTES))
        paths = tuple(map(Path, content["images"]))
        resolution, augmented = int(content["resolution"]), bool(content["augmented"])
    except (OSError, EOFError, ValueError, KeyError, TypeError, RecursionError, zlib.error):
        return False  # its sources are unknown
    if not paths or not paths[0].parent.parent.is_dir():
        return False
    try:
        return key(paths, resolution, augmented) != path.stem
    except DataError:
        return True


def _list_files() -> list[Path]:
    home = folder()
    return sorted(path for path in home.iterdir() if path.is_file()) if home.is_dir() else []


def _remove(path: Path) -> None:
    try:
        with lock(path).acquire(timeout=0):
            for suffix in _SUFFIXES:
                path.with_suffix(suffix).unlink(missing_ok=True)
    except Timeout:
        return  # the file is in use


def _file_size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
