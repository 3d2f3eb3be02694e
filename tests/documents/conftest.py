"""A finished run and a stopped one that pages share, and an environment for each page."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from engine.config import NASConfig
from engine.runs.service import RunService
from tests.documents.page_blocks import ROOT
from tests.engine.runs.fakes import InstantEvaluator, plan_quickly

EVALUATIONS = 60
"""So many that the numbers of evaluations which pages name exist."""

_PROGRAMS = {
    "dynas-studio": "from dynas_studio.command import main",
    "pip": "from pip._internal.cli.main import main",
}


@dataclass(frozen=True)
class SharedRuns:
    """A data folder with a finished and a stopped run of the built-in supernet."""

    folder: Path
    finished: str
    stopped: str


@pytest.fixture(scope="session")
def shared_runs(tmp_path_factory: pytest.TempPathFactory) -> SharedRuns:
    """Two runs whose accuracies and latencies are made up, so that they take no time.

    One evaluation of the stopped run failed."""
    folder = tmp_path_factory.mktemp("shared")
    with pytest.MonkeyPatch.context() as patch:
        plan_quickly(patch.setattr)
        dynas = {"num_evals": EVALUATIONS, "record": ["params", "lat"], "workers": 1}
        service = RunService(folder, InstantEvaluator)
        finished = service.start(NASConfig(dynas=dynas), name="finished")
        service.wait(finished, 120)
        service.close()
        service = RunService(folder, partial(InstantEvaluator, fail_every=2))
        # another seed: the numbers of the first run are reused, where measuring again would fail
        config = NASConfig(search={"seed": 1}, dynas={"num_evals": 6, "workers": 1})
        stopped = service.start(config, "stopped", lambda e: None if e.ok else "It failed.")
        service.wait(stopped, 120)
        states = [service.history(run_id).state for run_id in (finished, stopped)]
        service.close()
    assert states == ["finished", "stopped"]
    return SharedRuns(folder, finished, stopped)


@pytest.fixture
def page_environment(tmp_path: Path, shared_runs: SharedRuns) -> dict[str, str]:
    """The environment of a page: its own virtual environment, data folder and home.

    The virtual environment has the libraries of this one, and the product from this folder. What
    a page installs is in that environment alone, and nothing is fetched from a package index.
    """
    home = tmp_path / "home"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home / "venv"], check=True)
    (site,) = home.glob("venv/lib/*/site-packages")
    libraries = [path for path in sys.path if path.endswith("-packages")]
    (site / "libraries.pth").write_text("\n".join([str(ROOT), *libraries]))
    programs = home / "venv/bin"
    for name, imported in _PROGRAMS.items():
        program = programs / name
        program.write_text(f"#!{programs / 'python'}\nimport sys\n{imported}\nsys.exit(main())\n")
        program.chmod(0o755)
    made_up = shutil.ignore_patterns("evaluation-cache")
    shutil.copytree(shared_runs.folder, home / "data", ignore=made_up)
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        "PATH": os.pathsep.join([str(programs), os.environ["PATH"]]),
        "HOME": str(home),
        "DYNAS_DATA_DIR": str(home / "data"),
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip reads it as the value of `build_isolation`
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
