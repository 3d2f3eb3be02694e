"""The files of decoded images in the data folder: what they take, and which are of no use now.

Beside `KEY.npy` stands `KEY.sources`, the list of the images it was made of. The key follows from
names, sizes and dates of those images, so that a file is outdated once they give another key.
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
_LARGEST = 500 * regular_file.MB  # of a list of images, packed or not
_SUFFIXES = (".npy", ".part", ".sources")


@dataclass(frozen=True)
class Usage:
    """Files with decoded images and the bytes that they take."""

    files: int
    bytes: int


def folder() -> Path:
    """Where decoded images are kept: `images` in the data folder."""
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
    """Held by whoever writes, opens or removes the file `path`."""
    return FileLock(f"{path}.lock", mode=0o600)


def note_sources(path: Path, images: Images, resolution: int, augmented: bool) -> None:
    """Write down what the file `path` was made of."""
    content = {
        "resolution": resolution,
        "augmented": augmented,
        "images": [str(image) for image in images.paths],
    }
    path.with_suffix(".sources").write_bytes(gzip.compress(json.dumps(content).encode()))


def usage() -> Usage:
    """What all decoded images take."""
    files = [path for path in _there() if path.suffix in _SUFFIXES]
    count = sum(path.suffix == ".npy" for path in files)
    return Usage(count, sum(_bytes(path) for path in files))


def remove_all() -> None:
    """Remove every file that nobody is writing or opening now; they are made again when needed."""
    for path in _there():
        _remove(path.with_suffix(".npy"))


def remove_outdated() -> None:
    """Remove the files whose images have changed or were decoded in another way.

    Images whose folder is not there count as unchanged: a disk may just not be mounted.
    """
    for path in _there():
        if path.suffix == ".npy" and _outdated(path):
            _remove(path)


def _outdated(path: Path) -> bool:
    try:
        sources = path.with_suffix(".sources")
        with regular_file.opened(sources, _LARGEST) as file, gzip.open(file) as packed:
            content = json.loads(packed.read(_LARGEST))
        paths = tuple(map(Path, content["images"]))
        resolution, augmented = int(content["resolution"]), bool(content["augmented"])
    except (OSError, EOFError, ValueError, KeyError, TypeError, RecursionError, zlib.error):
        return False  # nobody knows what it was made of
    if not paths or not paths[0].parent.parent.is_dir():
        return False
    try:
        return key(paths, resolution, augmented) != path.stem
    except DataError:
        return True


def _there() -> list[Path]:
    home = folder()
    return sorted(path for path in home.iterdir() if path.is_file()) if home.is_dir() else []


def _remove(path: Path) -> None:
    try:
        with lock(path).acquire(timeout=0):
            for suffix in _SUFFIXES:
                path.with_suffix(suffix).unlink(missing_ok=True)
    except Timeout:
        return  # in use at this moment


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
