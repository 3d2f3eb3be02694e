"""Sub-networks leave a run on the command line, or a sentence says why not."""

import csv
import io
import json
import sys

import pytest

from engine import __main__ as command_line
from engine.export.bundle import process
from engine.runs.service import RunService
from tests.engine.export.bundle import test_process
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_service import config, finished


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """Run a command on the data folder of `run`; its exit status, output and errors."""
    monkeypatch.setenv("DYNAS_DATA_DIR", str(tmp_path))  # the command sets it: put it back after

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["engine", *arguments, "--data-dir", str(tmp_path)])
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        written = capsys.readouterr()
        return ended.value.code, written.out, written.err

    return run


@pytest.fixture
def run(tmp_path):
    service = RunService(tmp_path, InstantEvaluator)
    run_id = finished(service, config(8)).id
    service.close()
    return run_id


def test_what_is_exported_is_what_was_measured(command, run):
    _, out, _ = command("csv", run)
    row = list(csv.DictReader(io.StringIO(out)))[2]
    _, text, _ = command("export", run, "3")
    assert json.loads(text)["metrics"]["macs"]["value"] == float(row["macs"])
    _, text, _ = command("export", run, "3", "--format", "python")
    assert text.startswith("from dynas_studio import load_supernet")


def test_the_best_within_limits_is_exported(command, run):
    _, out, _ = command("csv", run)
    rows = [row for row in csv.DictReader(io.StringIO(out)) if row["status"] == "ok"]
    limit = sorted(float(row["macs"]) for row in rows)[len(rows) // 2]
    fitting = [row for row in rows if float(row["macs"]) <= limit]
    best = max(fitting, key=lambda row: float(row["acc"]))
    where = f"MACs ≤ {limit!r} and params > 1k"
    status, text, err = command("export", run, "--best", "Top-1 accuracy", "--where", where)
    assert (status, err) == (0, f"sub-network {best['evaluation']}\n")
    assert json.loads(text)["metrics"]["macs"]["value"] == float(best["macs"])
    for arguments, said in (
        (("--best", "acc", "--where", "macs <= 1k"), "The nearest is #"),
        (("--best", "lat"), "no values of Latency"),
        (("--best", "acc", "--where", "macs <= 5 ms"), "'5 ms' is not a number for MACs"),
        (("3", "--best", "acc"), "not both"),
        (("--where", "macs <= 5M"), "add --best acc"),
    ):
        status, text, err = command("export", run, *arguments)
        assert (status, text, err.count("\n")) == (1, "", 1)
        assert said in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["abc"], "has evaluations 1 to 8. Give the number of one, not 'abc'."),
        (["0"], "has evaluations 1 to 8."),
        (["9" * 400], "has evaluations 1 to 8."),
        ([], "has evaluations 1 to 8. Give the number of one, or --best acc."),
        (["1", "--format", "xml"], "There is no export format 'xml'. Choose from json, yaml, "),
        (["1", "--with-preprocessing"], "is for model files: add --format bundle or onnx."),
        (["1", "--int8"], "--int8 is for model files: add --format bundle or onnx."),
        (["1", "--set", "speed=1"], "speed"),
    ],
)
def test_what_cannot_be_exported_is_one_sentence(command, run, arguments, said):
    status, out, err = command("export", run, *arguments)
    assert (status, out) == (1, "")
    assert said in err
    assert err.count("\n") == 1


def test_a_text_is_written_into_a_folder_once(command, run, tmp_path):
    _, printed, _ = command("export", run, "3", "--format", "PYTHON")
    _, out, _ = command("export", run, "3", "--format", "Python", "--out", str(tmp_path / "new/x"))
    assert out == f"{tmp_path / 'new/x/subnetwork-3.py'}\n"
    assert (tmp_path / "new/x/subnetwork-3.py").read_text() == printed
    status, _, err = command(
        "export", run, "3", "--format", "python", "--out", str(tmp_path / "new/x")
    )
    assert status == 1
    assert "exists already. Nothing is overwritten" in err


def test_a_bundle_is_written_and_its_problems_are_told(command, run, tmp_path, monkeypatch):
    monkeypatch.setattr(process, "_write", test_process.complete)
    folder = tmp_path / "bundle"
    status, out, err = command("export", run, "3", "--format", "bundle", "--out", str(folder))
    assert (status, out) == (0, f"{folder / 'model.onnx'}\n")
    assert err.splitlines()[-1] == "a problem."
