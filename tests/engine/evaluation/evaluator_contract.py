"""What every Evaluator does; a suite that each implementation inherits."""

import time
from abc import ABC, abstractmethod
from concurrent.futures import wait

import pytest

from engine.errors import EvaluationError
from engine.evaluation.measurement_future import MeasurementFuture

TIMEOUT = 200  # seconds: a process loads torch first


class EvaluatorContract(ABC):
    """`settings(behaviour)` makes measurements `fine`, `failing` or `hanging` from then on."""

    @abstractmethod
    def make(self, workers):
        """An evaluator of a supernet whose sub-networks have the metric `acc`."""

    @abstractmethod
    def settings(self, behaviour):
        """What to give to `submit`, so that measurements behave so."""

    @property
    @abstractmethod
    def configs(self):
        """Two sub-networks."""

    @pytest.fixture
    def evaluator(self):
        evaluator = self.make(1)
        yield evaluator
        evaluator.close()

    def until(self, condition):
        end = time.monotonic() + TIMEOUT
        while not condition():
            assert time.monotonic() < end, "the condition did not come true"
            time.sleep(0.01)

    def test_what_was_asked_for_is_measured_and_nothing_else(self, evaluator):
        future = evaluator.submit(self.configs[0], ["acc"], self.settings("fine"))
        measurement = future.result(TIMEOUT)
        assert measurement.values.keys() == {"acc"}
        assert type(measurement.values["acc"]) is float
        if isinstance(future, MeasurementFuture):
            assert future.worker in ("", measurement.worker)
            assert future.lost_workers == ()

    def test_a_failure_is_that_of_one_measurement(self, evaluator):
        failing_future = evaluator.submit(self.configs[0], ["acc"], self.settings("failing"))
        with pytest.raises(EvaluationError):
            failing_future.result(TIMEOUT)
        next_future = evaluator.submit(self.configs[1], ["acc"], self.settings("fine"))
        assert next_future.result(TIMEOUT).values["acc"] > 0

    def test_one_that_hangs_is_given_up_at_once_and_its_worker_goes_on(self, evaluator):
        hanging_future = evaluator.submit(self.configs[0], ["acc"], self.settings("hanging"))
        self.until(hanging_future.running)
        start = time.monotonic()
        evaluator.abandon(hanging_future)
        assert time.monotonic() - start < 5
        with pytest.raises(EvaluationError):
            hanging_future.result(TIMEOUT)
        next_future = evaluator.submit(self.configs[1], ["acc"], self.settings("fine"))
        assert next_future.result(TIMEOUT).values["acc"] > 0

    def test_no_more_begin_than_there_are_workers_and_one_that_waits_can_be_given_up(
        self, evaluator
    ):
        running_future = evaluator.submit(self.configs[0], ["acc"], self.settings("hanging"))
        queued_future = evaluator.submit(self.configs[1], ["acc"], self.settings("hanging"))
        self.until(running_future.running)
        assert not queued_future.running()
        evaluator.abandon(queued_future)
        assert queued_future.cancelled()
        assert running_future.running()
        evaluator.abandon(running_future)

    def test_giving_up_what_has_ended_changes_nothing(self, evaluator):
        future = evaluator.submit(self.configs[0], ["acc"], self.settings("fine"))
        measurement = future.result(TIMEOUT)
        evaluator.abandon(future)
        assert future.result() == measurement
        next_future = evaluator.submit(self.configs[0], ["acc"], self.settings("fine"))
        assert next_future.result(TIMEOUT).values == measurement.values

    def test_closed_it_ends_what_is_under_way_and_takes_nothing_more(self):
        evaluator = self.make(1)
        hanging_future = evaluator.submit(self.configs[0], ["acc"], self.settings("hanging"))
        self.until(hanging_future.running)
        start = time.monotonic()
        evaluator.close()
        assert time.monotonic() - start < 5
        wait([hanging_future], TIMEOUT)
        assert isinstance(hanging_future.exception(), EvaluationError)
        with pytest.raises(EvaluationError, match="have ended"):
            evaluator.submit(self.configs[0], ["acc"], self.settings("fine"))
