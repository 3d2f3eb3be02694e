import errno
import threading
import zipfile

import pytest

from app.downloads.archive import write_archive
from engine.errors import CancelledError, DataError, EvaluationError
from tests.app.downloads.conftest import FILES, STEPS


@pytest.fixture
def write(tmp_path):
    """Write an archive, without an interest in its progress."""

    def write(requests, progress=lambda *state: None, cancelled=None):
        event = cancelled or threading.Event()
        return write_archive(requests, "a run.zip", tmp_path / "archives", progress, event)

    return write


def left_over(tmp_path):
    return list((tmp_path / "archives").iterdir())


def test_each_sub_network_has_a_folder(bundles, requests, write, tmp_path):
    archive = write(requests)
    names = [f"subnetwork-{number}/{file}" for number in (1, 2, 3) for file in FILES]
    with zipfile.ZipFile(archive.path) as opened:
        assert opened.testzip() is None
        assert opened.namelist() == names
        assert opened.read("subnetwork-2/model.onnx") == b"model.onnx of 2"
        assert {entry.external_attr >> 16 for entry in opened.infolist()} == {0o644}
    assert archive.size == archive.path.stat().st_size
    assert left_over(tmp_path) == [archive.path]


def test_problems_name_their_sub_network_if_there_are_several(bundles, requests, write):
    assert write(requests[:1]).problems == ("model.pt2 is not written.",)
    archive = write(requests[:2])
    assert archive.problems == ("#1: model.pt2 is not written.", "#2: model.pt2 is not written.")
    assert archive.remarks == ("#1: Accuracy differs.", "#2: Accuracy differs.")


def test_a_sub_network_that_fails_leaves_the_others(bundles, requests, write):
    bundles.failing = {2}
    archive = write(requests)
    assert archive.folders == ("subnetwork-1", "subnetwork-3")
    assert "#2: No file could be written." in archive.problems


def test_if_all_fail_the_reason_is_given_and_nothing_is_left(bundles, requests, write, tmp_path):
    bundles.failing = {1, 2, 3}
    with pytest.raises(EvaluationError, match=r"^No file could be written\.$"):
        write(requests)
    assert left_over(tmp_path) == []


def test_progress_goes_once_from_the_start_to_the_end(bundles, requests, write):
    states = []
    write(requests, lambda *state: states.append(state))
    assert [(done, total) for _, done, total in states] == [
        (0, 12), (4, 12), (4, 12), (8, 12), (8, 12), (12, 12),
    ]  # fmt: skip
    assert states[2][0] == "#2: Reading"
    assert STEPS * len(requests) == 12


def test_a_cancelled_archive_leaves_nothing(bundles, requests, write, tmp_path):
    cancelled = threading.Event()

    def cancel_in_the_second(task, done, total):
        if task == "#2: Writing":
            cancelled.set()

    with pytest.raises(CancelledError):
        write(requests, cancel_in_the_second, cancelled)
    assert bundles.made == [1, 2]
    assert left_over(tmp_path) == []


def test_a_full_disk_is_named_and_leaves_nothing(bundles, requests, write, tmp_path, monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", full)
    with pytest.raises(DataError, match="disk is full: the archive"):
        write(requests)
    assert left_over(tmp_path) == []
