"""A package that `new-supernet` writes: installed, it does what a search relies on."""

import csv
import io
import shutil
import subprocess
import sys

import pytest

from engine import __main__ as command_line
from engine.errors import ConfigError, DataError
from engine.new_supernet import write_package
from tests.command import in_process
from tests.examples.conftest import ROOT, forget, install

NAME = "wine_net"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_package(NAME, tmp_path_factory.mktemp("new") / "package")


@pytest.fixture(scope="module")
def installed_package(written, tmp_path_factory):
    """The folder that the written package is installed in."""
    folder = tmp_path_factory.mktemp("installed") / "site"
    install([written], folder)
    return folder


@pytest.fixture
def site(installed_package, tmp_path, monkeypatch):
    """The installed package, in a folder that the test may change."""
    shutil.copytree(installed_package, tmp_path / "site")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'site'}:{ROOT}")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    forget()
    yield tmp_path / "site"
    monkeypatch.undo()
    for name in [name for name in sys.modules if name.partition(".")[0] == NAME]:
        del sys.modules[name]
    forget()


def test_the_written_package_passes_the_check(site, tmp_path, monkeypatch, capsys):
    engine = in_process(tmp_path / "data", monkeypatch, capsys)
    assert "wrong" not in engine("check-supernet", NAME)


@pytest.mark.slow
def test_the_written_package_passes_the_check_and_its_own_test(site, written, tmp_path):
    for command in (
        ["engine", "check-supernet", NAME, "--data-dir", str(tmp_path)],
        ["pytest", "-q", "-p", "no:cacheprovider", str(written / "tests")],
    ):
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "wrong" not in done.stdout


def test_the_written_supernet_is_searched(site, tmp_path, monkeypatch, capsys):
    engine = in_process(tmp_path / "data", monkeypatch, capsys)
    assignments = [f"supernet={NAME}", "num_evals=6", "population=4", "workers=1"]
    text = engine(
        "search", "--quiet", *(part for assignment in assignments for part in ("--set", assignment))
    )
    front = list(csv.DictReader(io.StringIO(text)))
    assert all(0 < float(row[f"{NAME}_loss"]) < 2 for row in front)


def test_its_supernet_takes_few_lines(written):
    lines = (written / NAME / "supernet.py").read_text().splitlines()
    assert len(lines) <= 60


def test_a_supernet_with_a_fault_ends_the_check_with_status_1(site, tmp_path, monkeypatch, capsys):
    (site / NAME / "weights.pt").write_bytes(b"damaged")
    arguments = ["engine", "check-supernet", NAME, "--data-dir", str(tmp_path / "data")]
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    output = capsys.readouterr()
    assert ended.value.code == 1
    assert "weights.pt cannot be read: it is damaged" in output.out
    assert f"to fix in '{NAME}'" in output.err


def test_a_folder_that_exists_is_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(DataError, match="exists already"):
        write_package(NAME, tmp_path / "mine")
    assert not list((tmp_path / "mine").iterdir())


@pytest.mark.parametrize(
    "name", ["", "Wine", "2wines", "my-wines", "a" * 41, "class", "json", "engine", "../wines"]
)
def test_a_name_that_no_package_can_have_is_refused(name, tmp_path):
    with pytest.raises(ConfigError, match=r"cannot be called|already"):
        write_package(name, tmp_path / "package")
    assert not (tmp_path / "package").exists()
