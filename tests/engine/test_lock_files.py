import threading

from filelock import FileLock

from engine.lock_files import LOOKING_SECONDS, is_held_elsewhere


def lock(path):
    return FileLock(path / "owner.lock", thread_local=False)


def test_nobody_holds_a_lock_that_was_never_taken_and_no_file_is_made(tmp_path):
    assert not is_held_elsewhere(lock(tmp_path))
    assert not list(tmp_path.iterdir())


def test_it_is_held_by_another_until_that_lets_go(tmp_path):
    owner, other = lock(tmp_path), lock(tmp_path)
    owner.acquire()
    assert is_held_elsewhere(other)
    assert not is_held_elsewhere(owner)
    assert owner.is_locked
    owner.release()
    assert not is_held_elsewhere(other)


def test_a_look_does_not_keep_an_owner_out(tmp_path):
    looking, owner = lock(tmp_path), lock(tmp_path)
    looking.acquire()
    timer = threading.Timer(0.1, looking.release)
    timer.start()
    owner.acquire(timeout=LOOKING_SECONDS)
    owner.release()
    timer.join()


def test_a_file_that_cannot_be_locked_counts_as_free(tmp_path, monkeypatch):
    def refuse(timeout):
        raise PermissionError("read-only")

    (tmp_path / "owner.lock").touch()
    looking = lock(tmp_path)
    monkeypatch.setattr(looking, "acquire", refuse)
    assert not is_held_elsewhere(looking)
