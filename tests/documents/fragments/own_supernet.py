"""What the fragments of docs/own-supernet.md leave out: imports, data and a network."""

from collections import OrderedDict
from itertools import pairwise
from pathlib import Path

import torch
from torch import nn

from dynas_studio import (  # noqa: F401
    DataNames,
    Gene,
    IndexedValues,
    LoaderTask,
    Meter,
    Metric,
    Options,
    SearchSpace,
    SlicedSupernet,
    Task,
    check_supernet,
    option,
)

COLUMNS, CLASSES, HIDDEN = 4, 3, (16, 32, 64)
LOSS = Metric("rows_loss", "Loss", "nats", "min", "measured", "Of the rows.", lowest=0.0)
PERPLEXITY = Metric("perplexity", "Perplexity", "", "min", "measured", "Of a text.", lowest=1.0)
ENERGY = Metric("energy", "Energy", "mJ", "min", "measured", "Of one pass.", lowest=0.0)


class Perceptron(nn.Sequential):
    """Layers of these widths and a classifier, whose name does not depend on them."""

    def __init__(self, widths):
        sizes = [COLUMNS, *widths]
        layers = [nn.Sequential(nn.Linear(*pair), nn.ReLU()) for pair in pairwise(sizes)]
        classifier = nn.Linear(sizes[-1], CLASSES)
        super().__init__(OrderedDict(layers=nn.Sequential(*layers), classifier=classifier))


def loss(outputs, targets):
    """The loss of all batches."""
    return {LOSS.name: float(nn.functional.cross_entropy(*map(torch.cat, (outputs, targets))))}


def example(count):
    """That many rows."""
    return torch.linspace(-1, 1, count * COLUMNS).reshape(count, COLUMNS)


def my_batches():
    """Validation data."""
    yield example(9), torch.arange(9) % CLASSES


def my_other_batches():
    """Held-out data."""
    yield -example(9), torch.arange(9) % CLASSES


def perplexity(outputs, targets):
    """A made-up perplexity."""
    return {"perplexity": 4.2}


def batches(part):
    """The same data for every part."""
    return my_batches() if part == "validation" else my_other_batches()


def find_counter():
    """No counter of energy."""
    return


torch.manual_seed(0)
torch.save(Perceptron((32, 32)).state_dict(), Path(__file__).parent / "weights.pt")
