"""ReceivedFiles: what searches on other machines have sent to this one, by digest."""

import contextlib
import hashlib
import json
import shutil
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

from filelock import FileLock

from engine import data_dir, regular_file
from engine.cluster.file_hold import FileHold
from engine.data_dir import DataFolder
from engine.errors import DataError
from engine.evaluation.job_files import JobFile, digest_of, entries, stamp

LARGEST = 50 * regular_file.GB
"""The bytes that are kept; what no run uses is removed, the least recently used first."""

_ABANDONED_AFTER = 86_400.0  # seconds without a write, after which a transfer has ended
_MAX_NOTE = 10 * regular_file.MB


class ReceivedFiles:
    """The folder `received` of a data folder; safe to use by several processes at a time.

    `DIGEST/NAME` is the file or folder called NAME. `DIGEST.here` notes another place of this
    machine that has it. `DIGEST.installed` holds the package of a wheel. `DIGEST.lock` is held by
    each process that uses it.
    """

    def __init__(self, home: DataFolder, largest: int = LARGEST) -> None:
        self._home, self.folder, self._largest = home, home.received_files, largest

    @classmethod
    def here(cls) -> "ReceivedFiles":
        """Those of the data folder of this process, which is made if it does not exist."""
        received = cls(data_dir.current().create())
        received.folder.mkdir(exist_ok=True, mode=0o700)
        return received

    @property
    def id(self) -> str:
        """The same for all processes with this folder, on one machine or several."""
        path = self.folder / "id"
        with FileLock(f"{path}.lock", mode=0o600):
            if not path.exists():
                path.write_text(uuid.uuid4().hex)
        return path.read_text()

    def find(self, file: JobFile) -> Path | None:
        """Where this machine has a file, as far as is known without reading it."""
        if not file.digest:
            return next(filter(_exists, self._candidates(file)), None)
        if (path := self.folder / file.digest / file.name).exists():
            return path
        try:
            note = json.loads(regular_file.read_text(self._note(file), _MAX_NOTE))
            path = Path(note["path"])
            return path if path.exists() and stamp(path, file.names) == note["stamp"] else None
        except (OSError, ValueError, KeyError, DataError):
            return None

    def look_for(self, file: JobFile) -> Path | None:
        """As `find`, and reads what is at the same place; one process at a time does."""
        with FileLock(f"{self._note(file)}.lock", mode=0o600):
            if file.digest and self.find(file) is None:
                for path in filter(_exists, self._candidates(file)):
                    with contextlib.suppress(DataError, OSError):
                        before = stamp(path, file.names)
                        if digest_of(entries(path, file.names)) == file.digest:
                            note = {"path": str(path), "stamp": before}
                            self._note(file).write_text(json.dumps(note))
                            break
        return self.find(file)

    def hold(self, files: Sequence[JobFile]) -> FileHold:
        """Keep files from being removed until it is released, or this process ends."""
        return FileHold([self.folder / f"{file.digest}.lock" for file in files if file.digest])

    def make_room(self, size: int) -> None:
        """Remove what no run uses, until `size` bytes more are not too many."""
        folders = [path for path in self.folder.iterdir() if path.is_dir()]
        sizes = {path: _size(path) for path in folders}
        for path in folders:
            if path.suffix == ".part" and _age(path) > _ABANDONED_AFTER:
                shutil.rmtree(path, ignore_errors=True)
        unused = [path for path in folders if not path.suffix]
        for path in sorted(unused, key=lambda path: -_age(path.with_suffix(".lock"))):
            if sum(sizes.values()) + size <= self._largest:
                return
            lock = path.with_suffix(".lock")
            with contextlib.suppress(BlockingIOError), FileHold([lock], exclusive=True):
                for folder in (path, path.with_suffix(".installed")):
                    shutil.rmtree(folder, ignore_errors=True)
                    sizes.pop(folder, None)

    @contextlib.contextmanager
    def new_folder(self) -> Iterator[Path]:
        """A folder that is removed at the end, unless it was renamed."""
        folder = self.folder / f"{uuid.uuid4().hex}.part"
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _candidates(self, file: JobFile) -> list[Path]:
        own = [self._home.path / file.place] if file.place else []
        return [*own, Path(file.path)]

    def _note(self, file: JobFile) -> Path:
        name = file.digest or hashlib.sha256(file.path.encode()).hexdigest()
        return self.folder / f"{name}.here"


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            total += path.lstat().st_size if path.is_file() else 0
    return total


def _age(path: Path) -> float:
    """Seconds since a file or folder was written."""
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return float("inf")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # in a folder of somebody else
        return False
