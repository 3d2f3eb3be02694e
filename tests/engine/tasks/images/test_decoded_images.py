import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from engine.tasks.images import decoded_images, pixel_files
from engine.tasks.images.validation_folders import Images
from tests.engine.image_files import write_images


@pytest.fixture
def images(tmp_path: Path) -> Images:
    write_images(tmp_path / "val", 3, 1)
    paths = tuple(sorted((tmp_path / "val").rglob("*.png")))
    return Images(paths, np.arange(3))


def files() -> set[str]:
    return {path.name for path in decoded_images.folder().glob("*.npy")}


def test_what_they_take_is_counted(images: Images) -> None:
    assert decoded_images.usage() == decoded_images.Usage(0, 0)
    pixel_files.open_pixels(images, 32, False)
    pixel_files.open_pixels(images, 32, True)
    usage = decoded_images.usage()
    assert usage.files == 2
    assert usage.bytes > 2 * 3 * 32 * 32 * 3


def test_removed_images_are_decoded_again_and_open_ones_stay_readable(images: Images) -> None:
    first = pixel_files.open_pixels(images, 32, False)
    before = np.array(first)
    decoded_images.remove_all()
    assert decoded_images.usage() == decoded_images.Usage(0, 0)
    np.testing.assert_array_equal(first, before)
    np.testing.assert_array_equal(pixel_files.open_pixels(images, 32, False), before)


def test_only_what_is_of_no_use_is_outdated(images: Images) -> None:
    pixel_files.open_pixels(images, 32, False)
    pixel_files.open_pixels(images.take(np.arange(2)), 32, False)
    remaining = files()
    decoded_images.remove_outdated()
    assert files() == remaining
    os.utime(images.paths[2], (1, 1))
    decoded_images.remove_outdated()
    assert len(files()) == 1


def test_new_images_take_the_place_of_outdated_ones(images: Images) -> None:
    pixel_files.open_pixels(images, 32, False)
    before = files()
    os.utime(images.paths[0], (1, 1))
    pixel_files.open_pixels(images, 32, False)
    assert len(files()) == 1
    assert files() != before


def test_another_way_of_decoding_makes_them_outdated(
    images: Images, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixel_files.open_pixels(images, 32, False)
    monkeypatch.setattr(decoded_images, "PROTOCOL", decoded_images.PROTOCOL + 1)
    decoded_images.remove_outdated()
    assert not files()


def test_images_that_are_away_are_not_outdated(images: Images, tmp_path: Path) -> None:
    pixel_files.open_pixels(images, 32, False)
    shutil.move(tmp_path / "val", tmp_path / "unmounted")
    decoded_images.remove_outdated()
    assert len(files()) == 1
    shutil.move(tmp_path / "unmounted", tmp_path / "val")
    images.paths[0].unlink()
    decoded_images.remove_outdated()
    assert not files()


def test_a_file_without_its_list_of_images_is_left_alone(images: Images) -> None:
    pixel_files.open_pixels(images, 32, False)
    for path in decoded_images.folder().glob("*.sources"):
        path.write_bytes(b"damaged")
    os.utime(images.paths[0], (1, 1))
    decoded_images.remove_outdated()
    assert len(files()) == 1


def test_a_file_in_use_is_not_removed(images: Images) -> None:
    pixel_files.open_pixels(images, 32, False)
    (path,) = decoded_images.folder().glob("*.npy")
    with decoded_images.lock(path):
        decoded_images.remove_all()
    assert path.exists()
