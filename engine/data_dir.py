"""The data folder: where runs, measured numbers, settings, supernets and downloads are kept.

A process has one data folder, which its outermost door chooses with `use`: the command line, the
dashboard, or the process that started it. `using` takes another one for a while, so that several
searches of one process can each have theirs.
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
"""The variable of the environment that names the data folder where no other is chosen."""
DEFAULT_PATH = Path("~/.dynas-studio")
"""The data folder where the environment names none either."""

_PRIVATE = 0o700


@dataclass(frozen=True)
class DataFolder:
    """A data folder by its absolute `path`; nothing is made before `create`."""

    path: Path

    @classmethod
    def at(cls, path: str | Path) -> "DataFolder":
        """The data folder at a path; raises LogError for what no folder can be called."""
        if why := path_problem(str(path)):
            raise LogError(f"The data folder cannot be used: {why}. Choose another.")
        return cls(Path(path).expanduser().absolute())

    @classmethod
    def default(cls) -> "DataFolder":
        """That of `$DYNAS_DATA_DIR`, else `~/.dynas-studio`."""
        return cls.at(os.environ.get(VARIABLE, DEFAULT_PATH))

    def create(self) -> "DataFolder":
        """The same, made with the folder of its runs for this user alone; raises LogError."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=_PRIVATE)
            self.runs.mkdir(exist_ok=True, mode=_PRIVATE)
        except OSError as error:
            raise LogError(
                f"The data folder {self.path} cannot be made: {error.strerror}. Choose another."
            ) from None
        return self

    @property
    def runs(self) -> Path:
        """The runs, each in a folder of its own."""
        return self.path / "runs"

    @property
    def trash(self) -> Path:
        """Runs that were deleted lately."""
        return self.path / "trash"

    @property
    def evaluations(self) -> Path:
        """The cache of measured numbers, of all runs."""
        return self.path / "evaluation-cache"

    @property
    def supernets(self) -> Path:
        """The supernets that were trained here, each in a folder of its own."""
        return self.path / "supernets"

    @property
    def weights(self) -> Path:
        """Official files that were downloaded."""
        return self.path / "weights"

    @property
    def images(self) -> Path:
        """Decoded images."""
        return self.path / "images"

    @property
    def settings(self) -> Path:
        """The file of what is remembered of supernets."""
        return self.path / "settings.json"

    @property
    def waiting_lock(self) -> Path:
        """The file that is locked by who waits to be alone on the machine."""
        return self.path / "machine.gate"

    @property
    def machine_lock(self) -> Path:
        """The file that is locked by who measures, beside others or alone."""
        return self.path / "machine.lock"


_used_here: ContextVar[DataFolder | None] = ContextVar("data_folder", default=None)
_of_this_process: DataFolder | None = None


def use(folder: DataFolder | None) -> None:
    """Make `folder` the data folder of this process; None for the default one."""
    global _of_this_process
    _of_this_process = folder


@contextmanager
def using(folder: DataFolder) -> Iterator[None]:
    """Take `folder` for the data folder within, in this thread alone."""
    token = _used_here.set(folder)
    try:
        yield
    finally:
        _used_here.reset(token)


def current() -> DataFolder:
    """The data folder of this thread, else that of this process, else the default one."""
    return _used_here.get() or _of_this_process or DataFolder.default()


def chosen(path: Path | None) -> Path | None:
    """Make the folder that a command was given that of this process, unless it is None."""
    if path is not None:
        use(DataFolder.at(path))
    return path
