"""Where hypervolume starts and ends, for every supernet of the engine and metrics of packages."""

from dataclasses import asdict

import pytest

from engine.logged_metrics import restore_metrics
from engine.metrics import Metric, metric
from engine.runs.reference_box import finite_ideal
from engine.supernets import registry
from engine.supernets.ofa.catalogue import MODELS

THROUGHPUT = Metric(
    "throughput", "Throughput", "images/s", "max", "measured", "Of a package.", highest=1e6
)
WATTS = Metric("watts", "Power", "W", "min", "measured", "Of a package.", lowest=2.0)
SUPERNETS = [registry.DEFAULT, *MODELS]


@pytest.mark.parametrize("name", SUPERNETS)
@pytest.mark.parametrize(("definition", "ideal"), [(THROUGHPUT, 1e6), (WATTS, 2.0)])
def test_the_ideal_of_a_packages_metric_is_its_best_value(name, definition, ideal):
    restore_metrics({definition.name: asdict(definition)})
    assert registry.load(name).bounds(definition.name) == (None, ideal)


@pytest.mark.parametrize("name", SUPERNETS)
def test_the_ideal_of_each_metric_is_better_than_the_start(name):
    supernet = registry.load(name)
    names = {quality.name for quality in supernet.task.metrics}
    for metric_name in sorted({*names, *supernet.exact_metric_names, "lat", "peak_memory"}):
        start, ideal = supernet.bounds(metric_name)
        sign = metric(metric_name).sign
        assert start is None or sign * start > sign * ideal, metric_name
        if metric(metric_name).direction == "max":
            assert ideal == metric(metric_name).highest


@pytest.mark.parametrize(
    ("direction", "reference", "ideal"),
    [
        ("max", 0.87, 1.0), ("max", 87.0, 100.0), ("max", 0.0, 1.0), ("max", -3.0, 0.0),
        ("min", 2.3, 0.0), ("min", -0.5, -1.0), ("min", -20.0, -100.0),
    ],
)  # fmt: skip
def test_without_a_best_value_the_ideal_is_a_round_number_beyond_the_reference(
    direction, reference, ideal
):
    unbounded = Metric("unbounded", "Unbounded", "", direction, "measured", "Of a script.")
    restore_metrics({"unbounded": asdict(unbounded)})
    _, best = registry.load(registry.DEFAULT).bounds("unbounded")
    assert best == (float("inf") if direction == "max" else float("-inf"))
    assert finite_ideal(unbounded, best, reference) == ideal
    assert finite_ideal(unbounded, 5.0, reference) == 5.0
