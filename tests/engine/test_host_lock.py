"""Locks of the machine: for every user, for readers and writers, on every system."""

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import DataError
from engine.host_lock import DatabaseLock, FileLock, HostLock, host_lock, lock_folder

NOBODY = 65534


@pytest.mark.parametrize("kind", [FileLock, DatabaseLock])
def test_many_read_or_one_writes(kind: Callable[[Path], HostLock], tmp_path: Path) -> None:
    path = tmp_path / "machine.lock"
    reader, other_reader, writer = kind(path), kind(path), kind(path)
    reader.acquire(shared=True)
    other_reader.acquire(shared=True, timeout=0)
    with pytest.raises(TimeoutError):
        writer.acquire(shared=False, timeout=0)
    reader.release()
    other_reader.release()
    writer.acquire(shared=False, timeout=0)
    with pytest.raises(TimeoutError):
        reader.acquire(shared=True, timeout=0.1)
    writer.release()


def test_who_holds_a_file_that_was_removed_holds_nothing_for_long(tmp_path: Path) -> None:
    path = tmp_path / "machine.lock"
    first, second, third = FileLock(path), FileLock(path), FileLock(path)
    first.acquire(shared=False)
    path.unlink()
    second.acquire(shared=False, timeout=0)
    with pytest.raises(TimeoutError):
        third.acquire(shared=True, timeout=0)
    first.release()
    second.release()


def test_the_file_can_be_locked_by_every_user(tmp_path: Path) -> None:
    old_mask = os.umask(0o077)
    try:
        FileLock(tmp_path / "machine.lock").acquire(shared=True)
    finally:
        os.umask(old_mask)
    assert [path.name for path in tmp_path.iterdir()] == ["machine.lock"]
    assert stat.S_IMODE((tmp_path / "machine.lock").stat().st_mode) == 0o644


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs two users")
def test_another_user_waits_for_the_first_one() -> None:
    name = f"dynas-test-{os.getpid()}.lock"
    path = Path("/tmp") / name
    lock = FileLock(path)
    lock.acquire(shared=False)
    try:
        assert _status_as_another_user(path) == "waits"
        lock.release()
        assert _status_as_another_user(path) == "holds"
    finally:
        path.unlink()


def _status_as_another_user(path: Path) -> str:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.setuid(NOBODY)
        try:
            FileLock(path).acquire(shared=False, timeout=0)
            os.write(writing, b"holds")
        except TimeoutError:
            os.write(writing, b"waits")
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        return pipe.read()


@pytest.mark.skipif(sys.platform == "win32", reason="has no /tmp")
def test_the_folder_is_the_same_for_all_jobs_unless_it_is_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.delenv("DYNAS_LOCK_DIR")
    assert lock_folder() == Path("/tmp")
    monkeypatch.setenv("DYNAS_LOCK_DIR", str(tmp_path / "missing"))
    with pytest.raises(DataError, match=r"missing/a\.lock, cannot be opened .*Set DYNAS_LOCK_DIR"):
        host_lock("a.lock").acquire(shared=True)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DataError, match="cannot be opened"):
        FileLock(tmp_path / "a.lock").acquire(shared=True)
    assert not (tmp_path / "elsewhere").exists()
