"""What packages of the tests offer: a supernet and metrics that are right, others that are not."""

import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from engine.metrics import METRICS, Metric
from engine.space import Gene, SearchSpace
from engine.supernets.base import Supernet
from engine.tasks.base import Task

ENERGY = Metric("energy", "Energy", "mJ", "min", "exact", "Of all multiplications.")
SURPRISE = Metric("surprise", "Surprise", "nats", "min", "measured", "How unexpected labels are.")
NAMED_OTHERWISE = ENERGY
UPWARDS = replace(ENERGY, name="upwards", direction="up")
ACC = METRICS["acc"]
NO_METRIC = SimpleNamespace(name="no_metric")


class Surprise(Task):
    """How a network surprises follows from its configuration."""

    name, metrics, origin = "surprise", (SURPRISE,), "Of no data."

    def example_inputs(self, count, resolution=None):
        import torch  # only where networks run

        return torch.zeros(count, 1)

    def fingerprint(self, settings):
        return "none"

    def bounds(self, metric):
        return 9.0, 0.0

    def quality(self, network, part, metrics, settings, resolution=None):
        return self.of(network(self.example_inputs(1)))

    def of(self, config):
        return {"surprise": 9.0 / (config["width"][0] + abs(config["shape"][0] - 2))}


class Tiny(Supernet):
    """Two genes; `surprise` is measured, `energy` exact."""

    name, title, description = "tiny", "Tiny", "Two genes."
    task = Surprise()
    space = SearchSpace((Gene("width", (1, 2, 4)), Gene("shape", (1, 2, 3))))

    def macs_params(self, genotypes):
        rows = np.atleast_2d(genotypes)
        widths = 2 ** rows[:, 0]
        return np.stack([100 * widths, 10 * widths], axis=1)

    def exact_metrics(self, genotypes):
        costs = super().exact_metrics(genotypes)
        return {**costs, "energy": costs["macs"] / 800}

    def bounds(self, metric):
        return {"surprise": (9.0, 0.0)}.get(metric, (500.0, 0.0))

    def weights_digest(self, settings):
        return "tiny"

    def extract(self, config, settings):
        from tests.engine.carrier import Carrier  # loads torch

        return Carrier(config)


class Opposite(Tiny):
    """What Tiny calls a surprise is the better the larger it is."""

    name = "tiny_opposite"

    def __init__(self):
        self.task = Surprise()
        self.task.metrics = (replace(SURPRISE, direction="max"),)


class TwoQualities(Tiny):
    """The main quality of its task is its own; the other is one that the engine knows."""

    name = "two_qualities"

    def __init__(self):
        self.task = Surprise()
        self.task.metrics = (SURPRISE, ACC)


class WithoutOrigin(Tiny):
    """Its task does not say where its data comes from."""

    name = "without_origin"

    def __init__(self):
        self.task = Surprise()
        self.task.origin = ""


class SayingNothing(WithoutOrigin):
    """What it requires is there, and nothing is said of it."""

    def requirements(self):
        return [replace(r, check=lambda settings, progress: "") for r in super().requirements()]


class NamedOtherwise(Tiny):
    name = "somebody"


class Unfinished(Supernet):
    name, space, task = "unfinished", Tiny.space, Tiny.task


class WithoutTask(Tiny):
    name, task = "without_task", None


class Measuring(Tiny):
    """As supernets were before they had tasks."""

    name = "measuring"

    def measure(self, config, metrics, settings):
        return {}


class NoSupernet:
    """Derived from nothing."""

    name, space, task = "no_supernet", Tiny.space, Tiny.task


class OneNumber(Tiny):
    name = "one_number"

    def macs_params(self, genotypes):
        return 5


class WrongMetric(Tiny):
    name = "wrong_metric"

    def __init__(self):
        self.task = Surprise()
        self.task.metrics = (replace(SURPRISE, name="acc"),)


class CalledLikeAGene(Tiny):
    name = "called_like_a_gene"

    def __init__(self):
        self.task = Surprise()
        self.task.metrics = (replace(SURPRISE, name="width1"),)


class CalledLikeAColumn(Tiny):
    name = "called_like_a_column"

    def __init__(self):
        self.task = Surprise()
        self.task.metrics = (replace(SURPRISE, name="config"),)


class NoSpace(Tiny):
    """Its space cannot be made: the depth never reaches what the heads need."""

    name = "no_space"

    def __init__(self):
        heads = Gene("heads", (1, 2), switch=0, needs=3)
        self.space = SearchSpace((Gene("depth", (1, 2)), heads))


class Disappointment(Surprise):
    def of(self, config):
        if config["width"] == [1]:
            return {}
        return {"surprise": float("nan")} if config["width"] == [2] else [][0]


class Failing(Tiny):
    """Loads, and fails at whatever is asked of it then."""

    name, task = "failing", Disappointment()

    def extract(self, config, settings):
        if config["shape"] == [2]:
            raise KeyError("weights")
        return super().extract(config, settings)

    def missing_requirements(self, settings):
        raise ZeroDivisionError("by zero")


class Leaving(Tiny):
    """Ends the program when it is asked for its data."""

    name = "leaving"

    def check_data(self, settings):
        sys.exit("goodbye")


class LeavingAtOnce(Tiny):
    def __init__(self):
        sys.exit(3)


class Accuracy(Surprise):
    name, metrics = "accuracy", (ACC,)

    def of(self, config):
        return {"acc": 50.0 + config["d"][0]}


class AllKinds(Tiny):
    """Genes of every kind, in chains of conditions."""

    name, title, task = "all_kinds", "All kinds", Accuracy()
    space = SearchSpace(
        (
            Gene("act", ("relu", "ge  lu", "silu"), kind="categorical"),
            Gene("d", (1, 2, 3)),
            Gene("width", range(8, 4097), switch=1, needs=2),
            Gene("heads", (1, 2, 4), switch=2, needs=1024),
            Gene("norm", ("batch", "layer"), switch=0, needs=("relu", "silu"), kind="categorical"),
            Gene("seed", range(2**31)),
        )
    )

    def macs_params(self, genotypes):
        costs = 1e6 * (1 + self.space.features(genotypes) @ np.arange(1, 44) / 100)
        return np.stack([costs, costs / 10], axis=1).astype(np.int64)
