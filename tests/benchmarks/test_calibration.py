from dataclasses import asdict

import pytest

from benchmarks.calibration import LOGS, calibration, published_rows
from benchmarks.published_landscape import ADDRESS, PREDICTOR, REFERENCE
from engine.digest import sha256
from engine.supernets.ofa import catalogue
from engine.supernets.ofa.accuracy_predictor import AccuracyPredictor

MODEL = "ofa_mbv3_d234_e346_k357_w1.0"
PATHS = [REFERENCE / "published" / file for file in LOGS[MODEL]]

pytestmark = pytest.mark.skipif(
    not all(path.exists() for path in (REFERENCE / PREDICTOR, *PATHS)),
    reason="the published predictor is not there; DYNAS_REFERENCE names its folder",
)


@pytest.fixture(scope="module")
def rows():
    predictor = AccuracyPredictor.read(REFERENCE / PREDICTOR, ADDRESS)
    return published_rows(PATHS, catalogue.MODELS[MODEL].space(), predictor)


def test_the_line_that_ships_is_the_one_that_the_published_logs_give(rows):
    shipped = catalogue.MODELS[MODEL].calibration
    assert shipped is not None
    for name, value in asdict(calibration(rows, shipped.origin)).items():
        assert getattr(shipped, name) == pytest.approx(value), name
    assert shipped.rows == 1_094


def test_it_is_of_the_predictor_that_is_published():
    model = catalogue.MODELS[MODEL]
    assert model.calibrates(sha256(REFERENCE / PREDICTOR))


def test_counting_each_sub_network_once_changes_little(rows):
    every, once = (calibration(part, "") for part in (rows, rows.distinct()))
    middle = 80.0
    assert every.slope * middle + every.intercept == pytest.approx(
        once.slope * middle + once.intercept, abs=0.05
    )
