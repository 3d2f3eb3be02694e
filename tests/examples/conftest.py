"""The example package as `pip install` leaves it, in a folder of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import metrics, plug_ins
from engine.supernets import registry

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "own_supernet"


def install_example(folder: Path) -> Path:
    """Install the example into `folder`; returns what belongs on the PYTHONPATH."""
    source, target = folder / "source", folder / "installed"
    shutil.copytree(EXAMPLE, source, ignore=shutil.ignore_patterns("__pycache__"))
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--no-cache-dir"]
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, "--target", target, source], check=True
    )
    return target


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the example is installed in."""
    return install_example(tmp_path_factory.mktemp("example"))


@pytest.fixture
def example(installed: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The example on the path of this process; the environment in which others find it as well."""
    path = os.pathsep.join([str(installed), str(ROOT)])
    monkeypatch.setenv("PYTHONPATH", path)
    monkeypatch.syspath_prepend(str(installed))
    caches = (plug_ins.offered, metrics._added, registry._load)
    for cached in caches:
        cached.cache_clear()
    yield {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"}
    monkeypatch.undo()
    for name in [name for name in sys.modules if name.partition(".")[0] == "digits_supernet"]:
        del sys.modules[name]
    for cached in caches:
        cached.cache_clear()
