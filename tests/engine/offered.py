"""What packages of the tests offer: a supernet and metrics that are right, others that are not."""

import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from engine.metrics import METRICS, Metric
from engine.space import Gene, SearchSpace
from engine.supernets.base import Supernet

ENERGY = Metric("energy", "Energy", "mJ", "min", "exact", "Of all multiplications.")
SURPRISE = Metric("surprise", "Surprise", "nats", "min", "measured", "How unexpected labels are.")
NAMED_OTHERWISE = ENERGY
UPWARDS = replace(ENERGY, name="upwards", direction="up")
ACC = METRICS["acc"]
NO_METRIC = SimpleNamespace(name="no_metric")


class Tiny(Supernet):
    """Two genes; `surprise` is measured, `energy` exact."""

    name, title, description, accuracy_source = "tiny", "Tiny", "Two genes.", "Of no images."
    input_shape, stages = (1, 1, 1), ()
    space = SearchSpace((Gene("width", (1, 2, 4)), Gene("shape", (1, 2, 3))))

    def macs_params(self, genotypes):
        rows = np.atleast_2d(genotypes)
        widths = 2 ** rows[:, 0]
        return np.stack([100 * widths, 10 * widths], axis=1)

    def exact(self, genotypes):
        costs = super().exact(genotypes)
        return {**costs, "energy": costs["macs"] / 800}

    def sources(self, settings):
        return {"surprise": "measured", "macs": "exact", "params": "exact", "energy": "exact"}

    def bounds(self, metric):
        return {"surprise": (9.0, 0.0)}.get(metric, (500.0, 0.0))

    def fingerprint(self, settings):
        return "tiny"

    def check_data(self, settings):
        return

    def subnetwork(self, config, settings=None):
        raise KeyError("weights")

    def measure(self, config, metrics, settings):
        return {"surprise": 9.0 / (config["width"][0] + abs(config["shape"][0] - 2))}


class NamedOtherwise(Tiny):
    name = "somebody"


class Unfinished(Supernet):
    name, title, description, accuracy_source = "unfinished", "", "", ""
    input_shape, stages, space = (1, 1, 1), (), Tiny.space


class WithoutSources:
    """Lacks what `Supernet` would have given it."""

    name, title, description, accuracy_source = "without_sources", "", "", ""
    input_shape, stages, space = (1, 1, 1), (), Tiny.space
    macs_params, bounds, fingerprint = Tiny.macs_params, Tiny.bounds, Tiny.fingerprint
    check_data, subnetwork, measure = Tiny.check_data, Tiny.subnetwork, Tiny.measure


class OneNumber(Tiny):
    name = "one_number"

    def macs_params(self, genotypes):
        return 5


class UnknownMetric(Tiny):
    name = "unknown_metric"

    def sources(self, settings):
        return {**super().sources(settings), "charm": "measured"}


class NoSpace(Tiny):
    """Its space cannot be made: the depth never reaches what the heads need."""

    name = "no_space"

    def __init__(self):
        heads = Gene("heads", (1, 2), switch=0, needs=3)
        self.space = SearchSpace((Gene("depth", (1, 2)), heads))


class Failing(Tiny):
    """Loads, and fails at whatever is asked of it then."""

    name = "failing"

    def missing(self, settings):
        raise ZeroDivisionError("by zero")

    def measure(self, config, metrics, settings):
        if config["width"] == [1]:
            return {}
        return {"surprise": float("nan")} if config["width"] == [2] else [][0]


class Leaving(Tiny):
    """Ends the program when it is asked for its data."""

    name = "leaving"

    def check_data(self, settings):
        sys.exit("goodbye")


class LeavingAtOnce(Tiny):
    def __init__(self):
        sys.exit(3)


class AllKinds(Tiny):
    """Genes of every kind, in chains of conditions."""

    name, title = "all_kinds", "All kinds"
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

    def sources(self, settings):
        return {"acc": "measured", "macs": "exact", "params": "exact", "energy": "exact"}
