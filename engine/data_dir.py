"""Where runs, measured numbers, settings and downloads are kept."""

import os
from pathlib import Path


def default_data_dir() -> Path:
    """`$DYNAS_DATA_DIR`, else `~/.dynas-studio`."""
    return Path(os.environ.get("DYNAS_DATA_DIR", "~/.dynas-studio")).expanduser()
