import os
from pathlib import Path

import pytest

from engine.errors import ConfigError
from engine.runs.published_csv import PublishedCsv, check_path


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
