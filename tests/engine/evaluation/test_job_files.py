"""The files of a run as other machines are told of them."""

import os
import tempfile
from pathlib import Path

import pytest

from engine.data_dir import DataFolder, using
from engine.errors import DataError
from engine.evaluation.job_files import entries, job_file, list_files, read_range
from engine.evaluation_settings import EvaluationSettings
from engine.supernets.registry import DEFAULT
from engine.supernets.trained import CARD, WEIGHTS, SupernetCard
from engine.tasks.images.image_set import Kind

LARGEST = 10**9


def test_a_trained_supernet_is_a_file_of_its_run_with_its_place_in_the_data_folder(tmp_path):
    kind = Kind(("round", "square"), 20, (0.5,), (0.5,))
    counts = {"training": 6, "validation": 2, "test": 2}
    card = SupernetCard(name="", kind=kind, origin="", counts=counts, accuracy={}, recipe="")
    (tmp_path / "supernets" / "shapes").mkdir(parents=True)
    (tmp_path / "supernets" / "shapes" / CARD).write_text(card.model_dump_json())
    (tmp_path / "supernets" / "shapes" / WEIGHTS).touch()
    (tmp_path / "supernets" / "shapes" / "checkpoint.pt").write_bytes(bytes(100))
    with using(DataFolder.at(tmp_path)):
        (file,) = list_files("shapes", EvaluationSettings(), LARGEST)
    assert (file.path, file.place) == (str(tmp_path / "supernets/shapes"), "supernets/shapes")
    assert file.size == len(card.model_dump_json()), "a checkpoint is not read"


def test_what_options_name_are_files_of_a_run_but_no_devices(made_folder, tmp_path):
    (tmp_path / "table.yaml").write_text("blocks: {}")
    settings = EvaluationSettings(
        task={"dataset_path": str(made_folder)},
        meters={"latency": {"table": str(tmp_path / "table.yaml")}},
    )
    files = list_files(DEFAULT, settings, LARGEST)
    assert {file.path for file in files} == {str(made_folder), str(tmp_path / "table.yaml")}
    assert list_files(DEFAULT, EvaluationSettings(task={"dataset_path": "/proc/self"}), 1) == ()


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="no folder in memory here")
def test_a_data_set_in_memory_is_a_file_of_its_run():
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        (Path(folder) / "image").write_text("bytes")
        settings = EvaluationSettings(task={"dataset_path": folder})
        assert [file.path for file in list_files(DEFAULT, settings, LARGEST)] == [folder]


def test_the_digest_tells_names_and_contents_and_nothing_else(tmp_path):
    for name in ("one", "two", "three"):
        (tmp_path / name / "data").mkdir(parents=True)
        (tmp_path / name / "data" / "file").write_text("three" if name == "three" else "same")
    one, two, three = (
        job_file(tmp_path / name / "data", LARGEST).digest for name in ("one", "two", "three")
    )
    assert one == two != three
    assert job_file(tmp_path / "one", LARGEST).digest != one
    assert job_file(tmp_path / "one", 3).digest == "", "it is not read if it is too large"


def test_links_are_followed_once_and_a_range_spans_files(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "b").write_text("second")
    (tmp_path / "target").write_text("first")
    (folder / "a").symlink_to(tmp_path / "target")
    (folder / "loop").symlink_to(folder)
    files = entries(folder)
    assert [entry.name for entry in files] == ["data/a", "data/b"]
    assert read_range(tmp_path, files, 3, 5) == b"stsec"
    (folder / "b").write_text("2")
    with pytest.raises(DataError, match="has changed since the run began"):
        read_range(tmp_path, files, 5, 6)
