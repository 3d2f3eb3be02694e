"""The example packages as `pip install` leaves them, in a folder of their own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import metrics
from engine.meters import registry as meters
from engine.supernets import registry
from tests.shared_folder import made_once

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
EXAMPLE = EXAMPLES / "own_supernet"
MODULES = (
    "digits_supernet",
    "energy_meter",
    "local_cluster",
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
    """The folder that all examples are installed in."""

    def make(folder: Path) -> None:
        ignored = shutil.ignore_patterns("__pycache__")
        copy = tmp_path_factory.mktemp("examples") / "source"
        source = shutil.copytree(EXAMPLES, copy, ignore=ignored)
        install([path.parent for path in source.glob("*/pyproject.toml")], folder)

    return made_once(tmp_path_factory, worker_id, "installed_examples", make)


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
