"""A run's folder appears whole or not at all."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.disk_errors import write_failure
from engine.errors import LogError

_ABANDONED = 86_400.0  # seconds after which nobody is still making it


@contextmanager
def new_folder(run: Path, in_place_of: Callable[[Path], None] | None = None) -> Iterator[Path]:
    """A folder beside that of the `run`, out of sight, which takes its place at the end.

    `in_place_of` takes away what is there before. If the block or that fails, nothing is left of
    the new folder. Raises LogError if it cannot be made.
    """
    hidden = run.with_name(f".{run.name}")
    try:
        try:
            shutil.rmtree(hidden, ignore_errors=True)
            hidden.mkdir(mode=0o700)
            yield hidden
            if in_place_of is not None:
                in_place_of(run)
            hidden.rename(run)
        except OSError as error:
            raise LogError(write_failure(error, "the run", run.parent)) from error
    except BaseException:
        shutil.rmtree(hidden, ignore_errors=True)
        raise


def remove_unfinished(runs: Path) -> None:
    """Remove folders whose new_folder a killed process left behind."""
    oldest = time.time() - _ABANDONED
    for folder in runs.glob(".*"):
        if folder.is_dir() and folder.stat().st_mtime < oldest:
            shutil.rmtree(folder, ignore_errors=True)
