import threading
from concurrent.futures import Future

import pytest

from engine.config import NASConfig
from engine.errors import CancelledError, EvaluationError
from engine.log.cache import EvaluationCache
from engine.meters.registry import sources
from engine.runs.side_measurements import SideMeasurements
from engine.supernets.base import EvaluationSettings
from engine.supernets.registry import DEFAULT, load
from tests.engine.runs.fakes import InstantEvaluator


class NeverReady:
    """An evaluator whose measurement ends only when it is given up."""

    def __init__(self, supernet, workers):
        self.started, self.abandoned = threading.Event(), threading.Event()
        self.outcome = Future()

    def submit(self, config, metrics, settings):
        self.outcome.set_running_or_notify_cancel()
        self.started.set()
        return self.outcome

    def abandon(self, future):
        self.abandoned.set()
        self.outcome.set_exception(EvaluationError("The worker process ended."))


def test_a_random_sub_network_is_tried_in_every_metric(tmp_path):
    side_measurements = SideMeasurements(EvaluationCache(tmp_path), InstantEvaluator)
    tried = side_measurements.try_out(DEFAULT, EvaluationSettings())
    supernet = load(DEFAULT)
    assert tried.metrics.keys() == sources(supernet, EvaluationSettings()).keys()
    macs, params = supernet.macs_params(supernet.space.encode(tried.config))[0]
    assert (tried.metrics["macs"], tried.metrics["params"]) == (macs, params)
    assert tried.sources["acc"] == "measured"
    assert tried.sources["macs"] == "exact"


def test_a_measurement_waits_as_long_as_it_takes_and_ends_when_cancelled(tmp_path):
    made = []
    side_measurements = SideMeasurements(
        EvaluationCache(tmp_path), lambda *a: made.append(NeverReady(*a)) or made[-1]
    )
    cancelled, errors = threading.Event(), []

    def estimate():
        try:
            side_measurements.timed(NASConfig(), cancelled)
        except CancelledError as error:
            errors.append(error)

    thread = threading.Thread(target=estimate)
    thread.start()
    while not made:
        threading.Event().wait(0.01)
    assert made[0].started.wait(30)
    waiting = threading.Event()
    waiting.set()
    with pytest.raises(CancelledError):  # one at a time: this one has not begun
        side_measurements.try_out(DEFAULT, EvaluationSettings(), waiting)
    assert not made[0].abandoned.is_set()
    cancelled.set()
    thread.join(30)
    assert len(errors) == 1
    assert made[0].abandoned.is_set()


def test_an_evaluation_that_is_timed_takes_no_longer_than_the_search_lets_it(tmp_path):
    made = []
    side_measurements = SideMeasurements(
        EvaluationCache(tmp_path), lambda *a: made.append(NeverReady(*a)) or made[-1]
    )
    config = NASConfig(dynas={"evaluation_timeout": 0.1})
    with pytest.raises(EvaluationError, match=r"took longer than 0\.1 s"):
        side_measurements.timed(config)
    assert made[0].abandoned.is_set()
