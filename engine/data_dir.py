"""Where runs, measured numbers, settings and downloads are kept."""

import os
from pathlib import Path

from engine.errors import LogError
from engine.path_text import why_no_path

HOME = Path("~/.dynas-studio")
"""The data folder where no other is chosen."""


def use_data_dir(folder: Path | None) -> Path | None:
    """Make `folder` the data folder of this process and of those that it starts, unless None."""
    if folder is not None:
        _check(str(folder))
        os.environ["DYNAS_DATA_DIR"] = str(folder.expanduser().resolve())
    return folder


def default_data_dir() -> Path:
    """`$DYNAS_DATA_DIR`, else `~/.dynas-studio`."""
    text = os.environ.get("DYNAS_DATA_DIR", str(HOME))
    _check(text)
    return Path(text).expanduser()


def _check(text: str) -> None:
    """Raise LogError for what no folder can be called."""
    if why := why_no_path(text):
        raise LogError(f"The data folder cannot be used: {why}. Choose another.")


def make_data_dir(folder: Path) -> Path:
    """Make the data folder and that of its runs, for this user alone; raises LogError."""
    folder = Path(folder).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / "runs").mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise LogError(
            f"The data folder {folder} cannot be made: {error.strerror}. Choose another."
        ) from None
    return folder
