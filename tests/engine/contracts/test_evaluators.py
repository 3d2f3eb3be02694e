"""A sound evaluator breaks no rule; each rule finds what breaks it, in a sentence."""

from concurrent.futures import Future

import pytest

from engine.cluster.base import ClusterState, ClusterWorker
from engine.contracts.clusters import RULES as CLUSTER_RULES
from engine.contracts.clusters import CheckedCluster, check_cluster
from engine.contracts.evaluators import RULES, CheckedEvaluator
from engine.contracts.rules import apply
from engine.errors import EvaluationError
from engine.evaluation.measurement import Measurement
from tests.engine.conftest import install as install
from tests.offered_cluster import PretendCluster, PretendOptions

TIMEOUT = 0.2  # seconds: nothing here takes time
TITLES = [rule.title for rule in RULES]


class Sound:
    """Measures one sub-network at a time, in the thread that submits it."""

    waiting_reason = ""

    def __init__(self, workers):
        self.workers, self.is_closed = workers, False
        self.running, self.queued = [], []

    def submit(self, config, metrics, settings):
        if self.is_closed:
            raise EvaluationError("The workers have ended.")
        future = Future()
        if self.running:
            self.queued.append(future)
            return future
        future.set_running_or_notify_cancel()
        if config == "fine":
            self.finish(future, metrics)
        elif config == "failing":
            future.set_exception(EvaluationError("failed"))
        else:
            self.running.append(future)
        return future

    def finish(self, future, metrics):
        future.set_result(Measurement(dict.fromkeys(metrics, 1.0), 0.1, "here"))

    def abandon(self, future):
        if future in self.queued:
            future.cancel()
        elif future in self.running:
            self.running.remove(future)
            future.set_exception(EvaluationError("given up"))

    def close(self):
        self.is_closed = True
        for future in list(self.running):
            self.abandon(future)


class OfMoreThanAsked(Sound):
    def finish(self, future, metrics):
        super().finish(future, [*metrics, "macs"])


class OfWholeNumbers(Sound):
    def finish(self, future, metrics):
        future.set_result(Measurement(dict.fromkeys(metrics, 1), 0.1, "here"))


class RaisingOthers(Sound):
    def submit(self, config, metrics, settings):
        future = super().submit(config, metrics, settings)
        if config == "failing":
            future = Future()
            future.set_exception(KeyError("a traceback"))
        return future


class NeverRunning(Sound):
    def submit(self, config, metrics, settings):
        future = super().submit(config, metrics, settings)
        return Future() if future in self.running else future


class NotGivingUp(Sound):
    def abandon(self, future):
        pass


class Unlimited(Sound):
    def submit(self, config, metrics, settings):
        self.running = []
        return super().submit(config, metrics, settings)


class ForgettingWhatEnded(Sound):
    def abandon(self, future):
        super().abandon(future)
        self.workers = 0

    def submit(self, config, metrics, settings):
        return super().submit(config, metrics, settings) if self.workers else Future()


class OpenAfterClose(Sound):
    def close(self):
        super().close()
        self.is_closed = False


BROKEN = {
    OfMoreThanAsked: (0, "acc was asked for, and ['acc', 'macs'] measured"),
    OfWholeNumbers: (0, "have to be floats"),
    RaisingOthers: (1, "should fail with EvaluationError failed: KeyError"),
    NeverRunning: (2, "is not running(): time limits never apply"),
    NotGivingUp: (2, "A measurement that was abandoned does not end"),
    Unlimited: (3, "Two measurements are under way with one worker"),
    ForgettingWhatEnded: (4, "A measurement that should succeed does not end"),
    OpenAfterClose: (5, "submit has to raise EvaluationError"),
}


def findings(rule, evaluator):
    subject = CheckedEvaluator(evaluator, lambda behaviour, number: (behaviour, ["acc"], None),
                               TIMEOUT)  # fmt: skip
    return [finding.text for finding in apply(rule, subject).findings]


def test_a_sound_evaluator_breaks_no_rule():
    assert [findings(rule, Sound) for rule in RULES] == [[]] * len(RULES)
    assert len(set(TITLES)) == len(TITLES)


@pytest.mark.parametrize("evaluator", BROKEN)
def test_what_breaks_a_rule_is_found(evaluator):
    number, words = BROKEN[evaluator]
    found = findings(RULES[number], evaluator)
    assert any(words in text for text in found), found
    assert all(text.endswith(".") for text in found)


class Careless(PretendCluster):
    """Two workers of one address, an option without words, and evaluators that check nothing."""

    class Options(PretendOptions):
        speed: float = 1.0

    def state(self):
        return ClusterState((ClusterWorker("a", "first", "node", 1),) * 2)

    def evaluator(self, job, limit, priority):
        return OfProbes(2)


class OfProbes(Sound):
    """Its measurements go as their configs say; a process that ends is not noticed."""

    def submit(self, config, metrics, settings):
        return super().submit(config["behaviour"], metrics, settings)


def test_what_breaks_a_rule_for_clusters_is_found():
    subject = CheckedCluster(Careless("pretend://node", Careless.Options()), timeout=TIMEOUT)
    found = {rule.title: apply(rule, subject).findings for rule in CLUSTER_RULES}
    texts = [finding.text for findings in found.values() for finding in findings]
    assert texts == [
        "Several workers have the same address.",
        "The option 'speed' has no label or no help. Declare it with option().",
        "evaluator.workers is 2, and the limit 1.",
        "evaluator.workers is 2, and the limit 0.",
        "A measurement whose process has ended does not end.",
        "A measurement that should succeed does not end.",
        "It measures although the fingerprint of the job is another one. Call check_job.",
    ]


def test_of_a_cluster_that_does_not_answer_only_that_is_told(install):
    install(clusters={"pretend": "tests.offered_cluster:PretendCluster"})
    (finding,) = check_cluster("pretend://absent")
    assert "The pretended cluster does not answer." in str(finding)
