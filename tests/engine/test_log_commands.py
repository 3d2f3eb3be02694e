import csv
import io
import json

import pytest
from typer.testing import CliRunner

from engine.__main__ import app
from engine.errors import DynasError, RunError
from engine.runs.service import RunService
from tests.engine.log.tampering import put
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_service import config, finished


@pytest.fixture
def runs(tmp_path):
    """The ids of a whole run and of one that lacks evaluation 3."""
    service = RunService(tmp_path, InstantEvaluator)
    ids = [finished(service, config(5)).id for _ in range(2)]
    service.close()
    put("evaluation-3", "{}")(tmp_path / "runs" / ids[1] / "log")
    return ids


@pytest.fixture
def command(tmp_path, monkeypatch):
    monkeypatch.setenv("DYNAS_DATA_DIR", str(tmp_path))
    return lambda *words: CliRunner().invoke(app, words)


def test_the_list_marks_a_damaged_run_and_ends_well(command, runs):
    result = command("runs")
    assert result.exit_code == 0
    _, intact, damaged = result.stdout.splitlines()
    assert intact.split()[:2] == [runs[0], "finished"]
    assert damaged.split()[:2] == [runs[1], "damaged"]
    assert "'evaluation 3' does not fit its checksum" in damaged


def test_check_tells_of_all_runs_or_of_one(command, runs):
    result = command("log", "check")
    assert sorted(line.split()[:2] for line in result.stdout.splitlines()) == sorted(
        [[runs[0], "ok"], [runs[1], "damaged"]]
    )
    assert isinstance(result.exception, DynasError)
    assert "1 of 2 logs cannot be read" in str(result.exception)
    assert command("log", "check", runs[0]).stdout == f"{runs[0]}  ok\n"
    assert isinstance(command("log", "check", "nothing").exception, RunError)


def test_export_prints_what_can_be_read_under_its_numbers(command, runs):
    read = json.loads(command("log", "export", runs[1]).stdout)
    assert [e["number"] for e in read["evaluations"]] == [1, 2, 4, 5]
    assert read["lost"] == ["evaluation 3"]
    table = command("log", "export", runs[1], "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [row["evaluation"] for row in rows] == ["1", "2", "4", "5"]
    assert all(float(row["acc"]) > 0 for row in rows)


def test_repair_makes_the_run_readable(command, runs):
    result = command("log", "repair", runs[1])
    assert result.stdout.startswith("4 evaluations and ")
    assert "lost: evaluation 3." in result.stdout
    assert command("log", "check").exit_code == 0
