"""What every Evaluator does; a suite that each implementation inherits."""

import time
from abc import ABC, abstractmethod
from concurrent.futures import wait

import pytest

from engine.errors import EvaluationError

PATIENCE = 200  # seconds: a process loads torch first


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
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, "the condition did not come true"
            time.sleep(0.01)

    def test_what_was_asked_for_is_measured_and_nothing_else(self, evaluator):
        measured = evaluator.submit(self.configs[0], ["acc"], self.settings("fine"))
        values = measured.result(PATIENCE).values
        assert values.keys() == {"acc"}
        assert type(values["acc"]) is float

    def test_a_failure_is_that_of_one_measurement(self, evaluator):
        failed = evaluator.submit(self.configs[0], ["acc"], self.settings("failing"))
        with pytest.raises(EvaluationError):
            failed.result(PATIENCE)
        fine = evaluator.submit(self.configs[1], ["acc"], self.settings("fine"))
        assert fine.result(PATIENCE).values["acc"] > 0

    def test_one_that_hangs_is_given_up_at_once_and_its_worker_goes_on(self, evaluator):
        hangs = evaluator.submit(self.configs[0], ["acc"], self.settings("hanging"))
        self.until(hangs.running)
        begun = time.monotonic()
        evaluator.abandon(hangs)
        assert time.monotonic() - begun < 5
        with pytest.raises(EvaluationError):
            hangs.result(PATIENCE)
        fine = evaluator.submit(self.configs[1], ["acc"], self.settings("fine"))
        assert fine.result(PATIENCE).values["acc"] > 0

    def test_no_more_begin_than_there_are_workers_and_one_that_waits_can_be_given_up(
        self, evaluator
    ):
        hangs = evaluator.submit(self.configs[0], ["acc"], self.settings("hanging"))
        waits = evaluator.submit(self.configs[1], ["acc"], self.settings("hanging"))
        self.until(hangs.running)
        assert not waits.running()
        evaluator.abandon(waits)
        assert waits.cancelled()
        assert hangs.running()
        evaluator.abandon(hangs)

    def test_giving_up_what_has_ended_changes_nothing(self, evaluator):
        measured = evaluator.submit(self.configs[0], ["acc"], self.settings("fine"))
        value = measured.result(PATIENCE)
        evaluator.abandon(measured)
        assert measured.result() == value
        again = evaluator.submit(self.configs[0], ["acc"], self.settings("fine"))
        assert again.result(PATIENCE).values == value.values

    def test_closed_it_ends_what_is_under_way_and_takes_nothing_more(self):
        evaluator = self.make(1)
        hangs = evaluator.submit(self.configs[0], ["acc"], self.settings("hanging"))
        self.until(hangs.running)
        begun = time.monotonic()
        evaluator.close()
        assert time.monotonic() - begun < 5
        wait([hangs], PATIENCE)
        assert isinstance(hangs.exception(), EvaluationError)
        with pytest.raises(EvaluationError, match="have ended"):
            evaluator.submit(self.configs[0], ["acc"], self.settings("fine"))
