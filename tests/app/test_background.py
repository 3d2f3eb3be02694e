import threading

import pytest

from app.background import BackgroundJobs


@pytest.fixture
def jobs():
    jobs = BackgroundJobs()
    yield jobs
    jobs.close()


def test_a_job_runs_once_a_key(jobs):
    calls = []
    first = jobs.submit("key", lambda: calls.append(1) or 42)
    assert first.result(timeout=10) == 42
    assert jobs.submit("key", lambda: calls.append(2)) is first
    assert jobs.get("key") is first
    assert calls == [1]


def test_a_job_that_failed_can_be_tried_again(jobs):
    assert jobs.submit("key", lambda: 1 / 0).exception(timeout=10)
    assert jobs.submit("key", lambda: 7).result(timeout=10) == 7


def test_a_page_that_looks_does_not_wait(jobs):
    gate = threading.Event()
    job = jobs.submit("key", lambda: gate.wait(10))
    assert not jobs.get("key").done()
    gate.set()
    assert job.result(timeout=10)
