import os
from pathlib import Path

import pytest

from engine.errors import ConfigError
from engine.results_formats import RESULTS_FORMATS
from engine.runs.results_rows import FullRows, PublishedRows
from engine.runs.results_writer import ResultsWriter, check_path
from tests.engine.records import evaluation

ROWS = {
    "neural_compressor": PublishedRows(RESULTS_FORMATS["neural_compressor"].metric_headings, {}),
    "dynast": PublishedRows(RESULTS_FORMATS["dynast"].metric_headings, {}),
    "full": FullRows({"acc": [], "macs": []}, has_conditions=False),
}


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
    for write in (check_path, lambda path: ResultsWriter(path, ROWS["full"], [])):
        with pytest.raises(ConfigError, match="a device, a pipe or a socket, not a regular file"):
            write(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["results.csv"]


@pytest.mark.parametrize("name", ROWS)
def test_rows_are_appended_and_a_resumed_search_continues_its_file(tmp_path, name):
    path, again = tmp_path / "results.csv", tmp_path / "again.csv"
    evaluations = [evaluation(91.5, 5e6), evaluation(ok=False), evaluation(80.25, 4e6)]
    written = ResultsWriter(path, ROWS[name], [])
    for one in evaluations:
        written.write(one)
    whole = path.read_bytes()
    assert len(whole.splitlines()) == (4 if name == "full" else 3)
    path.write_bytes(whole[:-20])  # a row that was not written to its end
    ResultsWriter(path, ROWS[name], evaluations)
    ResultsWriter(again, ROWS[name], evaluations)
    assert path.read_bytes() == again.read_bytes() == whole
    assert {entry.name for entry in tmp_path.iterdir()} == {"results.csv", "again.csv"}


def test_a_file_of_another_search_or_format_is_kept_under_a_number(tmp_path):
    path, evaluations = tmp_path / "results.csv", [evaluation()]
    path.write_text("another's\n")
    ResultsWriter(path, ROWS["neural_compressor"], evaluations)
    five_columns = path.read_text()
    ResultsWriter(path, ROWS["dynast"], evaluations)
    assert (tmp_path / "results.1.csv").read_text() == "another's\n"
    assert (tmp_path / "results.2.csv").read_text() == five_columns
