import math
import threading
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision import transforms

from engine.errors import DataError
from engine.tasks.images import pixel_files
from engine.tasks.images.validation_folders import Images


def picture(width: int, height: int) -> Image.Image:
    noise = np.random.default_rng(0).integers(0, 256, (height // 8, width // 8, 3))
    return Image.fromarray(noise.astype(np.uint8)).resize((width, height))


@pytest.fixture
def images(tmp_path: Path) -> Images:
    paths = [tmp_path / f"{number}.png" for number in range(5)]
    for number, path in enumerate(paths):
        picture(60 + 10 * number, 50).save(path)
    return Images(tuple(paths), np.arange(5))


@pytest.mark.parametrize("size", [(300, 200), (200, 300), (257, 257), (150, 100), (501, 375)])
@pytest.mark.parametrize("resolution", [128, 176, 224])
def test_the_centre_is_what_the_protocol_of_ofa_cuts_out(
    size: tuple[int, int], resolution: int
) -> None:
    image = picture(*size)
    protocol = transforms.Compose(
        [transforms.Resize(math.ceil(resolution / 0.875)), transforms.CenterCrop(resolution)]
    )
    np.testing.assert_array_equal(
        pixel_files.centre_crop(image, resolution), np.asarray(protocol(image))
    )


def test_random_parts_are_as_large_and_as_often_mirrored_as_in_training() -> None:
    """A ramp from left to right shows where a part begins, ends and which way round it is."""
    ramp = np.tile(np.linspace(0, 255, 256).astype(np.uint8)[None, :, None], (256, 1, 3))
    image, widths, reference_widths, mirrored = Image.fromarray(ramp), [], [], 0
    torch.manual_seed(0)
    published = transforms.RandomResizedCrop(32, scale=(0.08, 1.0))
    for seed in range(300):
        part = pixel_files.random_crop(image, 32, np.random.default_rng(seed))
        assert part.shape == (32, 32, 3)
        left, right = int(part[0, 0, 0]), int(part[0, -1, 0])
        mirrored += left > right
        widths.append(abs(right - left) / 255)
        row = np.asarray(published(image))[0, :, 0].astype(int)
        reference_widths.append((row[-1] - row[0]) / 255)
    assert 120 < mirrored < 180
    tenths = np.linspace(0, 1, 11)
    np.testing.assert_allclose(
        np.quantile(widths, tenths), np.quantile(reference_widths, tenths), atol=0.08
    )


def test_a_part_of_a_thin_image_is_taken_from_all_of_it() -> None:
    assert pixel_files.random_crop(picture(800, 8), 16, np.random.default_rng(0)).shape == (
        16,
        16,
        3,
    )


@pytest.mark.parametrize("augmented", [False, True])
def test_images_are_decoded_once(
    images: Images, augmented: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = np.array(pixel_files.open_pixels(images, 32, augmented))
    assert first.shape == (5, 32, 32, 3)
    monkeypatch.setattr(pixel_files, "_decode", None)
    np.testing.assert_array_equal(pixel_files.open_pixels(images, 32, augmented), first)


def test_other_files_resolutions_and_uses_are_decoded_apart(images: Images) -> None:
    assert pixel_files.open_pixels(images, 24, False).shape == (5, 24, 24, 3)
    centred, random = (
        pixel_files.open_pixels(images, 32, False),
        pixel_files.open_pixels(images, 32, True),
    )
    assert (np.asarray(centred) != np.asarray(random)).any()
    before = np.array(centred)
    picture(64, 64).rotate(90).save(images.paths[0])
    assert (np.asarray(pixel_files.open_pixels(images, 32, False))[0] != before[0]).any()


def test_processes_that_decode_at_the_same_time_share_the_work(
    images: Images, monkeypatch: pytest.MonkeyPatch
) -> None:
    decode, times = pixel_files._decode, []
    monkeypatch.setattr(pixel_files, "_decode", lambda *a: (times.append(a), decode(*a))[1])
    threads = [
        threading.Thread(target=pixel_files.open_pixels, args=(images, 32, False)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(times) == len(images)


def test_batches_are_normalised_channels_last(images: Images) -> None:
    decoded = pixel_files.open_pixels(images, 32, False)
    batches = list(pixel_files.batches(decoded, 2))
    assert [len(batch) for batch in batches] == [2, 2, 1]
    assert batches[0].is_contiguous(memory_format=torch.channels_last)
    normalise = transforms.Compose(
        [transforms.ToTensor(), transforms.Normalize(pixel_files.MEAN, pixel_files.STD)]
    )
    torch.testing.assert_close(batches[1][1], normalise(np.array(decoded[3])))


def test_grey_and_transparent_images_become_rgb(tmp_path: Path) -> None:
    for mode in ("L", "RGBA", "CMYK"):
        path = tmp_path / f"{mode}.{'jpg' if mode == 'CMYK' else 'png'}"
        picture(64, 64).convert(mode).save(path)
        assert pixel_files.open_pixels(Images((path,), np.zeros(1)), 32, False).shape == (
            1,
            32,
            32,
            3,
        )


def test_an_image_that_is_cut_off_is_named_and_leaves_no_file(
    images: Images, data_folder: Path
) -> None:
    path = images.paths[3]
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(DataError, match=f"{path} cannot be decoded.*Replace or remove it"):
        pixel_files.open_pixels(images, 32, False)
    assert {p.suffix for p in (data_folder / "images").iterdir()} == {".lock"}


def test_a_disk_that_is_too_small_says_so(images: Images, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pixel_files.shutil, "disk_usage", lambda path: SimpleNamespace(free=0))
    with pytest.raises(DataError, match=r"0.0 GB are free.*lower test_fraction"):
        pixel_files.open_pixels(images, 32, False)
