"""A network and its data together: images at its size and channels, or a task of the user's."""

import numpy as np
import pytest
import torch
from torch import nn

from engine.errors import DataError
from engine.evaluation_settings import EvaluationSettings
from engine.supernets.elastic.data_source import Request, bring
from engine.supernets.elastic.image_data import ImageData, read_images
from engine.supernets.elastic.loader_data import LoaderData
from engine.supernets.elastic.model_input import ImageInput
from engine.tasks.images.training_folders import read
from tests.engine.image_files import write_idx, write_images

SETTINGS = EvaluationSettings(batch_size=4)
NETWORK = """
from torch import nn

def make_model():
    return nn.Sequential(
        nn.Conv2d({channels}, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, {classes})
    )
"""
TASK = """
import torch
from dynas_studio import ElasticTask, Metric

def batches():
    for number in range(3):
        yield torch.full((4, 3, 8, 8), float(number)), torch.zeros(4, dtype=torch.int64)

def make_task():
    return ElasticTask(batches, batches, torch.nn.functional.cross_entropy)
"""


def network_file(folder, channels=3, classes=3, more=""):
    path = folder / "mine.py"
    path.write_text(NETWORK.format(channels=channels, classes=classes) + more)
    return path


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """15 images of each of 3 classes."""
    folder = tmp_path_factory.mktemp("images")
    write_images(folder, 3, 15)
    return folder


@pytest.fixture(scope="module")
def four_files(tmp_path_factory):
    """As many grey images as Fashion-MNIST's splits need, of constant brightness."""
    folder, rng = tmp_path_factory.mktemp("fashion"), np.random.default_rng(0)
    for name, per_class in (("train", 720), ("t10k", 4)):
        labels = rng.permutation(np.repeat(np.arange(10), per_class)).astype(np.uint8)
        pixels = np.broadcast_to(labels[:, None, None] * 20, (len(labels), 28, 28))
        write_idx(folder / f"{name}-images-idx3-ubyte.gz", pixels.astype(np.uint8))
        write_idx(folder / f"{name}-labels-idx1-ubyte.gz", labels)
    return folder


def test_class_folders_are_read_at_the_channels_and_the_size_of_the_network(images, tmp_path):
    brought = bring(Request(str(network_file(tmp_path)), images, size=16))
    data = brought.required_data()
    assert isinstance(data, ImageData)
    inputs, labels = next(iter(data.training_batches(0, 0)))
    assert inputs.shape[1:] == (3, 16, 16)
    assert len(inputs) == len(labels) == data.batch
    assert data.kind.mean == (0.485, 0.456, 0.406), "ImageNet's where the network says nothing"
    assert "3 classes of colour images" in data.describe()
    grey = bring(Request(str(network_file(tmp_path, channels=1)), images, size=8))
    assert grey.inputs.shape == (8, 1, 8, 8)


def test_what_the_file_says_of_size_and_normalisation_is_used(images, tmp_path):
    more = "SIZE, MEAN, STD = 10, 0.5, 0.25\n"
    data = bring(Request(str(network_file(tmp_path, more=more)), images)).required_data()
    assert data.kind.mean == (0.5, 0.5, 0.5)
    assert data.example_inputs.shape[-1] == 10
    assert data.task.preprocessing()["std"] == [0.25] * 3


def test_all_parts_of_the_data_are_there_and_do_not_overlap(images):
    data = read_images(images, ImageInput(3), size=8)
    splits = data.images.splits
    assert {name: len(split) for name, split in splits.items()} == {
        "training": 27, "validation": 9, "test": 9, "calibration": 27,
    }  # fmt: skip
    for part, count in (("validation", 9), ("held out", 9), ("calibration", 27)):
        batches = list(data.batches(part))
        assert sum(len(inputs) for inputs, _ in batches) == count
        assert sum(len(labels) for _, labels in batches) == count


def test_a_small_data_set_has_small_batches_and_an_epoch_follows_from_its_seed(images):
    data = read_images(images, ImageInput(3), size=8)
    assert data.batch == 8
    assert data.steps_per_epoch == 3
    epoch = [inputs for inputs, _ in data.training_batches(1, 2)]
    again = [inputs for inputs, _ in data.training_batches(1, 2, first=1)]
    assert torch.equal(torch.cat(epoch[1:]), torch.cat(again))
    assert not torch.equal(epoch[0], next(iter(data.training_batches(1, 3)))[0])


