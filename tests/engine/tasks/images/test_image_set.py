import numpy as np
import pytest
import torch

from engine.supernets.builtin import fashion_mnist
from engine.tasks.images.image_set import Kind, augment, normalise

CPU = torch.device("cpu")


def test_augment_only_flips_and_shifts_by_up_to_two_pixels() -> None:
    rng = np.random.default_rng(0)
    originals = rng.integers(1, 256, (300, 6, 6), dtype=np.uint8)
    augmented = augment(originals, rng, shift=2)

    def versions(image: np.ndarray) -> dict[tuple[bool, int, int], np.ndarray]:
        padded = {flip: np.pad(image[:, ::-1] if flip else image, 2) for flip in (False, True)}
        return {
            (flip, dy, dx): padded[flip][dy : dy + 6, dx : dx + 6]
            for flip in (False, True)
            for dy in range(5)
            for dx in range(5)
        }

    offsets = set()
    for original, image in zip(originals, augmented, strict=True):
        matches = [k for k, v in versions(original).items() if np.array_equal(v, image)]
        assert len(matches) == 1
        offsets.update(matches)
    assert len(offsets) == 50, "every flip and shift turns up"


def test_augment_repeats_with_the_same_generator() -> None:
    images = np.random.default_rng(1).integers(0, 256, (20, 28, 28), dtype=np.uint8)
    first, second = (augment(images, np.random.default_rng(7), shift=2) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_normalised_training_images_have_mean_zero_and_deviation_one() -> None:
    x = normalise(fashion_mnist.load_shipped("calibration").images, CPU, fashion_mnist.KIND)
    assert x.shape == (2_000, 1, 28, 28)
    assert float(x.mean()) == pytest.approx(0, abs=0.02)
    assert float(x.std()) == pytest.approx(1, abs=0.02)


def test_images_in_colour_are_moved_with_all_their_channels() -> None:
    rng = np.random.default_rng(0)
    grey = rng.integers(1, 256, (50, 8, 8), dtype=np.uint8)
    colour = np.stack([grey, grey // 2, 255 - grey], axis=3)
    shifted = augment(colour, np.random.default_rng(3), shift=1)
    np.testing.assert_array_equal(shifted[..., 0], augment(grey, np.random.default_rng(3), shift=1))
    inside = shifted[..., 0] > 0
    np.testing.assert_array_equal(shifted[..., 1][inside], (shifted[..., 0] // 2)[inside])


def test_without_flips_text_stays_readable() -> None:
    ramp = np.tile(np.arange(1, 9, dtype=np.uint8), (40, 8, 1))
    shifted = augment(ramp, np.random.default_rng(0), shift=1, flip=False)
    steps = np.diff(shifted[:, 4, 1:7].astype(int))
    assert (steps == 1).all()


def test_each_channel_is_normalised_by_its_own_numbers() -> None:
    kind = Kind(("a", "b"), 2, (0.5, 0.0, 0.2), (0.5, 1.0, 0.1))
    x = normalise(np.full((1, 2, 2, 3), 255, dtype=np.uint8), CPU, kind)
    assert x.shape == (1, 3, 2, 2)
    torch.testing.assert_close(x[0, :, 0, 0], torch.tensor([1.0, 1.0, 8.0]))
