from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import DataError
from engine.tasks.images import validation_folders
from tests.engine.image_files import write_images

CLASSES, PER_CLASS = 10, 6


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_images(tmp_path / "val", CLASSES, PER_CLASS)
    return tmp_path


def split(folder: Path, fraction: float = 1.0) -> validation_folders.Split:
    return validation_folders.split(str(folder), fraction, CLASSES)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=60), st.integers(1, 60))
def test_a_balanced_draw_takes_from_all_classes_alike(labels: list[int], n: int) -> None:
    values = np.unique(labels, return_inverse=True)[1]
    indices = validation_folders.sample_balanced(values, n, np.random.default_rng(0))
    assert len(set(indices.tolist())) == len(indices) == min(n, len(values))
    available, counts = (
        np.bincount(values),
        np.bincount(values[indices], minlength=values.max() + 1),
    )
    assert all(c >= counts.max() - 1 for c, t in zip(counts, available, strict=True) if c < t)


def test_without_training_images_a_fifth_is_held_out_for_calibration(folder: Path) -> None:
    result = split(folder)
    assert result.held_out
    assert (len(result.validation), len(result.calibration), len(result.unseen)) == (48, 12, 0)
    assert not set(result.validation.paths) & set(result.calibration.paths)
    assert set(np.bincount(result.calibration.labels)) <= {1, 2}


def test_training_images_calibrate_where_there_are_some(folder: Path) -> None:
    write_images(folder / "train", CLASSES, 3, seed=1)
    result = split(folder)
    assert not result.held_out
    assert len(result.validation) == CLASSES * PER_CLASS
    assert len(result.calibration) == 30
    assert all(path.is_relative_to(folder / "train") for path in result.calibration.paths)


def test_a_fraction_is_balanced_fixed_and_leaves_the_rest_unseen(folder: Path) -> None:
    result, second = split(folder, 0.5), split(folder, 0.5)
    assert (len(result.validation), len(result.unseen)) == (24, 24)
    assert set(np.bincount(result.validation.labels)) == {2, 3}
    assert result.validation.paths == second.validation.paths
    assert not set(result.validation.paths) & set(result.unseen.paths)


def test_labels_follow_the_sorted_names_of_the_classes(folder: Path) -> None:
    result = split(folder)
    for path, label in zip(result.validation.paths, result.validation.labels, strict=True):
        assert path.parent.name == f"n{label:04}"


def test_class_folders_may_stand_in_the_folder_itself(folder: Path) -> None:
    assert len(split(folder / "val").validation) == 48


def test_the_digest_follows_names_and_sizes(folder: Path) -> None:
    before, part = split(folder).digest, split(folder, 0.5).digest
    assert before != part
    path = split(folder).validation.paths[0]
    path.write_bytes(path.read_bytes() + b"\0")
    path.with_name("new.png").write_bytes(b"")
    path.with_name("new.png").unlink()
    assert split(folder).digest != before


def test_the_description_says_what_was_found(folder: Path) -> None:
    text = split(folder, 0.5).description
    assert text.startswith(f"24 images of 10 classes in {folder / 'val'}, most often 48 x 40")
    assert "from 12 images held out from them" in text
    assert "24 images left for a final test" in text


@pytest.mark.parametrize("content", [b"no image", b"", None])
def test_unreadable_files_are_named(folder: Path, content: bytes | None) -> None:
    """Those too of which only the end is missing."""
    path = split(folder).validation.paths[0]
    original = path.read_bytes()
    path.write_bytes(original[: len(original) // 2] if content is None else content)
    with pytest.raises(DataError, match=f"1 of 60 image files cannot be read, such as {path}"):
        validation_folders.check_images(split(folder).validation, split(folder).calibration)


@pytest.mark.parametrize("fraction", [0.0, -1.0, 1.5])
def test_a_fraction_that_is_none_is_refused(folder: Path, fraction: float) -> None:
    with pytest.raises(DataError, match="test_fraction is"):
        split(folder, fraction)


def test_another_number_of_classes_is_refused(folder: Path) -> None:
    with pytest.raises(DataError, match=r"holds 10 class folders.*has 1,000 classes"):
        validation_folders.split(str(folder), 1.0, 1_000)


def test_training_images_of_other_classes_are_refused(folder: Path) -> None:
    write_images(folder / "train", CLASSES - 1, 1)
    with pytest.raises(DataError, match="do not hold the same classes"):
        split(folder)


def test_too_few_images_are_refused(tmp_path: Path) -> None:
    write_images(tmp_path / "val", 3, 1)
    with pytest.raises(DataError, match="too few images: at least 5"):
        validation_folders.split(str(tmp_path), 1.0, 3)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=f"{tmp_path / 'none'} cannot be listed"):
        split(tmp_path / "none")


def test_no_folder_says_what_to_do() -> None:
    with pytest.raises(DataError, match=r"set dataset_path.*or choose the published predictor"):
        validation_folders.split(None, 1.0, CLASSES)
