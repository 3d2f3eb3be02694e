from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import DataError, EvaluationError
from engine.evaluation_settings import EvaluationSettings
from engine.supernets.builtin.fashion_images import FashionImages
from engine.tasks.images import image_folders
from engine.tasks.images.class_folders import ClassFolders
from engine.tasks.images.image_set import Split
from tests.engine.image_files import write_images

CLASSES = ("T-shirt/top", "a:b", "grey")


@pytest.mark.parametrize("shape", [(6, 5, 5), (6, 5, 5, 3)])
def test_the_files_have_the_pixels_and_the_classes_of_the_images(
    shape: tuple[int, ...], tmp_path: Path
) -> None:
    images = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    labels = np.array([2, 0, 1, 1, 0, 2])
    folder = tmp_path / "new" / "images"
    image_folders.write_arrays(Split(images, labels), CLASSES, folder)
    assert sorted(p.name for p in folder.iterdir()) == ["0_T-shirt-top", "1_a-b", "2_grey"]
    files = sorted(folder.rglob("*.png"), key=lambda path: path.name)
    assert [int(path.parent.name[0]) for path in files] == labels.tolist()
    np.testing.assert_array_equal([np.asarray(Image.open(path)) for path in files], images)
    assert [path.name for path in folder.parent.iterdir()] == ["images"]


def test_folders_sort_in_the_order_of_the_classes() -> None:
    names = image_folders.folder_names([f"class {i}" for i in range(101)])
    assert names == sorted(names)
    assert names[7] == "007_class 7"


def test_a_folder_that_exists_or_cannot_be_written_is_left_as_it_is(tmp_path: Path) -> None:
    split = Split(np.zeros((1, 2, 2), dtype=np.uint8), np.zeros(1, dtype=np.int64))
    with pytest.raises(DataError, match=r"exists already\. Give another folder with --out"):
        image_folders.write_arrays(split, CLASSES, tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="Nothing can be written to"):
        image_folders.write_arrays(split, CLASSES, tmp_path / "file" / "images")
    broken = Split(np.zeros((1, 2, 2), dtype=np.uint8), np.array([9]))
    with pytest.raises(IndexError):
        image_folders.write_arrays(broken, CLASSES, tmp_path / "images")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


class FewImages(FashionImages):
    def split(self, name: str, settings: EvaluationSettings) -> Split:
        whole = super().split(name, settings)
        return whole.take(np.arange(0, len(whole), 100))


def test_the_built_in_images_are_those_of_each_part(tmp_path: Path) -> None:
    task, settings = FewImages(), EvaluationSettings()
    text = task.write_images("held out", settings, tmp_path / "images")
    assert text == f"100 test images of 10 classes in {tmp_path / 'images'}."
    written = {np.asarray(Image.open(p)).tobytes() for p in (tmp_path / "images").rglob("*.png")}
    assert written == {image.tobytes() for image in task.split("test", settings).images}


class Photographs(ClassFolders):
    def __init__(self) -> None:
        super().__init__(3, 32, "images", "made here")


def test_class_folders_are_named_where_they_are_and_linked_where_some_are_used(
    tmp_path: Path,
) -> None:
    write_images(tmp_path / "data" / "val", 3, 10)
    write_images(tmp_path / "data" / "train", 3, 10)
    task = Photographs()

    def settings(share: float) -> EvaluationSettings:
        options = {"dataset_path": str(tmp_path / "data"), "test_fraction": share}
        return EvaluationSettings(task=options)

    text = task.write_images("validation", settings(1.0), tmp_path / "all")
    assert text == f"All 30 images in {tmp_path / 'data' / 'val'} are the validation images."
    assert not (tmp_path / "all").exists()
    with pytest.raises(EvaluationError, match="none are left for a test"):
        task.write_images("held out", settings(1.0), tmp_path / "none")
    linked = {}
    for part, name in (("validation", "validation"), ("held out", "test")):
        folder = tmp_path / name
        text = task.write_images(part, settings(0.5), folder)  # type: ignore[arg-type]
        assert text.startswith(f"Links to the 15 {name} images of {tmp_path / 'data' / 'val'} in")
        linked[part] = {path.resolve() for path in folder.rglob("*.png")}
        assert [path.name for path in sorted(folder.iterdir())] == ["n0000", "n0001", "n0002"]
    assert linked["validation"] == set(task.split(settings(0.5)).validation.paths)
    assert len(linked["validation"] | linked["held out"]) == 30