def test_score_and_task_agree(images):
    data = read_images(images, ImageInput(3), size=8)
    torch.manual_seed(0)
    network = nn.Sequential(nn.Flatten(), nn.Linear(3 * 64, 3)).eval()
    with torch.inference_mode():
        batches = [(network(x), y) for x, y in data.batches("validation")]
        expected = data.task.quality(network, "validation", ["acc"], SETTINGS)
    outputs, targets = (list(part) for part in zip(*batches, strict=True))
    assert data.score(outputs, targets) == pytest.approx(expected)
    assert data.loss(outputs[0], targets[0]) > 0
    assert data.distance(outputs[0], outputs[0]) == pytest.approx(0.0, abs=1e-6)


def test_another_resolution_is_scaled_to(images):
    task = read_images(images, ImageInput(3), size=8).task
    assert next(iter(task.batches("validation", SETTINGS, 12)))[0].shape == (4, 3, 12, 12)
    assert next(iter(task.calibration(SETTINGS, 4))).shape[-1] == 4


def test_the_centre_of_images_is_taken_as_the_network_says(images):
    whole, centre = (read(images, 16, True, crop).splits["test"].images for crop in (1.0, 0.5))
    assert whole.shape == centre.shape
    assert not np.array_equal(whole, centre)


def test_fashion_mnist_is_scaled_and_repeated_for_a_network_in_colour(four_files):
    grey = read_images(four_files, ImageInput(1))
    colour = read_images(four_files, ImageInput(3), size=14)
    assert grey.example_inputs.shape == (8, 1, 28, 28)
    assert colour.example_inputs.shape == (8, 3, 14, 14)
    assert torch.allclose(colour.example_inputs[:, :1, 7, 7], grey.example_inputs[:, :, 7, 7])
    assert len(grey.images.splits["training"]) == 2_200


def test_each_fault_of_the_data_is_one_sentence(images, tmp_path):
    path = network_file(tmp_path, classes=7)
    (other := tmp_path / "other").mkdir()
    for request, sentence in (
        (Request(str(path), images, 16), "has 7 outputs, but .* has 3 classes"),
        (Request(str(path), images), r"Give --size, or define SIZE"),
        (Request(str(path), tmp_path / "none", 16), "There is no folder"),
        (Request(str(path), other, 16), "has no folders of images in it. Give a folder"),
        (Request(str(network_file(other, 5)), images, 16), "images of 5 channels"),
        (Request("torch.nn:ReLU", images, 16), "has no convolution of images"),
        (Request("torch.nn:ReLU"), "Nothing tells what inputs the network takes"),
        (Request(str(path), images, 2), "cannot take inputs of the shape .8, 3, 2, 2."),
    ):
        with pytest.raises(DataError, match=sentence):
            bring(request)


def test_make_task_gives_the_data_of_any_network(tmp_path):
    path = network_file(tmp_path, more=TASK)
    brought = bring(Request(str(path)))
    data = brought.required_data()
    assert isinstance(data, LoaderData)
    assert brought.inputs.shape == (4, 3, 8, 8)
    assert data.steps_per_epoch == 3
    assert [m.name for m in data.metrics] == ["loss"]
    assert len(list(data.batches("calibration"))) == 3
    assert list(data.batches("held out")) == []
    assert "make_task in" in data.describe()


@pytest.mark.parametrize(
    ("code", "sentence"),
    [("def make_task():\n    return 3\n", "returns an object of type int. Let it return a dynas"),
     (TASK.replace("yield", "1 / 0\n        yield"), "mine.py, line .*: ZeroDivisionError"),
     (TASK.replace("range(3)", "range(0)"), "gives no batch. Let it give")],
)  # fmt: skip
def test_a_task_that_fails_is_told_of_with_its_line(tmp_path, code, sentence):
    with pytest.raises(DataError, match=sentence):
        bring(Request(str(network_file(tmp_path, more=code))))


def test_without_data_inputs_are_made_from_what_the_network_says(tmp_path):
    path = network_file(
        tmp_path, more="import torch\ndef make_inputs():\n    return torch.ones(1, 3, 5, 5)\n"
    )
    brought = bring(Request(str(path)))
    assert brought.inputs.shape == (1, 3, 5, 5)
    with pytest.raises(DataError, match="There are no data to train"):
        brought.required_data()
    assert bring(Request("builtin")).inputs.shape == (2, 1, 28, 28)
