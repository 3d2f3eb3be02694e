"""The example packages as `pip install` leaves them, in a folder of their own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from engine import metrics
from engine.meters import registry as meters
from engine.supernets import registry

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
EXAMPLE = EXAMPLES / "own_supernet"
MODULES = (
    "digits_supernet",
    "energy_meter",
    "resnet_supernet",
    "tabular_supernet",
    "token_supernet",
)


def install(sources: list[Path], target: Path) -> None:
    """Install packages into the folder `target`, which belongs on the PYTHONPATH then."""
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--no-cache-dir"]
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, "--target", target, *sources], check=True
    )


def forget() -> None:
    """Look anew for what installed packages offer."""
    registry._load.cache_clear()
    meters.forget_plug_ins()


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder that all examples are installed in; processes that test at the same time share it.

    The first of them installs.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "installed_examples"
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            ignored = shutil.ignore_patterns("__pycache__")
            source = shutil.copytree(
                EXAMPLES, tmp_path_factory.mktemp("examples") / "source", ignore=ignored
            )
            install([path.parent for path in source.glob("*/pyproject.toml")], folder)
    return folder


@pytest.fixture
def example(installed: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The examples on the path of this process; the environment in which others find them too."""
    path = os.pathsep.join([str(installed), str(ROOT)])
    monkeypatch.setenv("PYTHONPATH", path)
    monkeypatch.syspath_prepend(str(installed))
    forget()
    yield {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"}
    monkeypatch.undo()
    for name in [name for name in sys.modules if name.partition(".")[0] in MODULES]:
        del sys.modules[name]
    metrics._restored.clear()
    forget()
