"""Supernets that each break a rule, and one that breaks none."""

from pathlib import Path

import torch
from torch import nn

from engine.metrics import Metric
from engine.options import Options
from engine.space import Gene, SearchSpace
from engine.supernets.base import Supernet
from engine.tasks.base import DataNames
from engine.tasks.loaders import LoaderTask

WORRY = Metric("worry", "Worry", "", "min", "measured", "How far outputs are off.", lowest=0.0)
ROWS = torch.linspace(-1, 1, 24).reshape(8, 3)


def worry(outputs, targets):
    return {"worry": float((torch.cat(outputs).mean(1) - torch.cat(targets)).abs().mean())}


def task(**overrides):
    """A task of rows of three numbers."""
    arguments = {
        "metrics": [WORRY],
        "score": worry,
        "example": lambda count: torch.linspace(0, 1, 3 * count).reshape(count, 3),
        "validation": lambda: [(ROWS[:4], torch.zeros(4))],
        "held_out": lambda: [(ROWS[4:], torch.zeros(4))],
        "calibration": lambda: [(ROWS + 1, None)],
        "origin": "Of a line of numbers.",
        **overrides,
    }
    return LoaderTask(**arguments)


class Sound(Supernet):
    """A layer of 2 or 4 units with batch-norm."""

    name, title, task = "sound", "Sound", task()
    space = SearchSpace((Gene("width", (2, 4), role="width"), Gene("bias", (0, 1))))

    def layer(self, config):
        torch.manual_seed(0)
        return nn.Linear(3, config["width"][0], bias=bool(config["bias"][0]))

    def extract(self, config, settings):
        return nn.Sequential(self.layer(config), nn.BatchNorm1d(config["width"][0])).eval()


class Training(Sound):
    def extract(self, config, settings):
        return super().extract(config, settings).train()


class Random(Sound):
    def layer(self, config):
        return nn.Linear(3, config["width"][0], bias=bool(config["bias"][0]))


class Sharing(Sound):
    shared_weights = torch.ones(4, 3)

    def extract(self, config, settings):
        module = super().extract(config, settings)
        module[0].weight.data = self.shared_weights[: config["width"][0]]
        return module


class Miscounting(Sound):
    def macs_params(self, genotypes):
        return super().macs_params(genotypes) + 1


class Backwards(Sound):
    space = SearchSpace(
        (Gene("width", (1, 2), role="width"), Gene("bias", (0, 1))),
    )

    def layer(self, config):
        torch.manual_seed(0)
        return nn.Sequential(
            nn.Linear(3, 9 // config["width"][0]),
            nn.Linear(9 // config["width"][0], config["width"][0]),
        )


class Boundless(Sound):
    def bounds(self, name):
        return (0.0, 5.0) if name == "worry" else super().bounds(name)


class TooCheap(Sound):
    def bounds(self, name):
        return (5.0, 0.0) if name == "macs" else super().bounds(name)


class TooDear(Sound):
    def bounds(self, name):
        return (900.0, 500.0) if name == "macs" else super().bounds(name)


class TooGood(Sound):
    def bounds(self, name):
        return (1e-12, 0.0) if name == "worry" else super().bounds(name)


class Anonymous(Sound):
    name = ""


class Spaced(Sound):
    name = "my net/2"


class Taken(Sound):
    name = "ofa_resnet50"


class Unsteady(Sound):
    asked = 0

    def fingerprint(self, settings):
        Unsteady.asked += 1
        return str(Unsteady.asked)


class Idle(Sound):
    """Its second gene has no effect."""

    def layer(self, config):
        torch.manual_seed(0)
        return nn.Linear(3, config["width"][0])


class Failing(Sound):
    def extract(self, config, settings):
        raise KeyError("weights")


class Unweighted(Sound):
    weights = Path("/nowhere/weights.pt")


class TooFew(Sound):
    task = task(example=lambda count: torch.zeros(1, 3))


class Drawn(Sound):
    task = task(example=lambda count: torch.rand(count, 3))


class Impossible(Sound):
    task = task(score=lambda outputs, targets: {"worry": -1.0})


class Changing(Sound):
    task = task(score=lambda outputs, targets: {"worry": float(torch.rand(()))})


class NotCalibrated(Sound):
    task = task(calibration=None)


class HeldOutAgain(Sound):
    task = task(held_out=lambda: [(ROWS[:4], torch.zeros(4))])


class NothingHeldOut(Sound):
    task = task(held_out=None)


class HeldOutInWords(Sound):
    task = task(held_out=None, data_names=DataNames(held_out="test rows"))


class Nameless(Sound):
    task = task(origin="")


class Secretive(Options):
    """An option that nobody explains."""

    depth: int = 1


class Unexplained(Sound):
    Options = Secretive
