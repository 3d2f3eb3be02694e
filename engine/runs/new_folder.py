"""Creates the folder of a run atomically."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.disk_errors import write_failure
from engine.errors import LogError

_MAX_AGE = 86_400.0  # seconds after which a temporary folder is abandoned


@contextmanager
def new_folder(run: Path, remove_existing: Callable[[Path], None] | None = None) -> Iterator[Path]:
    """A hidden temporary folder, which is renamed to `run` at the end of the block.

    `remove_existing` first removes an existing `run`. If it or the block fails, the temporary
    folder is deleted. Raises LogError if the folder cannot be created.
    """
    temporary = run.with_name(f".{run.name}")
    try:
        try:
            shutil.rmtree(temporary, ignore_errors=True)
            temporary.mkdir(mode=0o700)
            yield temporary
            if remove_existing is not None:
                remove_existing(run)
            temporary.rename(run)
        except OSError as error:
            raise LogError(write_failure(error, "the run", run.parent)) from error
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def remove_unfinished(runs: Path) -> None:
    """Remove temporary folders of `new_folder` that killed processes left."""
    oldest = time.time() - _MAX_AGE
    for folder in runs.glob(".*"):
        if folder.is_dir() and folder.stat().st_mtime < oldest:
            shutil.rmtree(folder, ignore_errors=True)
