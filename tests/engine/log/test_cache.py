"""The evaluation cache: a number that is damaged or cannot be one is measured again."""

import pytest

from engine.log.cache import EvaluationCache
from tests.engine.log.tampering import tamper


def keys(metric):
    return {"metric": metric, "genotype": [0, 1]}


@pytest.fixture
def cache(tmp_path):
    cache = EvaluationCache(tmp_path)
    yield cache
    cache.close()


def test_what_was_put_in_comes_out(cache):
    cache.put(keys("acc"), 91.5)
    assert cache.get(keys("acc")) == 91.5
    assert cache.get(keys("lat")) is None


@pytest.mark.parametrize(
    ("metric", "wrong"),
    [("acc", -5.0), ("acc", 100.5), ("lat", -1.0), ("acc", "91"), ("acc", True), ("acc", [1.0]),
     ("test_acc", 300.0), ("macs", 1e300)],
)  # fmt: skip
def test_a_number_that_cannot_be_one_of_its_metric_is_none(cache, metric, wrong):
    cache.put(keys(metric), wrong)
    assert cache.get(keys(metric)) is None


def test_a_damaged_row_is_none_and_can_be_written_anew(cache, tmp_path):
    cache.put(keys("acc"), 91.5)
    cache.note_conditions(keys("acc"), {"device": "cpu"})
    tamper(tmp_path, "UPDATE Cache SET value = '{'")
    assert cache.get(keys("acc")) is None
    assert cache.conditions(keys("acc")) == {}
    cache.put(keys("acc"), 90.0)
    assert cache.get(keys("acc")) == 90.0
