"""When a measurement has taken too long, by the word of whoever knows."""

import time

from engine.evaluation.measurement_future import MeasurementFuture
from engine.runs.running_evaluations import RunningEvaluation, RunningEvaluations
from tests.engine.runs.fakes import InstantEvaluator

SUPERNET = "ofa_mbv3_fashion_d234_e346_k357"


def timed_out(future):
    """Whether a measurement is given up that may take a thousandth of a second."""
    evaluator = InstantEvaluator(SUPERNET, 1)
    running = RunningEvaluations(evaluator, in_order=False)
    running.add(None, future)
    for _ in range(2):
        running._looked_at = 0.0  # a while ago
        running.time_out(0.001, lambda limit: "too long")
        time.sleep(0.002)
    return future in evaluator.abandoned_futures


def test_a_worker_that_is_gone_is_no_reason_to_fail():
    """It has said nothing since it began, and another one begins anew."""
    future = MeasurementFuture()
    future.reported_seconds = 0.0
    future.begin("a worker")
    assert not timed_out(future)
    future.reported_seconds = 0.5
    future.begin("another one")
    assert future.lost_workers == ("a worker",)
    assert not timed_out(future)


def test_a_worker_that_has_measured_for_too_long_is():
    future = MeasurementFuture()
    future.begin("a worker")
    future.reported_seconds = 0.5
    assert timed_out(future)


def test_a_process_of_this_machine_is_timed_from_here():
    future = MeasurementFuture()
    assert not timed_out(future)
    future.begin("process 7")
    assert timed_out(future)


def test_no_time_passes_before_it_begins():
    assert RunningEvaluation(None, MeasurementFuture()).seconds(time.monotonic()) == 0.0
