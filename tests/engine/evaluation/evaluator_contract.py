"""What every Evaluator does: the rules of `engine.contracts`, which each implementation keeps."""

import time
from abc import ABC, abstractmethod

import pytest

from engine.contracts.evaluators import RULES, CheckedEvaluator
from engine.contracts.rules import apply

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

    def request(self, behaviour, number):
        return self.configs[number], ["acc"], self.settings(behaviour)

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

    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.title)
    def test_rule(self, rule):
        subject = CheckedEvaluator(self.make, self.request, TIMEOUT)
        assert [finding.text for finding in apply(rule, subject).findings] == []
