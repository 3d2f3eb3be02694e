"""A worker of Dask as on another machine: without a disk of this one, in a folder of its own.

`dask worker --preload` runs `dask_setup`; the variable names the folder that it does not see.
"""

import os
import subprocess
import sys
from pathlib import Path

from engine.cluster import received_files

HIDDEN = "DYNAS_TEST_HIDDEN"
_ROOT = Path(__file__).resolve().parents[3]


def start(address: str, folder: Path, hidden: Path, package: Path) -> "subprocess.Popen[bytes]":
    """Start a worker for the scheduler at `address`, which finds the package in `package`."""
    (folder / "work").mkdir(parents=True)
    variables = {
        "DYNAS_DATA_DIR": str(folder / "data"),
        "PYTHONPATH": os.pathsep.join([str(package), str(_ROOT)]),
        HIDDEN: str(hidden),
    }
    options = ["--no-nanny", "--nthreads", "1", "--no-dashboard", "--name", folder.name]
    return subprocess.Popen(
        [
            sys.executable, "-m", "distributed.cli.dask_worker", address, *options,
            "--preload", __name__, "--local-directory", str(folder / "dask"),
        ],
        cwd=folder / "work", env={**os.environ, **variables}, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def dask_setup(worker: object) -> None:
    """Let the worker find nothing in the hidden folder."""
    exists = received_files._exists
    received_files._exists = lambda path: (
        not path.is_relative_to(os.environ[HIDDEN]) and exists(path)
    )
