import csv
import os
from pathlib import Path

import pytest

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.runs.published_csv import COLUMNS, PublishedCsv, check_path
from engine.runs.service import RunService
from tests.command import in_process
from tests.engine.conftest import install as install
from tests.engine.records import evaluation
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_service import finished


def header(path):
    return path.read_text().splitlines()[0].split(",")


def test_a_path_in_folders_to_come_is_fine_and_nothing_is_made(tmp_path):
    check_path(tmp_path / "new/folder/results.csv")
    (tmp_path / "older.csv").write_text("older\n")
    check_path(tmp_path / "older.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["older.csv"]


def test_a_folder_is_no_file_to_write(tmp_path):
    with pytest.raises(ConfigError, match=r"cannot be written: .* is a folder\. Choose another"):
        check_path(tmp_path)


def test_a_file_is_no_folder_to_write_in(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"cannot be written: .*file is no folder"):
        check_path(tmp_path / "file/results.csv")


def test_what_the_system_forbids_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(ConfigError, match=f"nothing may be written to {tmp_path}"):
        check_path(tmp_path / "results.csv")


@pytest.mark.parametrize("made", [os.mkfifo, lambda path: Path(path).symlink_to("/dev/null")])
def test_only_a_regular_file_is_written_and_what_is_there_stays(tmp_path, made):
    path = tmp_path / "results.csv"
    made(path)
    for write in (check_path, lambda path: PublishedCsv(path, [])):
        with pytest.raises(ConfigError, match="a device, a pipe or a socket, not a regular file"):
            write(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["results.csv"]


@pytest.mark.parametrize("metrics", [["acc", "macs", "params", "lat"], ["macs", "acc"]])
def test_what_others_read_too_stays_as_they_know_it(tmp_path, metrics):
    path = tmp_path / "results.csv"
    known = [evaluation(91.5, 5e6)]
    PublishedCsv(path, known, {"acc": "measured"}, metrics).write(evaluation(80.25, 4e6))
    plain = tmp_path / "plain.csv"
    PublishedCsv(plain, known).write(evaluation(80.25, 4e6))
    assert path.read_bytes() == plain.read_bytes()
    header, first, second = path.read_bytes().split(b"\r\n")[:3]
    assert header == b"Sub-network,Date,Latency (ms),MACs,Top-1 Acc (%)"
    assert first.endswith(b",,5000000,91.5")
    assert second.endswith(b",,4000000,80.25")


def test_each_further_metric_has_a_column_and_says_where_it_was_not_measured(tmp_path):
    path = tmp_path / "results.csv"
    sources = {"acc": "published predictor", "size": "exact", "peak_memory": "imported"}
    numbers = {"acc": 91.5, "macs": 5e6, "size": 2.0, "peak_memory": 7.5}
    written = PublishedCsv(path, [], sources, ["peak_memory", "acc", "macs", "params", "size"])
    written.write(evaluation(metrics=numbers, sources=sources))
    written.write(evaluation())  # of an earlier version, without memory and size
    with path.open(newline="") as file:
        first, second = csv.DictReader(file)
    further = ["peak_memory", "size", "Top-1 Acc Source", "peak_memory_source"]
    assert header(path) == [*COLUMNS, *further]
    assert [first[name] for name in further] == ["7.5", "2", "published predictor", "imported"]
    assert [second[name] for name in further] == ["", "", "measured", ""]


@pytest.fixture
def engine(tmp_path, install, monkeypatch, capsys):
    install({"tiny": "tests.engine.offered:Tiny"}, {"energy": "tests.engine.offered:ENERGY"})
    return in_process(tmp_path / "data", monkeypatch, capsys)


def test_a_run_with_a_quality_of_its_own_is_read_back_from_its_results(engine, tmp_path):
    table = tmp_path / "results.csv"
    search = {
        "supernet": "tiny",
        "metrics": ["surprise", "energy"],
        "constraints": ["peak_memory <= 1000"],
        "population": 4,
        "num_evals": 6,
        "workers": 1,
        "results_csv_path": str(table),
    }
    service = RunService(tmp_path / "data", InstantEvaluator)
    was = finished(service, NASConfig(approach="random", dynas=search)).evaluations
    service.close()
    assert header(table) == [*COLUMNS, "surprise", "energy", "peak_memory"]
    needed = [
        "--set", "dynas.metrics=[surprise, energy]",
        "--set", "dynas.constraints=[peak_memory <= 1000]",
    ]  # fmt: skip
    imported = engine("import", str(table), "--supernet", "tiny", *needed).split()[-1]
    service = RunService(tmp_path / "data")
    now = service.history(imported).evaluations
    service.close()
    assert len(was) == 6
    assert [e.config for e in now] == [e.config for e in was]
    for name in ("surprise", "energy", "peak_memory", "macs"):
        assert [e.metrics[name] for e in now] == [e.metrics[name] for e in was]
    assert now[0].sources["surprise"] == "imported"
    assert now[0].sources["energy"] == "exact"
