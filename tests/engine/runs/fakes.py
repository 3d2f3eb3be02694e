"""A search that takes no time: for tests of what surrounds planning and measuring."""

import threading
import time
from contextlib import contextmanager

from engine.errors import EvaluationError
from engine.evaluation.measurement import Measurement
from engine.evaluation.measurement_future import MeasurementFuture
from engine.meters import registry as meters
from engine.meters.conditions import conditions, quality_conditions
from engine.search.dynas import Dynas
from engine.supernets import registry


def plan_quickly(set_attribute=setattr):
    """Let DyNAS search what it predicts with little effort."""
    set_attribute(Dynas, "generations", 2)
    set_attribute(Dynas, "rounds", 1)


class InstantEvaluator:
    """Answers after `seconds` with a smooth accuracy; every `fail_every`-th evaluation fails.

    While there is a `gate` that is closed, measurements hang, and `submitted` is set when the first
    of them is. `notes` are what is told of each latency that is timed. `seconds` may be a function
    of the number of the evaluation, and `workers` one that tells of them.
    """

    last_words = ""
    waiting_reason = ""
    machine = None

    def __init__(
        self, supernet, workers, fail_every=0, gate=None, seconds=0.0, notes=(), submitted=None
    ):
        self.supernet = registry.load(supernet)
        self._limit = workers if callable(workers) else lambda: workers
        self.fail_every, self.gate, self.count = fail_every, gate, 0
        self.seconds, self.notes = seconds, dict(notes)
        self.submitted = submitted or threading.Event()
        self.abandoned_futures, self.closed = set(), False
        self._measuring, self._condition = 0, threading.Condition()

    @property
    def workers(self):
        return self._limit()

    def submit(self, config, metrics, settings):
        if self.closed:
            raise EvaluationError("The workers of this run have ended.")
        future = MeasurementFuture()
        self.count += 1
        number = self.count
        self.submitted.set()
        threading.Thread(
            target=self._answer, args=(future, number, config, metrics, settings), daemon=True
        ).start()
        return future

    def abandon(self, future):
        self.abandoned_futures.add(future)
        future.cancel()

    def close(self):
        self.closed = True

    def fails(self, number, config):
        return bool(self.fail_every) and number % self.fail_every == 0

    def gate_of(self, number):
        return self.gate

    @contextmanager
    def _worker(self):
        """Wait for a free worker."""
        with self._condition:
            while self._measuring >= self.workers:
                self._condition.wait(0.02)
            self._measuring += 1
        try:
            yield
        finally:
            with self._condition:
                self._measuring -= 1
                self._condition.notify_all()

    def _answer(self, future, number, config, metrics, settings):
        with self._worker():
            if not future.set_running_or_notify_cancel():
                return
            future.begin("here")
            seconds = self.seconds(number) if callable(self.seconds) else self.seconds
            time.sleep(seconds)
            gate = self.gate_of(number)
            while gate and not gate.wait(0.02):
                if self.closed or future in self.abandoned_futures:
                    break
            if self.closed or future in self.abandoned_futures:
                future.set_exception(EvaluationError("This measurement was given up."))
            elif self.fails(number, config):
                error = EvaluationError("acc is not a finite number")
                error.stderr = self.last_words
                future.set_exception(error)
            else:
                try:
                    future.set_result(self._measurement(config, metrics, settings))
                except Exception as error:
                    future.set_exception(error)

    def _measurement(self, config, metrics, settings):
        macs = self.supernet.macs_params(self.supernet.space.encode(config))[0, 0]
        values = {name: 86 + 5 * float(macs) ** 0.5 / 3473 for name in metrics}
        machine = meters.machine_metrics(metrics, settings)
        timed = (
            {**conditions(settings, meters.measurement_facts(machine, settings)), **self.notes}
            if machine
            else {}
        )
        measured = any(map(meters.is_quality, metrics))
        with_what = quality_conditions(settings, "torch", "2.0") if measured else {}
        return Measurement(values, 0.01, "here", timed, with_what)
