import threading

import pytest

from engine.errors import DataError
from engine.runs import readiness
from engine.supernets.registry import DEFAULT, load
from engine.supernets.requirement_records import RequirementRecords

W10 = "ofa_mbv3_d234_e346_k357_w1.0"


def check(memory, name, title):
    requirement = next(r for r in load(name).requirements() if r.title == title)
    return readiness.check_requirement(
        memory, name, requirement, lambda *state: None, threading.Event()
    )


def test_what_a_check_finds_is_remembered(tmp_path):
    memory = RequirementRecords(tmp_path)
    result = check(memory, DEFAULT, "Images")
    assert result.ok
    assert result.text.startswith("5,000 validation, 2,000 calibration and 10,000 test images")
    images = load(DEFAULT).requirements()[1]
    assert memory.last_check(images, result.place) == result


def test_what_is_damaged_is_remembered_too(tmp_path):
    memory, weights = RequirementRecords(tmp_path), tmp_path / "weights"
    weights.write_bytes(b"no weights")
    memory.set_path(load(W10).requirements()[0], str(weights))
    result = check(memory, W10, "Weights")
    assert not result.ok
    assert f"{weights} cannot be loaded" in result.text


def test_what_is_missing_cannot_be_checked(tmp_path):
    with pytest.raises(DataError, match="set dataset_path"):
        check(RequirementRecords(tmp_path), W10, "Images")
