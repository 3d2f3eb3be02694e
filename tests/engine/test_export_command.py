"""Sub-networks leave a run on the command line, or a sentence says why not."""

import csv
import io
import json

import pytest

from engine.export.bundle import process
from tests.engine.export.bundle import test_process


def test_what_is_exported_is_what_was_measured(command, finished_run):
    _, out, _ = command("csv", finished_run)
    row = list(csv.DictReader(io.StringIO(out)))[2]
    _, text, _ = command("export", finished_run, "3")
    assert json.loads(text)["metrics"]["macs"]["value"] == float(row["macs"])
    _, text, _ = command("export", finished_run, "3", "--format", "python")
    assert text.startswith("from dynas_studio import load_supernet")


def test_the_best_within_limits_is_exported(command, finished_run):
    _, out, _ = command("csv", finished_run)
    rows = [row for row in csv.DictReader(io.StringIO(out)) if row["status"] == "ok"]
    limit = sorted(float(row["macs"]) for row in rows)[len(rows) // 2]
    fitting = [row for row in rows if float(row["macs"]) <= limit]
    best = max(fitting, key=lambda row: float(row["acc"]))
    where = f"MACs ≤ {limit!r} and params > 1k"
    status, text, err = command(
        "export", finished_run, "--best", "Top-1 accuracy", "--where", where
    )
    assert (status, err) == (0, f"sub-network {best['evaluation']}\n")
    assert json.loads(text)["metrics"]["macs"]["value"] == float(best["macs"])
    for arguments, said in (
        (("--best", "acc", "--where", "macs <= 1k"), "The nearest is #"),
        (("--best", "lat"), "no values of Latency"),
        (("--best", "acc", "--where", "macs <= 5 ms"), "'5 ms' is not a number for MACs"),
        (("3", "--best", "acc"), "not both"),
        (("--where", "macs <= 5M"), "add --best acc"),
    ):
        status, text, err = command("export", finished_run, *arguments)
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
def test_what_cannot_be_exported_is_one_sentence(command, finished_run, arguments, said):
    status, out, err = command("export", finished_run, *arguments)
    assert (status, out) == (1, "")
    assert said in err
    assert err.count("\n") == 1


def test_a_text_is_written_into_a_folder_once(command, finished_run, tmp_path):
    _, printed, _ = command("export", finished_run, "3", "--format", "PYTHON")
    _, out, _ = command(
        "export", finished_run, "3", "--format", "Python", "--out", str(tmp_path / "new/x")
    )
    assert out == f"{tmp_path / 'new/x/subnetwork-3.py'}\n"
    assert (tmp_path / "new/x/subnetwork-3.py").read_text() == printed
    status, _, err = command(
        "export", finished_run, "3", "--format", "python", "--out", str(tmp_path / "new/x")
    )
    assert status == 1
    assert "exists already. Nothing is overwritten" in err


def test_a_bundle_is_written_and_its_problems_are_told(
    command, finished_run, tmp_path, monkeypatch
):
    monkeypatch.setattr(process, "_write", test_process.complete)
    folder = tmp_path / "bundle"
    status, out, err = command(
        "export", finished_run, "3", "--format", "bundle", "--out", str(folder)
    )
    assert (status, out) == (0, f"{folder / 'model.onnx'}\n")
    assert err.splitlines()[-1] == "a problem."
