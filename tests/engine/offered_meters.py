"""Meters that packages of the tests offer: some that are right, others that are not."""

from dataclasses import replace

from engine import machine_lock
from engine.meters.base import Meter
from engine.metrics import METRICS, Metric
from engine.options import Options, option
from tests.engine.offered import SURPRISE

WARMTH = Metric("warmth", "Warmth", "K", "min", "measured", "Of the machine.", lowest=0.0)
NORM = Metric("weight_norm", "Weight norm", "", "min", "measured", "Of all weights.", lowest=0.0)
entered: list[str] = []
"""What happened to the lock of the machine, and when something was measured."""


class WarmthOptions(Options):
    """How long the machine is watched."""

    seconds: int = option(1, "Seconds", "How long.", ge=1, le=9)
    log: str | None = option(None, "Log", "Where to note.", path=True)


class Warmth(Meter):
    """Holds for one machine, so that it is measured alone."""

    name, label, metrics = "warmth", "Warmth", (WARMTH,)
    depends_on = frozenset({"machine", "precision"})
    Options = WarmthOptions

    def disagreements(self, settings):
        many = self.options(settings).seconds == 9 and settings.device == "cuda"
        return {"seconds": "are too many beside cuda"} if many else {}

    def measure(self, subject, metrics):
        entered.append("measured")
        return {"warmth": float(self.options(subject.settings).seconds), "more": 1.0}


class Norm(Meter):
    """Follows from the weights alone, wherever it is measured."""

    name, label, metrics = "norm", "Norm", (NORM,)
    depends_on = frozenset({"weights"})

    def measure(self, subject, metrics):
        entered.append("measured")
        return {
            "weight_norm": sum(float(p.detach().abs().sum()) for p in subject.module.parameters())
        }


class NormOnAMachine(Norm):
    depends_on = frozenset({"weights", "machine"})


class Failing(Norm):
    def measure(self, subject, metrics):
        raise ZeroDivisionError("by zero")


class Refusing(Norm):
    def refusal(self, supernet, settings):
        return "There is no sensor."


class Leaving(Norm):
    def __init__(self):
        raise SystemExit(3)


class NamedOtherwise(Norm):
    name = "somebody"


class Latency(Norm):
    name = "latency"


class WithoutLabel(Meter):
    name, metrics, depends_on = "norm", (NORM,), frozenset()

    def measure(self, subject, metrics):
        return {}


class WithoutMetrics(Norm):
    metrics = ()


class WrongOptions(Norm):
    Options = dict


class WrongFactor(Norm):
    depends_on = frozenset({"weather"})


class MeasuringLatency(Norm):
    metrics = (METRICS["lat"],)


class MeasuringAccuracy(Norm):
    metrics = (METRICS["acc"],)


class WrongMetric(Norm):
    metrics = (replace(NORM, direction="up"),)


class NoMetric(Norm):
    metrics = ("weight_norm",)


class SameMetric(Norm):
    """Named after `norm`, so that it comes second."""

    name = "second"


class Abstract(Meter):
    name, label, metrics, depends_on = "norm", "Norm", (NORM,), frozenset()


class NoMeter:
    name, label, metrics, depends_on = "norm", "Norm", (NORM,), frozenset()


def alone_seen(monkeypatch):
    """Note in `entered` when the machine is taken and given back."""
    entered.clear()
    taken = machine_lock.exclusive

    class Watched:
        def __enter__(self):
            self.held = taken()
            self.held.__enter__()
            entered.append("taken")

        def __exit__(self, *error):
            entered.append("given back")
            return self.held.__exit__(*error)

    monkeypatch.setattr(machine_lock, "exclusive", Watched)


class Surprising(Norm):
    """Gives what the task of a supernet measures."""

    name, metrics = "surprising", (SURPRISE,)


class Alarm(Warmth):
    """Its metric comes before any quality of a task by its name."""

    name, label = "alarm", "Alarm"
    metrics = (replace(WARMTH, name="alarm", label="Alarm"),)


class CalledLikeAColumn(Warmth):
    name, label = "called_like_a_column", "Called like a column"
    metrics = (replace(WARMTH, name="seconds"),)
