"""What `pip install .` installs: every file that is needed, the command, and ranges that fit."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from configparser import ConfigParser
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import dynas_studio
from tests.range_ends import lowest, pinned, ranges

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("app", "dynas_studio", "engine", "pages")
SITE = "app/documentation/site.zip"
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built of a copy after `make docs`: building leaves files beside its sources."""
    folder = tmp_path_factory.mktemp("package")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / "source" / name, ignore=LEFT_OUT)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / "source")
    zipfile.ZipFile(folder / "source" / SITE, "w").close()
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    command = [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", folder]
    subprocess.run([*command, folder / "source"], check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def content(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_it_is_called_by_name_and_version(wheel):
    assert wheel.name == f"dynas_studio-{dynas_studio.__version__}-py3-none-any.whl"


def test_every_file_of_the_packages_is_in_it_and_nothing_else(content):
    files = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    installed = {name for name in content if ".dist-info/" not in name}
    assert installed == files | {SITE}
    assert {Path(name).suffix for name in files} >= {".py", ".js", ".css", ".svg", ".npz", ".pt"}


def test_its_command_is_there(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (file,) = [name for name in archive.namelist() if name.endswith("/entry_points.txt")]
        points = ConfigParser()
        points.read_string(archive.read(file).decode())
    (name, value), *others = points["console_scripts"].items()
    assert (name, others) == ("dynas-studio", [])
    module, _, function = value.partition(":")
    assert callable(getattr(import_module(module), function))


def test_every_range_has_two_ends():
    for required in ranges():
        assert sorted(one.operator for one in required.specifier) == ["<", ">="], required
        assert required.specifier.contains(lowest(required)), required


def test_the_pinned_versions_are_those_of_the_ranges():
    text = (ROOT / "requirements.txt").read_text()
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    pins = {canonicalize_name(pin.name): pin for pin in map(Requirement, filter(None, lines))}
    required = {canonicalize_name(one.name): one for one in ranges()}
    assert pins.keys() == required.keys()
    for name, pin in pins.items():
        (exact,) = (one.version for one in pin.specifier)
        assert required[name].specifier.contains(exact), f"{pin} is not within {required[name]}"


def test_the_versions_that_run_these_tests_are_within_the_ranges():
    installed = {one.name: version(one.name) for one in ranges()}
    assert not [one for one in ranges() if not one.specifier.contains(installed[one.name])]


def test_the_lowest_versions_are_pinned_and_the_highest_left_to_the_installer():
    assert f"numpy=={lowest(Requirement('numpy>=2.0,<3'))}" in pinned("lowest")
    assert pinned("highest") == [str(one) for one in ranges()]


@pytest.fixture
def installed(wheel, tmp_path):
    """Runs a program of an environment with the wheel, and this one's libraries, elsewhere."""
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    folder = environment / "bin"
    (site,) = environment.glob("lib/*/site-packages")
    libraries = [path for path in sys.path if path.endswith("-packages")]
    (site / "libraries.pth").write_text("\n".join(libraries))
    options = ["--quiet", "--no-deps", "--no-index", "--force-reinstall"]
    subprocess.run([folder / "python", "-m", "pip", "install", *options, wheel], check=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}

    def start(program, *arguments):
        return subprocess.Popen(
            [folder / program, *arguments], cwd=elsewhere, text=True, env=surroundings,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    return start


@pytest.mark.slow
def test_installed_it_searches_and_serves_from_any_folder(installed, tmp_path):
    def said(*command):
        out, err = (process := installed(*command)).communicate(timeout=600)
        assert process.returncode == 0, err
        return out

    data = ("--data-dir", str(tmp_path / "data"))
    assert said("dynas-studio", "--version") == f"dynas-studio {dynas_studio.__version__}\n"
    where = said("python", "-c", "import engine, app; print(engine.__file__, app.__file__)")
    assert str(ROOT) not in where
    few = [part for one in ("num_evals=6", "population=4", "workers=1") for part in ("--set", one)]
    assert said("dynas-studio", "search", "--quiet", *few, *data).startswith("evaluation,acc,macs,")
    assert "finished" in said("dynas-studio", "runs", *data)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    server = installed("dynas-studio", "dashboard", "--port", port, "--no-browser", *data)
    try:
        assert server.stdout.readline().startswith("DyNAS Studio is at")
        assert health(port) == b"ok"
    finally:
        server.terminate()
        server.wait(30)


def health(port):
    deadline = time.monotonic() + 60
    while True:
        try:
            address = f"http://127.0.0.1:{port}/_stcore/health"
            with urllib.request.urlopen(address, timeout=10) as answer:
                return answer.read()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
