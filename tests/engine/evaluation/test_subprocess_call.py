import os
import threading
import time
from multiprocessing.util import Finalize

import pytest
import torch

from engine.errors import CancelledError, ConfigError, DataError, DynasError, EvaluationError
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


def answer(value, progress):
    return value


def lambda_of(progress):
    return lambda: 1


class Refused:
    """Raises the error that it has when another process unpickles it."""

    def __init__(self, error):
        self.error = error

    def __reduce__(self):
        return raise_error, (self.error,)


def raise_error(error):
    raise error


class TwoPartError(DataError):
    """An error that cannot be made again from its message."""

    def __init__(self, what, where):
        super().__init__(f"{what} in {where}")


def promise(path, progress):
    """Something is to be removed when the process exits, as the semaphore of a lock."""
    Finalize(None, path.touch, exitpriority=0)


def promise_and_refuse(path, progress):
    promise(path, progress)
    refuse(progress)


def refuse_in_two_parts(progress):
    raise TwoPartError("no weights", "here")


def run(work, *arguments, progress=lambda *state: None, cancelled=None):
    event = cancelled or threading.Event()
    return call_in_subprocess(work, *arguments, progress=progress, cancelled=event)


def test_the_result_and_how_far_it_is_come_from_another_process():
    states = []
    result, process = run(add, 2, 3, progress=lambda *state: states.append(state))
    assert result == 5
    assert process != os.getpid()
    assert states == [("adding", 1, 2)]


def test_a_process_that_has_answered_tidies_up_before_it_ends(tmp_path):
    run(promise, tmp_path / "tidied")
    assert (tmp_path / "tidied").exists()
    with pytest.raises(DataError):
        run(promise_and_refuse, tmp_path / "after an error")
    assert (tmp_path / "after an error").exists()


def test_what_is_wrong_comes_over_as_it_was_said():
    with pytest.raises(DataError, match="nothing is there"):
        run(refuse)
    with pytest.raises(EvaluationError, match="ZeroDivisionError: by zero"):
        run(stumble)


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (ConfigError("There is no metric 'layers'."), ConfigError, "no metric 'layers'"),
        (KeyError("layers"), EvaluationError, "KeyError: 'layers'"),
    ],
)
def test_what_is_wrong_with_an_argument_comes_over_as_it_was_said(error, kind, said):
    with pytest.raises(kind, match=said):
        run(answer, Refused(error))


def test_a_result_that_cannot_come_over_is_an_error_that_says_so():
    with pytest.raises(EvaluationError, match="pickle"):
        run(lambda_of)
    with pytest.raises(DynasError, match="no weights in here"):
        run(refuse_in_two_parts)


def test_a_tensor_comes_over_by_value():
    assert run(answer, torch.tensor([1.0, 2.0])).tolist() == [1.0, 2.0]


def test_a_process_that_ends_before_its_time_is_an_error():
    with pytest.raises(
        EvaluationError, match="ended with exit status 3: it crashed, was killed, or out of memory"
    ):
        run(vanish)


def test_cancelled_work_ends_at_once():
    cancelled = threading.Event()
    with pytest.raises(CancelledError):
        run(sleep, progress=lambda *state: cancelled.set(), cancelled=cancelled)
