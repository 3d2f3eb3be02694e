import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.downloads import archive_store
from app.downloads.archive_store import ArchiveKey, ArchiveStore, BundleOptions
from engine.errors import CancelledError, EvaluationError

ONE, TWO = ArchiveKey("run", (1,)), ArchiveKey("run", (2,))


@pytest.fixture
def store(tmp_path):
    store = ArchiveStore(tmp_path / "downloads")
    yield store
    store.close()


def files(store):
    return sorted(path for path in store.parent.rglob("*.zip"))


def test_what_is_there_is_given_at_once(bundles, requests, store):
    archive = store.make(ONE, "a.zip", requests[:1]).result(timeout=30)
    assert store.archive(ONE) is archive
    assert store.find(archive.token) is archive
    assert store.make(ONE, "a.zip", requests[:1]).result(timeout=0) is archive
    assert bundles.made == [1]


def test_other_options_make_another_archive(bundles, requests, store):
    other = ArchiveKey("run", (1,), BundleOptions(("onnx",), with_preprocessing=True))
    for key in (ONE, other):
        store.make(key, "a.zip", requests[:1]).result(timeout=30)
    assert len(files(store)) == 2


def test_what_failed_can_be_tried_again(bundles, requests, store):
    bundles.failing = {1}
    assert isinstance(store.make(ONE, "a.zip", requests[:1]).exception(30), EvaluationError)
    assert store.archive(ONE) is None
    bundles.failing = set()
    assert store.make(ONE, "a.zip", requests[:1]).result(timeout=30).size


def test_what_is_being_made_is_known_with_its_options(bundles, requests, store):
    bundles.gate = threading.Event()
    key = ArchiveKey("run", (1,), BundleOptions(("pt2",)))
    job = store.make(key, "a.zip", requests[:1])
    assert store.unfinished("run", (1,)) == key
    assert store.unfinished("run", (2,)) is None
    bundles.gate.set()
    job.result(timeout=30)
    assert store.unfinished("run", (1,)) is None


def test_a_bundle_waits_for_the_one_before_and_can_be_cancelled_meanwhile(bundles, requests, store):
    bundles.gate = threading.Event()
    first, second = store.make(ONE, "a.zip", requests[:1]), store.make(TWO, "b.zip", requests[1:2])
    assert bundles.has_begun.wait(30)
    second.cancel()
    assert isinstance(second.exception(timeout=0), CancelledError)
    assert store.unfinished("run", (2,)) is None
    bundles.gate.set()
    first.result(timeout=30)
    assert bundles.made == [1]


def test_the_oldest_are_removed_when_there_are_too_many(bundles, requests, store, monkeypatch):
    monkeypatch.setattr(archive_store, "_MAX_ARCHIVES", 2)
    keys = [ArchiveKey("run", (number,)) for number in (1, 2, 3)]
    for key, request in zip(keys, requests, strict=True):
        store.make(key, "a.zip", [request]).result(timeout=30)
    assert [store.archive(key) is not None for key in keys] == [False, True, True]
    assert len(files(store)) == 2
    assert store.make(keys[0], "a.zip", requests[:1]).result(timeout=30)
    assert bundles.made == [1, 2, 3, 1]


def test_the_newest_is_kept_even_if_it_is_too_large(bundles, requests, store, monkeypatch):
    monkeypatch.setattr(archive_store, "_MAX_BYTES", 1)
    store.make(ONE, "a.zip", requests[:1]).result(timeout=30)
    store.make(TWO, "b.zip", requests[1:2]).result(timeout=30)
    assert store.archive(ONE) is None
    assert store.archive(TWO) is not None


def test_an_archive_that_somebody_deleted_is_made_again(bundles, requests, store):
    store.make(ONE, "a.zip", requests[:1]).result(timeout=30).path.unlink()
    assert store.archive(ONE) is None
    assert store.make(ONE, "a.zip", requests[:1]).result(timeout=30).path.is_file()


def test_closing_cancels_and_removes_everything(bundles, requests, store):
    store.make(ONE, "a.zip", requests[:1]).result(timeout=30)
    bundles.gate, bundles.has_begun = threading.Event(), threading.Event()
    job = store.make(TWO, "b.zip", requests[1:2])
    assert bundles.has_begun.wait(30)
    store.close()
    assert isinstance(job.exception(timeout=0), CancelledError)
    assert [path for path in store.parent.iterdir() if path.is_dir()] == []


_HOLD_A_FOLDER = """
import sys
from pathlib import Path
from app.downloads.archive_store import ArchiveStore
store = ArchiveStore(Path(sys.argv[1]))
print(store._own_folder(), flush=True)
sys.stdin.read()
"""


def test_what_a_killed_server_left_is_removed_but_not_what_another_uses(bundles, requests, store):
    command = [sys.executable, "-c", _HOLD_A_FOLDER, str(store.parent)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as other:
        folder = Path(other.stdout.readline().strip())
        (folder / "left.zip").write_text("left")
        store.make(ONE, "a.zip", requests[:1]).result(timeout=30)
        assert (folder / "left.zip").exists()
        other.kill()
    third = ArchiveStore(store.parent)
    third.make(ONE, "a.zip", requests[:1]).result(timeout=30)
    assert not folder.exists()
    assert len(files(store)) == 2
    third.close()
