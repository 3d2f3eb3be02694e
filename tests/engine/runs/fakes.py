"""A search that takes no time: for tests of what surrounds planning and measuring."""

import threading
import time
from concurrent.futures import Future

from engine.errors import EvaluationError
from engine.evaluation.measuring import Measurement
from engine.search.dynas import Dynas
from engine.supernets import registry
from engine.supernets.conditions import conditions, timed_here


def plan_quickly(set_attribute=setattr):
    """Let DyNAS search what it predicts with little effort."""
    set_attribute(Dynas, "generations", 2)
    set_attribute(Dynas, "rounds", 1)


class InstantEvaluator:
    """Answers after `seconds` with a smooth accuracy; every `fail_every`-th evaluation fails.

    `notes` are what is told of each latency that is timed.
    """

    def __init__(self, supernet, workers, fail_every=0, gate=None, seconds=0.0, notes=()):
        self.supernet, self.workers = registry.load(supernet), workers
        self.fail_every, self.gate, self.count = fail_every, gate, 0
        self.seconds, self.notes = seconds, dict(notes)
        self.abandoned = set()

    def submit(self, config, metrics, settings):
        future: Future[Measurement] = Future()
        self.count += 1
        number = self.count

        def answer():
            future.set_running_or_notify_cancel()
            while self.gate and not self.gate.wait(0.05):
                if future in self.abandoned:
                    future.set_exception(EvaluationError("given up"))
                    return
            time.sleep(self.seconds)
            if self.fail_every and number % self.fail_every == 0:
                future.set_exception(EvaluationError("acc is not a finite number"))
                return
            macs = self.supernet.macs_params(self.supernet.space.encode(config))[0, 0]
            values = {name: 86 + 5 * float(macs) ** 0.5 / 3473 for name in metrics}
            here = timed_here(metrics, settings)
            timed = {**conditions(settings), **self.notes} if here else {}
            future.set_result(Measurement(values, 0.01, "here", timed))

        threading.Thread(target=answer, daemon=True).start()
        return future

    def abandon(self, future):
        self.abandoned.add(future)

    def close(self):
        pass
