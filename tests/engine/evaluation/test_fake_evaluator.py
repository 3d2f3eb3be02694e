"""The evaluator that other tests use in place of worker processes keeps to the contract."""

import threading

from engine.supernets.base import EvaluationSettings
from engine.supernets.registry import DEFAULT, load
from tests.engine.evaluation.evaluator_contract import EvaluatorContract
from tests.engine.runs.fakes import InstantEvaluator


class TestInstantEvaluator(EvaluatorContract):
    def make(self, workers):
        self.gate = threading.Event()
        self.evaluator_under_test = InstantEvaluator(DEFAULT, workers, gate=self.gate)
        return self.evaluator_under_test

    def settings(self, behaviour):
        self.evaluator_under_test.fail_every = 1 if behaviour == "failing" else 0
        if behaviour == "hanging":
            self.gate.clear()
        else:
            self.gate.set()
        return EvaluationSettings()

    @property
    def configs(self):
        space = load(DEFAULT).space
        return [space.to_config(space.smallest), space.to_config(space.largest)]
