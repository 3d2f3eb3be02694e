import threading

import pytest

from engine.errors import RunError
from engine.runs.lease import Lease


def test_one_holder_at_a_time(tmp_path):
    first, second = Lease(tmp_path), Lease(tmp_path)
    assert not second.is_held_elsewhere()
    first.acquire()
    assert second.is_held_elsewhere()
    with pytest.raises(RunError, match="another process"):
        second.acquire()
    first.release()
    second.acquire()
    second.release()


def test_a_look_by_others_does_not_keep_a_run_from_starting(tmp_path):
    looking = Lease(tmp_path)
    looking.acquire()
    timer = threading.Timer(0.1, looking.release)
    timer.start()
    lease = Lease(tmp_path)
    lease.acquire()
    lease.release()
    timer.join()
