import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.background import BackgroundJobs
from engine.errors import CancelledError


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


def test_a_job_says_how_far_it_is_and_can_be_cancelled(jobs):
    reported, resume = threading.Event(), threading.Event()

    def work(job):
        job.report("counting", 1, 2)
        reported.set()
        resume.wait(10)
        job.report("counting", 2, 2)

    job = jobs.submit_with_progress("key", work)
    assert reported.wait(10)
    assert (job.progress.task, job.progress.completed, job.progress.total) == ("counting", 1, 2)
    job.cancel()
    resume.set()
    assert isinstance(job.exception(timeout=10), CancelledError)


def test_a_job_that_has_ended_can_be_forgotten(jobs):
    assert jobs.submit("key", lambda: 1).result(timeout=10) == 1
    jobs.discard("key")
    assert jobs.submit("key", lambda: 2).result(timeout=10) == 2


def test_one_job_does_not_wait_for_another(jobs):
    gate = threading.Event()
    first = jobs.submit("first", lambda: gate.wait(30))
    assert jobs.submit("second", lambda: 2).result(timeout=10) == 2
    assert not first.done()
    gate.set()


def test_reading_a_job_does_not_block(jobs):
    gate = threading.Event()
    job = jobs.submit("key", lambda: gate.wait(10))
    assert not jobs.get("key").done()
    gate.set()
    assert job.result(timeout=10)


def test_a_job_that_has_not_begun_is_cancelled_at_once():
    jobs, gate = BackgroundJobs(ThreadPoolExecutor(1)), threading.Event()
    first = jobs.submit("first", lambda: gate.wait(30))
    second = jobs.submit("second", lambda: 2)
    second.cancel()
    assert second.done()
    assert isinstance(second.exception(timeout=0), CancelledError)
    gate.set()
    assert first.result(timeout=10)
    assert jobs.submit("second", lambda: 3).result(timeout=10) == 3
    jobs.close(wait=True)
