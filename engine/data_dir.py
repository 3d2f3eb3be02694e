"""The data folder: holds runs, measurements, settings, supernets and downloads.

A process has one data folder. The command line, the dashboard or the parent process sets it with
`use`. `using` replaces it temporarily in one thread, so that several searches in one process can
have different data folders.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from engine.errors import LogError
from engine.path_text import path_problem

VARIABLE = "DYNAS_DATA_DIR"
"""The environment variable that names the data folder if no other is set."""
DEFAULT_PATH = Path("~/.dynas-studio")
"""The data folder if the environment variable is not set."""

_PRIVATE = 0o700


@dataclass(frozen=True)
class DataFolder:
    """A data folder by its absolute `path`; only `create` writes to the disk.

    `received` are files and folders of another data folder, each by its place there, such as
    `supernets/flowers`, with the path where they are here.

    >>> DataFolder.at("/data/nas").runs.as_posix()
    '/data/nas/runs'
    """

    path: Path
    received: tuple[tuple[str, Path], ...] = ()

    @classmethod
    def at(cls, path: str | Path) -> "DataFolder":
        """The data folder at a path; raises LogError for an invalid path."""
        if problem := path_problem(str(path)):
            raise LogError(f"The data folder cannot be used: {problem}. Choose another.")
        return cls(Path(path).expanduser().absolute())

    @classmethod
    def default(cls) -> "DataFolder":
        """The data folder `$DYNAS_DATA_DIR`, else `~/.dynas-studio`."""
        return cls.at(os.environ.get(VARIABLE, DEFAULT_PATH))

    def create(self) -> "DataFolder":
        """Create the folder and its `runs`, accessible to this user only; raises LogError."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=_PRIVATE)
            self.runs.mkdir(exist_ok=True, mode=_PRIVATE)
        except OSError as error:
            raise LogError(
                f"The data folder {self.path} cannot be made: {error.strerror}. Choose another."
            ) from None
        return self

    def find(self, place: str) -> Path:
        """The path of what belongs to `place`, such as `supernets/flowers`."""
        return dict(self.received).get(place, self.path / place)

    @property
    def runs(self) -> Path:
        """One folder for each run."""
        return self.path / "runs"

    @property
    def trash(self) -> Path:
        """Recently deleted runs."""
        return self.path / "trash"

    @property
    def evaluations(self) -> Path:
        """The cache of measurements of all runs."""
        return self.path / "evaluation-cache"

    @property
    def baselines(self) -> Path:
        """Measured baselines, a file for each supernet, its metrics and settings."""
        return self.path / "baselines"

    @property
    def supernets(self) -> Path:
        """One folder for each supernet that was trained here."""
        return self.path / "supernets"

    @property
    def weights(self) -> Path:
        """Downloaded official files."""
        return self.path / "weights"

    @property
    def images(self) -> Path:
        """Decoded images."""
        return self.path / "images"

    @property
    def received_files(self) -> Path:
        """Files that searches on other machines have sent here, by their digest."""
        return self.path / "received"

    @property
    def downloads(self) -> Path:
        """Archives with networks that visitors of a dashboard asked for, until it is stopped."""
        return self.path / "downloads"

    @property
    def uploads(self) -> Path:
        """Python files of networks that visitors of a dashboard have uploaded, by their digest."""
        return self.path / "uploads"

    @property
    def drafts(self) -> Path:
        """The form of a search as visitors of a dashboard have filled it in, by browser."""
        return self.path / "drafts"

    @property
    def settings(self) -> Path:
        """The file with the remembered settings of supernets."""
        return self.path / "settings.json"


_thread_folder: ContextVar[DataFolder | None] = ContextVar("data_folder", default=None)
_process_folder: DataFolder | None = None


def use(folder: DataFolder | None) -> None:
    """Make `folder` the data folder of this process; None for the default one."""
    global _process_folder
    _process_folder = folder


@contextmanager
def using(folder: DataFolder) -> Iterator[None]:
    """Make `folder` the data folder of this thread inside the `with` block."""
    token = _thread_folder.set(folder)
    try:
        yield
    finally:
        _thread_folder.reset(token)


def current() -> DataFolder:
    """The data folder of this thread, else that of this process, else the default one."""
    return _thread_folder.get() or _process_folder or DataFolder.default()


def use_path(path: Path | None) -> Path | None:
    """Make the folder at `path` the data folder of this process, unless `path` is None."""
    if path is not None:
        use(DataFolder.at(path))
    return path
