from pathlib import Path

import numpy as np
import pytest

from engine.tasks.images import class_folders, pixel_files
from engine.tasks.images.validation_folders import Images


def test_files_of_images_are_looked_at_once_a_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []

    def decoded(images: Images, resolution: int, augmented: bool) -> pixel_files.Pixels:
        looked.append((resolution, augmented))
        return np.zeros((len(images), resolution, resolution, 3), dtype=np.uint8)

    now = 1000.0
    monkeypatch.setattr(pixel_files, "open_pixels", decoded)
    monkeypatch.setattr("time.monotonic", lambda: now)
    monkeypatch.setenv("DYNAS_DATA_DIR", str(tmp_path))
    images = Images((tmp_path / "a.jpg", tmp_path / "b.jpg"), np.zeros(2, dtype=np.int64))
    for _ in range(3):
        assert class_folders.open_decoded(images, 32, False).shape == (2, 32, 32, 3)
    assert class_folders.open_decoded(images, 24, False).shape == (2, 24, 24, 3)
    assert class_folders.open_decoded(images, 32, True).shape == (2, 32, 32, 3)
    assert looked == [(32, False), (24, False), (32, True)]
    now += 61
    class_folders.open_decoded(images, 32, False)
    assert looked[3:] == [(32, False)]
    monkeypatch.setenv("DYNAS_DATA_DIR", str(tmp_path / "other"))
    class_folders.open_decoded(images, 32, False)
    assert len(looked) == 5
