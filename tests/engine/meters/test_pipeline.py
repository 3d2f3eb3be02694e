"""One way in which sub-networks are measured, whichever meters they are of."""

import pytest
import torch
from torch import nn

from engine.errors import EvaluationError
from engine.evaluation_settings import EvaluationSettings
from engine.meters import pipeline
from engine.metrics import Metric
from engine.space import Gene, SearchSpace
from engine.supernets.base import Supernet
from engine.tasks.loaders import LoaderTask
from tests.engine import offered_meters

HERE = "tests.engine.offered_meters:"
SETTINGS = EvaluationSettings()
ERROR = Metric("error", "Error", "", "min", "measured", "Mean square.", lowest=0.0)


def batches():
    yield torch.ones(4, 3), torch.zeros(4, 1)


class Rows(Supernet):
    """A layer of chosen width; counts what is asked of it."""

    name, title = "rows", "Rows"
    space = SearchSpace((Gene("w", (2, 4, 8)),))

    def __init__(self, held_out=None, **kwargs):
        self.extracted, self.calibrations = 0, 0

        def calibration():
            self.calibrations += 1
            return batches()

        def score(outputs, targets):
            return {"error": float((torch.cat(outputs) ** 2).mean())}

        self.task = LoaderTask(
            (ERROR,), score, lambda count: torch.ones(count, 3), batches, held_out,
            calibration, **kwargs,
        )  # fmt: skip

    def extract(self, config, settings):
        self.extracted += 1
        width = config["w"][0]
        torch.manual_seed(width)
        return nn.Sequential(nn.Linear(3, width), nn.BatchNorm1d(width), nn.Linear(width, 1))


def measure(supernet, *metrics, settings=SETTINGS):
    return pipeline.measure(supernet, {"w": [4]}, metrics, settings)


def test_a_network_is_taken_out_and_calibrated_once_for_all_meters(install):
    install(meters={"norm": f"{HERE}Norm"})
    supernet = Rows(batches)
    values = measure(supernet, "error", "test_error", "weight_norm", "peak_memory")
    assert values.keys() == {"error", "test_error", "weight_norm", "peak_memory"}
    assert (supernet.extracted, supernet.calibrations) == (1, 1)


def test_what_nobody_asked_for_costs_nothing():
    supernet = Rows()
    assert measure(supernet, "macs", "params") == {"macs": 16.0, "params": 29.0}
    counted = supernet.extracted
    assert measure(supernet, "macs") == {"macs": 16.0}
    assert (supernet.extracted, supernet.calibrations) == (counted, 0)
    measure(supernet, "peak_memory")
    assert (supernet.extracted, supernet.calibrations) == (counted + 1, 0)


def test_only_what_was_asked_for_is_given(install):
    install(meters={"warmth": f"{HERE}Warmth"})
    assert measure(Rows(), "warmth") == {"warmth": 1.0}
    slower = EvaluationSettings(meters={"warmth": {"seconds": 3}})
    assert measure(Rows(), "warmth", settings=slower) == {"warmth": 3.0}


def test_a_meter_that_depends_on_the_machine_measures_alone_and_no_other_does(install, monkeypatch):
    install(meters={"warmth": f"{HERE}Warmth", "norm": f"{HERE}Norm"})
    offered_meters.alone_seen(monkeypatch)
    measure(Rows(), "warmth")
    assert offered_meters.entered == ["taken", "measured", "given back"]
    offered_meters.entered.clear()
    measure(Rows(), "weight_norm")
    assert offered_meters.entered == ["measured"]


def test_others_need_not_wait_while_a_network_is_made_that_is_measured_alone(install, monkeypatch):
    install(meters={"warmth": f"{HERE}Warmth"})
    offered_meters.alone_seen(monkeypatch)
    supernet, extract = Rows(), Rows.extract

    def told(self, config, settings):
        offered_meters.entered.append("made")
        return extract(self, config, settings)

    monkeypatch.setattr(Rows, "extract", told)
    measure(supernet, "warmth")
    assert offered_meters.entered == ["made", "taken", "measured", "given back"]


def test_a_meter_of_a_package_that_fails_is_named(install):
    install(meters={"norm": f"{HERE}Failing"})
    with pytest.raises(EvaluationError, match="The meter 'norm' fails: ZeroDivisionError: by zero"):
        measure(Rows(), "weight_norm")


def test_a_metric_that_cannot_be_had_is_named(install):
    install(meters={"norm": f"{HERE}Refusing"})
    for name in ("weight_norm", "acc", "test_acc"):
        with pytest.raises(EvaluationError, match=f"{name} is not available for rows"):
            measure(Rows(), name)


def test_quality_on_held_out_data_has_a_name_of_its_own():
    def other():
        yield 2 * torch.ones(4, 3), torch.zeros(4, 1)

    values = measure(Rows(other), "test_error", "error")
    assert values.keys() == {"error", "test_error"}
    assert values["test_error"] != values["error"]


def test_where_no_data_is_held_out_that_is_said():
    with pytest.raises(EvaluationError, match="rows has no held-out data for a test"):
        measure(Rows(), "test_error")


def test_a_quality_that_is_no_mapping_is_refused_with_what_it_is():
    supernet = Rows()
    supernet.task.quality = lambda *_: 3.0
    with pytest.raises(EvaluationError, match=r"rows returned 3.0 of type float for a measurement"):
        measure(supernet, "error")


def test_a_predicted_quality_is_not_measured_and_has_no_held_out_one():
    class Predicted(Rows):
        def quality_metric_sources(self, settings):
            return {"error": "published predictor"}

        def predicted_quality(self, genotype, settings):
            return {"error": 7.0}

    supernet = Predicted(batches)
    assert measure(supernet, "error") == {"error": 7.0}
    assert supernet.extracted == 0
    with pytest.raises(EvaluationError, match=r"A predictor has no held-out data\. Choose"):
        measure(supernet, "test_error")
