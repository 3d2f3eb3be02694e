import gzip
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest

from engine.errors import DataError
from engine.supernets.builtin import fashion_mnist
from engine.supernets.builtin.fashion_mnist import Split

EVALUATION_SPLITS = {"validation": 5_000, "calibration": 2_000, "test": 10_000}

needs_originals = pytest.mark.skipif(
    not fashion_mnist.DEBIAN_FOLDER.exists(),
    reason=f"the original files are not in {fashion_mnist.DEBIAN_FOLDER}",
)


def idx(type_code: int, shape: tuple[int, ...], values: bytes) -> bytes:
    return gzip.compress(
        struct.pack(f">BBBB{len(shape)}I", 0, 0, type_code, len(shape), *shape) + values
    )


def test_read_idx_gives_the_array(tmp_path: Path) -> None:
    path = tmp_path / "made.gz"
    path.write_bytes(idx(8, (2, 3), bytes(range(6))))
    values = fashion_mnist.read_idx(path)
    assert values.dtype == np.uint8
    assert values.tolist() == [[0, 1, 2], [3, 4, 5]]


GOOD = idx(8, (4, 28, 28), np.random.default_rng(0).bytes(4 * 28 * 28))
DAMAGED_STREAM = GOOD[:12] + bytes(len(GOOD) - 20) + GOOD[-8:]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        pytest.param(b"", "gzip|IDX", id="empty"),
        pytest.param(b"<html>not found</html>", "gzip", id="not gzip"),
        pytest.param(GOOD[:-100], "gzip", id="truncated"),
        pytest.param(DAMAGED_STREAM, "gzip", id="damaged"),
        pytest.param(gzip.compress(b"\0\0"), "IDX", id="no header"),
        pytest.param(idx(0x0D, (1,), bytes(4)), "IDX", id="floats"),
        pytest.param(gzip.compress(b"\0\0\x08\x03\0\0"), "Fetch it again", id="half a header"),
        pytest.param(idx(8, (5, 28, 28), bytes(4 * 28 * 28)), "header", id="too few values"),
    ],
)
def test_read_idx_says_what_is_wrong_with_a_file(
    tmp_path: Path, content: bytes, complaint: str
) -> None:
    path = tmp_path / "bad.gz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=complaint) as error:
        fashion_mnist.read_idx(path)
    assert str(path) in str(error.value)


def test_a_missing_file_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is missing") as error:
        fashion_mnist.read_original(tmp_path, "train")
    assert "dataset-fashion-mnist" in str(error.value)


def test_locate_prefers_the_folder_it_is_given(tmp_path: Path) -> None:
    assert fashion_mnist.locate(tmp_path, tmp_path / "elsewhere") == tmp_path


@pytest.fixture(scope="module")
def training_set(made_folder: Path) -> Split:
    return fashion_mnist.read_original(made_folder, "train")


def identities(split: Split) -> set[tuple[int, int]]:
    return set(map(tuple, split.images[:, 0, :2].tolist()))


def test_splits_are_class_balanced(training_set: Split) -> None:
    splits = fashion_mnist.split_training_set(training_set)
    assert np.bincount(splits["validation"].labels).tolist() == [500] * 10
    assert np.bincount(splits["calibration"].labels).tolist() == [200] * 10
    assert np.bincount(splits["training"].labels).tolist() == [220] * 10


def test_validation_shares_no_image_with_training(training_set: Split) -> None:
    splits = fashion_mnist.split_training_set(training_set)
    validation, training = identities(splits["validation"]), identities(splits["training"])
    assert not validation & training
    assert validation | training == identities(training_set)
    assert identities(splits["calibration"]) < training


def test_images_keep_their_labels(training_set: Split) -> None:
    label_of = dict(
        zip(map(tuple, training_set.images[:, 0, :2].tolist()), training_set.labels, strict=True)
    )
    for split in fashion_mnist.split_training_set(training_set).values():
        keys = map(tuple, split.images[:, 0, :2].tolist())
        assert [label_of[key] for key in keys] == split.labels.tolist()


def test_splits_are_the_same_every_time(training_set: Split) -> None:
    first, second = (fashion_mnist.split_training_set(training_set) for _ in range(2))
    for name, split in first.items():
        np.testing.assert_array_equal(split.images, second[name].images)


def test_every_calibration_batch_holds_all_classes() -> None:
    labels = fashion_mnist.load_shipped("calibration").labels
    assert all(len(set(batch)) == 10 for batch in labels.reshape(-1, 200))


@pytest.mark.parametrize(("name", "size"), EVALUATION_SPLITS.items())
def test_shipped_splits_are_complete(name: str, size: int) -> None:
    split = fashion_mnist.load_shipped(name)
    assert len(split) == size
    assert split.images.shape == (size, 28, 28)
    assert split.images.dtype == split.labels.dtype == np.uint8
    assert np.bincount(split.labels).tolist() == [size // 10] * 10


def test_shipped_files_are_small() -> None:
    assert sum(path.stat().st_size for path in fashion_mnist.SHIPPED.iterdir()) < 8_000_000


def test_shipped_files_come_with_their_licence() -> None:
    licence = (fashion_mnist.SHIPPED / "LICENSE").read_text()
    assert "MIT License" in licence
    assert "2017 Zalando SE" in licence


@needs_originals
def test_shipped_splits_are_those_of_the_original_files() -> None:
    folder = fashion_mnist.DEBIAN_FOLDER
    splits = fashion_mnist.split_training_set(fashion_mnist.read_original(folder, "train"))
    splits["test"] = fashion_mnist.read_original(folder, "test")
    assert len(splits["training"]) == 55_000
    for name in EVALUATION_SPLITS:
        shipped = fashion_mnist.load_shipped(name)
        np.testing.assert_array_equal(shipped.images, splits[name].images)
        np.testing.assert_array_equal(shipped.labels, splits[name].labels)


@needs_originals
def test_pixel_statistics_are_those_of_the_original_training_images() -> None:
    images = fashion_mnist.read_original(fashion_mnist.DEBIAN_FOLDER, "train").images / 255
    assert images.mean() == pytest.approx(fashion_mnist.PIXEL_MEAN, abs=5e-5)
    assert images.std() == pytest.approx(fashion_mnist.PIXEL_STD, abs=5e-5)


def test_write_shipped_is_what_load_shipped_reads(
    made_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "originals"
    shutil.copytree(made_folder, folder)
    for part in ("images-idx3", "labels-idx1"):
        shutil.copy(folder / f"train-{part}-ubyte.gz", folder / f"t10k-{part}-ubyte.gz")
    fashion_mnist.write_shipped(folder, tmp_path / "shipped")
    monkeypatch.setattr(fashion_mnist, "SHIPPED", tmp_path / "shipped")
    expected = fashion_mnist.split_training_set(fashion_mnist.read_original(folder, "train"))
    shipped = fashion_mnist.load_shipped("validation")
    np.testing.assert_array_equal(shipped.images, expected["validation"].images)
    assert len(fashion_mnist.load_shipped("test")) == 7_200


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 cut short", b"no archive at all"])
def test_a_damaged_shipped_file_says_how_to_restore_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    monkeypatch.setattr(fashion_mnist, "SHIPPED", tmp_path)
    if content is not None:
        (tmp_path / "test.npz").write_bytes(content)
    with pytest.raises(DataError, match="Restore it from the repository"):
        fashion_mnist.load_shipped("test")
