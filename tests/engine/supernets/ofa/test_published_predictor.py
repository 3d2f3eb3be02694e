from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine import sources
from engine.meters import registry as meters
from engine.meters.pipeline import measure
from engine.supernets.base import EvaluationSettings
from engine.supernets.ofa.adapter import ImageNetSupernet
from tests.engine.supernets.ofa.reference import PREDICTOR, needs_reference
from tests.made_predictor import write_predictor

W10 = "ofa_mbv3_d234_e346_k357_w1.0"
PREDICTED = EvaluationSettings(accuracy_source="published predictor")


@pytest.mark.parametrize(
    ("name", "calibrated"),
    [
        (W10, True),
        (W10.replace("1.0", "1.2"), True),
        (f"{W10}_r160", True),
        ("ofa_resnet50", False),
    ],
)
def test_where_nothing_was_published_accuracy_is_uncalibrated_and_said_to_be(
    name: str, calibrated: bool
) -> None:
    supernet = ImageNetSupernet(name)
    description = supernet.describe_data(PREDICTED)
    assert ("on the scale of measurements" in description) == calibrated
    assert ("no published measurements of this supernet are known" in description) != calibrated
    assert sources.is_calibrated(meters.sources(supernet, PREDICTED)["acc"]) == calibrated


def test_the_published_line_is_not_laid_on_another_predictor(tmp_path: Path) -> None:
    supernet = ImageNetSupernet(W10)
    settings = replace(PREDICTED, predictor_path=write_predictor(tmp_path / "mine.pth"))
    genotype = supernet.space.smallest
    assert meters.subnetwork_sources(supernet, genotype, settings)["acc"] == "published predictor"
    assert "hold for the official predictor" in supernet.describe_data(settings)
    value = measure(supernet, supernet.space.to_config(genotype), ["acc"], settings)["acc"]
    assert value == supernet.predictions(genotype, settings)["acc"][0]


@needs_reference
@pytest.mark.parametrize("name", [W10, W10.replace("1.0", "1.2"), f"{W10}_r128-224"])
def test_beyond_the_published_rows_accuracy_is_extrapolated(name: str) -> None:
    supernet = ImageNetSupernet(name)
    settings = replace(PREDICTED, predictor_path=str(PREDICTOR))
    for genotype in supernet.space.sample(200, np.random.default_rng(0)):
        config = supernet.space.to_config(genotype)
        value = measure(supernet, config, ["acc"], settings)["acc"]
        raw = supernet.predictions(genotype, settings)["acc"][0]
        inside = 74.4 <= value <= 79.2 if "w1.2" in name else 77.723 <= raw <= 83.669
        inside &= config["r"] == [224]
        source = meters.subnetwork_sources(supernet, genotype, settings)["acc"]
        assert sources.is_extrapolated(source) != inside
