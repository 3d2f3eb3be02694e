import os
import threading
import time

import pytest

from engine.errors import CancelledError, DataError, EvaluationError
from engine.evaluation.subprocess_call import call_in_subprocess


def add(a, b, progress):
    progress("adding", 1, 2)
    return a + b, os.getpid()


def refuse(progress):
    raise DataError("nothing is there")


def stumble(progress):
    raise ZeroDivisionError("by zero")


def vanish(progress):
    os._exit(3)


def sleep(progress):
    progress("sleeping", 0, None)
    time.sleep(600)


def run(work, *arguments, progress=lambda *state: None, cancelled=None):
    event = cancelled or threading.Event()
    return call_in_subprocess(work, *arguments, progress=progress, cancelled=event)


def test_the_result_and_how_far_it_is_come_from_another_process():
    states = []
    result, process = run(add, 2, 3, progress=lambda *state: states.append(state))
    assert result == 5
    assert process != os.getpid()
    assert states == [("adding", 1, 2)]


def test_what_is_wrong_comes_over_as_it_was_said():
    with pytest.raises(DataError, match="nothing is there"):
        run(refuse)
    with pytest.raises(EvaluationError, match="ZeroDivisionError: by zero"):
        run(stumble)


def test_a_process_that_ends_before_its_time_is_an_error():
    with pytest.raises(
        EvaluationError, match="ended with exit status 3: it crashed, was killed, or out of memory"
    ):
        run(vanish)


def test_cancelled_work_ends_at_once():
    cancelled = threading.Event()
    with pytest.raises(CancelledError):
        run(sleep, progress=lambda *state: cancelled.set(), cancelled=cancelled)
