from dataclasses import asdict

import pytest

from benchmarks.calibration import MODEL, calibration
from benchmarks.published_landscape import PREDICTOR, REFERENCE
from engine.digest import sha256
from engine.supernets.ofa import catalogue

pytestmark = pytest.mark.skipif(
    not (REFERENCE / PREDICTOR).exists(),
    reason="the published predictor is not there; DYNAS_REFERENCE names its folder",
)


def test_the_line_that_ships_is_the_one_that_the_published_logs_give():
    shipped, found = catalogue.MODELS[MODEL].calibration, calibration()
    assert shipped is not None
    for name, value in asdict(found).items():
        assert getattr(shipped, name) == pytest.approx(value), name
    assert shipped.rows == 1_094


def test_it_is_of_the_predictor_that_is_published():
    model = catalogue.MODELS[MODEL]
    assert model.calibrates(sha256(REFERENCE / PREDICTOR))


def test_counting_each_sub_network_once_changes_little():
    every, once = calibration(), calibration(distinct=True)
    middle = 80.0
    assert every.slope * middle + every.intercept == pytest.approx(
        once.slope * middle + once.intercept, abs=0.05
    )
