"""Where runs, measured numbers, settings and downloads are kept."""

import os
from pathlib import Path


def use_data_dir(folder: Path | None) -> Path | None:
    """Make `folder` the data folder of this process and of those that it starts, unless None."""
    if folder is not None:
        os.environ["DYNAS_DATA_DIR"] = str(folder.expanduser().resolve())
    return folder


def default_data_dir() -> Path:
    """`$DYNAS_DATA_DIR`, else `~/.dynas-studio`."""
    return Path(os.environ.get("DYNAS_DATA_DIR", "~/.dynas-studio")).expanduser()
