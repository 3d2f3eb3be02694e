"""The landscapes of the suite by name: published accuracies, measured ones and made-up ones."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial

import numpy as np

from benchmarks import note10_latency
from benchmarks.landscapes import Box, Landscape
from benchmarks.measured_landscape import MeasuredLandscape
from benchmarks.near_true_front import Truth, near_true_front
from benchmarks.published_landscape import PREDICTOR, WORST, published_file
from benchmarks.published_landscape import RESNET_PREDICTOR as RESNET_PREDICTOR_FILE
from benchmarks.sample_efficiency import NEAR_TRUE
from benchmarks.synthetic_landscapes import SYNTHETIC, SyntheticLandscape
from engine.metrics import METRICS
from engine.pareto.front import Points
from engine.search.problem import Problem
from engine.space import Genotypes
from engine.supernets.ofa.accuracy_predictor import AccuracyPredictor
from engine.supernets.ofa.catalogue import MOBILENET_PREDICTOR, RESNET_PREDICTOR
from engine.supernets.ofa.official_file import OfficialFile
from engine.supernets.registry import load


def _with_predictor(
    supernet_name: str, predictor: tuple[str, OfficialFile], objectives: Sequence[str]
) -> tuple[Problem, Truth, Mapping[str, str]]:
    """Published accuracies with MACs or latencies of a phone; and where values are from.

    All methods may compute MACs and latencies, as a search of the engine with a table does.
    """
    supernet = load(supernet_name)
    accuracy = AccuracyPredictor.read(published_file(*predictor), predictor[1].url)
    computed: dict[str, Callable[[Genotypes], Points]] = {
        "acc": partial(accuracy.top1, supernet.space),
        "macs": lambda genotypes: supernet.exact_metrics(genotypes)["macs"],
    }
    sources = {"acc": "published predictor", "macs": "exact", "lat": "lookup table"}
    if "lat" in objectives:
        computed["lat"] = note10_latency.Latency(supernet.space).milliseconds
    metrics = [METRICS[name] for name in objectives]

    def truth(genotypes: Genotypes) -> Points:
        return np.stack([m.sign * computed[m.name](genotypes) for m in metrics], axis=1)

    exact = [name for name in objectives if name != "acc"]
    problem = Problem(
        supernet.space, metrics, lambda g: {name: computed[name](g) for name in exact}
    )
    return problem, truth, {name: sources[name] for name in objectives}


_MOBILENET = (PREDICTOR, MOBILENET_PREDICTOR)
_RESNET = (RESNET_PREDICTOR_FILE, RESNET_PREDICTOR)


def mobilenet() -> Landscape:
    """The box of the front of two runs of NSGA-II with 180,000 evaluations each."""
    parts = _with_predictor("ofa_mbv3_d234_e346_k357_w1.0", _MOBILENET, ("acc", "macs"))
    ideal, reference = np.array([-82.45, 0.0]), np.array([-WORST[1], WORST[0]])
    scale = float(np.prod(reference - ideal)) / 1e6
    box = Box(ideal, reference, NEAR_TRUE / scale)
    return Landscape("mbv3", "MobileNetV3 w1.0: accuracy, MACs", *parts[:2], lambda: box, parts[2])


def resnet() -> Landscape:
    """The box of the front of two runs of 80,000 evaluations and hill climbing, 465 points."""
    parts = _with_predictor("ofa_resnet50", _RESNET, ("acc", "macs"))
    ideal, reference = np.array([-82.987006, 962.192128e6]), np.array([-78.566, 5868e6])
    box = Box(ideal, reference, 0.887227)
    return Landscape("resnet50", "ResNet50: accuracy, MACs", *parts[:2], lambda: box, parts[2])


def _note10(name: str, title: str, objectives: Sequence[str]) -> Landscape:
    """The box of a front that is computed here."""
    supernet = "ofa_mbv3_d234_e346_k357_w1.2"
    problem, truth, sources = _with_predictor(supernet, _MOBILENET, objectives)

    def box() -> Box:
        return Box.around(near_true_front(problem, truth))

    return Landscape(name, f"MobileNetV3 w1.2: {title}", problem, truth, box, sources)


def wide() -> Landscape:
    """MobileNetV3 w1.2 with MACs, beside w1.0; not part of the suite."""
    return _note10("wide", "accuracy, MACs", ("acc", "macs"))


def measured() -> Landscape:
    """Measured accuracies of the built-in supernet; the whole space is known."""
    table = MeasuredLandscape()
    title = "small part of the built-in supernet, measured: accuracy, MACs"
    sources = {"acc": "measured", "macs": "exact"}
    return Landscape("measured", title, table.problem, table.truth, table.box, sources)


def _synthetic(name: str, where: SyntheticLandscape) -> Landscape:
    """The space and costs of a supernet with made-up accuracies."""
    return replace(where.landscape, name=name)


LANDSCAPES: dict[str, Callable[[], Landscape]] = {
    "mbv3": mobilenet,
    "resnet50": resnet,
    "note10": partial(_note10, "note10", "accuracy, latency of a phone", ("acc", "lat")),
    "three": partial(_note10, "three", "accuracy, MACs, latency", ("acc", "macs", "lat")),
    "measured": measured,
    **{name: partial(_synthetic, name, where) for name, where in SYNTHETIC.items()},
}
"""What makes each landscape, by name."""


@cache
def landscape(name: str) -> Landscape:
    """The landscape called `name`, made once in a process; KeyError if there is none."""
    return LANDSCAPES[name]()
