import os
from pathlib import Path

import pytest

from engine.errors import DataError
from engine.evaluation_settings import EvaluationSettings
from engine.supernets.registry import DEFAULT, load
from engine.supernets.requirement_records import RequirementRecords

W10, W12 = "ofa_mbv3_d234_e346_k357_w1.0", "ofa_mbv3_d234_e346_k357_w1.2"


@pytest.fixture
def memory(tmp_path: Path) -> RequirementRecords:
    return RequirementRecords(tmp_path / "data")


def requirement(name: str, title: str):
    return next(r for r in load(name).requirements() if r.title == title)


def test_nothing_is_remembered_at_first(memory: RequirementRecords) -> None:
    images = requirement(W10, "Images")
    assert memory.path(images) == ""
    assert memory.last_check(images, "/data") is None
    assert memory.settings(load(W10)) == EvaluationSettings()


def test_a_path_serves_every_supernet_that_needs_the_same(
    memory: RequirementRecords, tmp_path: Path
) -> None:
    memory.set_path(requirement(W10, "Images"), f" {tmp_path} ")
    (tmp_path / "w").touch()
    memory.set_path(requirement(W10, "Weights"), str(tmp_path / "w"))
    images, weights = {"dataset_path": str(tmp_path)}, {"weights_path": str(tmp_path / "w")}
    assert memory.settings(load(W12)) == EvaluationSettings(**images)
    assert memory.settings(load(W10)) == EvaluationSettings(**images, **weights)
    assert memory.settings(load(DEFAULT)) == EvaluationSettings()


def test_an_empty_path_forgets(memory: RequirementRecords, tmp_path: Path) -> None:
    images = requirement(W10, "Images")
    memory.set_path(images, str(tmp_path))
    memory.set_path(images, "")
    assert memory.path(images) == ""


def test_a_path_with_nothing_there_is_refused_and_the_old_one_kept(
    memory: RequirementRecords, tmp_path: Path
) -> None:
    images = requirement(W10, "Images")
    memory.set_path(images, str(tmp_path))
    with pytest.raises(DataError, match=f"no file or folder {tmp_path}/none"):
        memory.set_path(images, f"{tmp_path}/none")
    assert memory.path(images) == str(tmp_path)


def test_a_check_counts_until_its_file_changes(memory: RequirementRecords, tmp_path: Path) -> None:
    weights, file = requirement(W10, "Weights"), tmp_path / "w"
    file.write_bytes(b"1")
    memory.record_check(weights, str(file), True, "fine")
    record = memory.last_check(weights, str(file))
    assert record is not None
    assert (record.ok, record.text) == (True, "fine")
    assert memory.last_check(weights, str(tmp_path)) is None
    os.utime(file, (1, 1))
    assert memory.last_check(weights, str(file)) is None


@pytest.mark.parametrize("content", ["{", "[]", '{"paths": 3}'])
def test_a_damaged_file_is_set_aside_and_begun_anew(
    memory: RequirementRecords, tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/settings.json").write_text(content)
    images = requirement(W10, "Images")
    assert memory.path(images) == ""
    (damaged_file,) = (tmp_path / "data").glob("settings.json.damaged-*")
    assert damaged_file.read_text() == content
    assert "settings.json are damaged and were moved" in caplog.text
    memory.set_path(images, str(tmp_path))
    assert memory.path(images) == str(tmp_path)
