from dataclasses import replace

import pytest

from engine.errors import DataError
from engine.supernets.elastic.data_source import Request, bring
from engine.training.elastic.estimate import estimate
from engine.training.elastic.request import TrainingRequest
from tests.engine.training.elastic.tiny import FILE, tiny_elastic

ASKED = TrainingRequest(way="train", name="mine", model=str(FILE), epochs=5, device="cpu")


def test_each_way_has_a_cost_and_one_is_advised() -> None:
    found = estimate(bring(Request(str(FILE))), tiny_elastic(), ASKED, sizes=3)
    assert found.plain_steps == 20
    assert 0 < found.steps < 20
    assert [cost.way for cost in found.ways if cost.is_advised] == ["prune"]
    assert all(cost.seconds > 0 for cost in found.ways)
    assert "elastic prune" in found.advice
    assert f"{found.steps} steps" in found.sentence
    assert "learning rate" in found.remarks[0]


def test_without_data_there_is_no_estimate() -> None:
    brought = replace(bring(Request(str(FILE))), data=None)
    with pytest.raises(DataError, match="no data to train"):
        estimate(brought, tiny_elastic(), ASKED)
