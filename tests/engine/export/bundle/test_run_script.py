"""`run.py` in an environment that has onnxruntime, numpy and Pillow alone."""

import importlib.metadata
import json
import runpy
import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from engine.evaluation_settings import EvaluationSettings
from engine.export.bundle.run_script import run_script
from engine.meters.measured_network import MeasuredNetwork
from engine.runtimes.onnx_model import export_onnx
from engine.supernets import registry
from engine.tasks.images import image_folders, pixel_files, training_folders
from engine.tasks.images.accuracy import top1
from engine.tasks.images.class_folders import ClassFolders
from engine.tasks.images.image_set import Kind, normalise
from engine.tasks.images.validation_folders import Images

PACKAGES = ("onnxruntime", "numpy", "pillow")


BUILT_IN = "ofa_mbv3_fashion_d234_e346_k357"
IMAGES = 600


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A folder with the files of the three packages, and what they bring, alone."""
    folder = tmp_path_factory.mktemp("environment")
    for package in PACKAGES:
        distribution = importlib.metadata.distribution(package)
        for name in {file.parts[0] for file in distribution.files or []} - {".."}:
            (folder / name).symlink_to(str(distribution.locate_file(name)))
    return folder


@pytest.fixture(scope="module")
def run(environment):
    """Runs `run.py` of a bundle in the environment, whatever else is installed."""

    def run(bundle, *arguments):
        code = (
            "import runpy, sys; sys.path.append(sys.argv.pop(1)); "
            "sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
        )
        command = [sys.executable, "-I", "-S", "-c", code, environment, bundle / "run.py"]
        process = subprocess.run(
            [*map(str, command), *map(str, arguments)], capture_output=True, text=True, check=False
        )
        return process.stdout, process.stderr

    return run


@pytest.fixture(scope="module")
def measured():
    """A sub-network of the built-in supernet."""
    supernet = registry.load(BUILT_IN)
    config = supernet.space.to_config(supernet.space.smallest)
    return MeasuredNetwork(supernet, config, EvaluationSettings())


@pytest.fixture(scope="module")
def bundle(measured, tmp_path_factory):
    _ = measured.network
    return write_bundle(tmp_path_factory.mktemp("bundle"), measured.module, measured.supernet.task)


def write_bundle(folder, module, task, resolution=None):
    """The files that `run.py` reads."""
    model = export_onnx(module, task.example_inputs(2, resolution), "images", "logits")
    (folder / "model.onnx").write_bytes(model.content)
    (folder / "preprocess.json").write_text(json.dumps(dict(task.preprocessing(resolution))))
    (folder / "classes.txt").write_text("".join(f"{name}\n" for name in task.classes))
    (folder / "run.py").write_text(run_script())
    return folder


@pytest.fixture(scope="module")
def split(measured):
    """A part of the validation images."""
    whole = measured.supernet.task.split("validation", measured.settings)
    return whole.take(np.arange(0, len(whole), len(whole) // IMAGES)[:IMAGES])


@pytest.fixture(scope="module")
def folder(measured, split, tmp_path_factory):
    folder = tmp_path_factory.mktemp("images") / "val"
    image_folders.write_arrays(split, measured.supernet.task.classes, folder)
    return folder


def test_the_environment_has_the_three_packages_alone(environment):
    code = (
        "import sys, importlib.util; sys.path.append(sys.argv[1]); import onnxruntime, numpy, PIL; "
        "print([importlib.util.find_spec(n) for n in ('torch', 'engine', 'onnx', 'scipy')])"
    )
    command = [sys.executable, "-I", "-S", "-c", code, str(environment)]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.stdout == "[None, None, None, None]\n", process.stderr


def test_check_prints_the_accuracy_that_the_program_measures(run, bundle, folder, measured, split):
    images = normalise(split.images, torch.device("cpu"), measured.supernet.task.kind)
    labels = torch.from_numpy(split.labels.astype(np.int64))
    accuracy = top1(measured.network, images, labels, 200)
    output, errors = run(bundle, "--check", folder.parent, "--threads", 1)
    correct = round(accuracy * IMAGES / 100)
    assert output == f"top-1 accuracy {accuracy:.2f} % ({correct} of {IMAGES} images)\n", errors
    assert 80 < accuracy < 100


def test_folders_may_have_the_names_or_the_numbers_of_some_classes(
    run, bundle, folder, measured, tmp_path
):
    shares = []
    for kind, name in enumerate(("{name}", "{index}", "{index}_{name}")):
        for index in (9, 3):
            text = measured.supernet.task.classes[index]
            source = next(folder.glob(f"{index}_*"))
            target = tmp_path / str(kind) / name.format(name=text, index=index)
            target.parent.mkdir(exist_ok=True)
            target.symlink_to(source)
        shares.append(run(bundle, "--check", tmp_path / str(kind))[0])
    assert shares[0].startswith("top-1 accuracy ")
    assert shares == shares[:1] * 3
    (tmp_path / "0" / "Dress").rename(tmp_path / "0" / "Gown")
    assert (
        "There are 2 folders with images, but the network has 10 classes."
        in (run(bundle, "--check", tmp_path / "0")[1])
    )


def test_the_most_probable_classes_of_each_image_are_printed(run, bundle, folder, measured):
    shoes = next(folder.glob("9_*"))
    paths = sorted(shoes.iterdir())
    lines = run(bundle, shoes, "--top", 3)[0].splitlines()
    assert lines[::4] == [str(path) for path in paths]
    assert all(line.split(" %  ")[1] in measured.supernet.task.classes for line in lines[1::4])
    shares = [[float(line.split(" %")[0]) for line in lines[i + 1 : i + 4]] for i in (0, 4)]
    assert all(share == sorted(share, reverse=True) and sum(share) <= 100.02 for share in shares)
    first = [line.split(" %  ")[1] for line in lines[1::4]]
    assert max(first, key=first.count) == "Ankle boot"
    single = run(bundle, paths[0], "--top", 1)[0].splitlines()
    assert single == lines[:2]


def test_a_broken_image_costs_no_other_one_and_is_named_at_the_end(run, bundle, folder, tmp_path):
    paths = sorted(next(folder.glob("9_*")).iterdir())[:2]
    whole = paths[0].read_bytes()
    for name, content in (
        ("a.png", whole),
        ("b.png", whole[:60]),
        ("c.jpg", b""),
        ("d.png", whole),
    ):
        (tmp_path / name).write_bytes(content)
    output, errors = run(bundle, tmp_path, "--top", 1)
    assert output.splitlines()[::2] == [str(tmp_path / name) for name in ("a.png", "d.png")]
    assert [line.split(" cannot be read")[0] for line in errors.splitlines()] == [
        str(tmp_path / name) for name in ("b.png", "c.jpg")
    ]


class Means(nn.Module):
    """Logits from which pixels can be told: the mean of each channel, and one corner."""

    def forward(self, images):
        return torch.cat([images.mean((2, 3)), images[:, :1, 0, 0]], 1)


class Photographs(ClassFolders):
    def __init__(self):
        super().__init__(4, 24, "images", "made here")


@pytest.mark.parametrize("size", [(90, 40), (40, 90), (33, 33), (28, 28), (20, 31)])
def test_photographs_are_decoded_as_by_the_program(bundle, size, tmp_path):
    """Resized, cropped and normalised; a grey and a transparent image become coloured ones."""
    write_bundle(tmp_path, Means(), Photographs(), 24)
    namespace = runpy.run_path(str(tmp_path / "run.py"))
    pixels = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 4), dtype=np.uint8)
    paths = [tmp_path / name for name in ("a.png", "b.jpg", "c.png")]
    Image.fromarray(pixels).save(paths[0])
    Image.fromarray(pixels[:, :, :3]).save(paths[1])
    Image.fromarray(pixels[:, :, 0]).save(paths[2])
    classifier = namespace["Classifier"](tmp_path / "model.onnx", 1)
    expected = pixel_files.open_pixels(Images(tuple(paths), np.zeros(3, int)), 24, False)
    np.testing.assert_array_equal([classifier.pixels(path) for path in paths], expected)
    (batch,) = pixel_files.batches(expected, 3)
    np.testing.assert_allclose(classifier.logits(paths), Means()(batch), atol=1e-5)


@pytest.mark.parametrize("colour", [False, True])
def test_small_images_are_decoded_as_for_the_training(bundle, colour, tmp_path):
    kind = Kind(("a", "b"), 20, (0.3,) * (1 + 2 * colour), (0.4,) * (1 + 2 * colour))
    for name, label in (("a", 0), ("b", 1)):
        pixels = np.random.default_rng(label).integers(0, 256, (31, 50, 3), dtype=np.uint8)
        for part in ("train", "val", "test"):
            (tmp_path / part / name).mkdir(parents=True)
            Image.fromarray(pixels).save(tmp_path / part / name / "0.png")
    split = training_folders.read(tmp_path, 20, colour).splits["validation"]
    words = {"size": 20, "channels": kind.channels, "scale": 1 / 255, "mean": kind.mean}
    text = json.dumps({**words, "std": kind.std, "layout": "NCHW"})
    (tmp_path / "run.py").write_text(run_script())
    (tmp_path / "preprocess.json").write_text(text)
    model = export_onnx(Means(), torch.zeros(2, kind.channels, 20, 20))
    (tmp_path / "model.onnx").write_bytes(model.content)
    namespace = runpy.run_path(str(tmp_path / "run.py"))
    classifier = namespace["Classifier"](tmp_path / "model.onnx", 1)
    paths = [tmp_path / "val" / name / "0.png" for name in "ab"]
    for path, pixels in zip(paths, split.images, strict=True):
        np.testing.assert_array_equal(classifier.pixels(path).squeeze(), pixels)
    expected = Means()(normalise(split.images, torch.device("cpu"), kind))
    np.testing.assert_allclose(classifier.logits(paths), expected, atol=1e-5)


class FromPixels(Means):
    def forward(self, images):
        return super().forward((images.float() / 255 - 0.3) / 0.4)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32])
def test_a_model_with_its_preprocessing_gets_pixels(dtype, tmp_path):
    model = export_onnx(FromPixels(), torch.zeros(2, 1, 8, 8, dtype=dtype))
    (tmp_path / "model.onnx").write_bytes(model.content)
    words = {"size": 8, "channels": 1, "scale": 1 / 255, "mean": [0.3], "std": [0.4]}
    inside = {"inside": ["model.onnx"]} if dtype == torch.float32 else {}
    (tmp_path / "preprocess.json").write_text(json.dumps({**words, **inside}))
    (tmp_path / "run.py").write_text(run_script())
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    namespace = runpy.run_path(str(tmp_path / "run.py"))
    classifier = namespace["Classifier"](tmp_path / "model.onnx", 1)
    expected = FromPixels()(torch.from_numpy(pixels)[None, None])
    np.testing.assert_allclose(classifier.logits([tmp_path / "a.png"]), expected, atol=1e-5)


def test_what_a_user_can_mend_is_a_sentence(bundle, tmp_path, monkeypatch, capsys):
    def message(*arguments, of=bundle):
        monkeypatch.setattr(sys, "argv", ["run.py", *map(str, arguments)])
        with pytest.raises(SystemExit) as ending:
            runpy.run_path(str(of / "run.py"), run_name="__main__")
        output, errors = capsys.readouterr()
        assert not output
        return f"{errors}{ending.value}"

    (tmp_path / "empty").mkdir()
    (tmp_path / "text.png").write_text("no image")
    assert "missing.jpg does not exist." in message("missing.jpg")
    assert "text.png cannot be read as an image" in message(tmp_path / "text.png")
    assert "has no images (.bmp, .jpeg" in message(tmp_path / "empty")
    assert "no folders with images, one for each class" in message("--check", tmp_path / "empty")
    assert "is not a folder" in message("--check", tmp_path / "text.png")
    assert "give images, or --check" in message()
    assert "'0' is not a whole number above 0" in message("a.png", "--top", "0")
    assert "x.onnx is missing. Give another" in message("a.png", "--model", "x.onnx")
    assert "text.png cannot be loaded" in message("a.png", "--model", tmp_path / "text.png")
    (tmp_path / "run.py").write_text(run_script())
    assert "preprocess.json cannot be read (No such file" in message("a.png", of=tmp_path)
    (tmp_path / "preprocess.json").write_text("{")
    assert "preprocess.json is damaged" in message("a.png", of=tmp_path)
    (tmp_path / "preprocess.json").write_text("{}")
    assert "describes no images of 1 or 3 channels" in message("a.png", of=tmp_path)


def test_a_missing_package_is_named(bundle):
    command = [sys.executable, "-I", "-S", str(bundle / "run.py"), "a.png"]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.stderr == (
        "run.py needs numpy, which is not installed. Install what it needs: "
        "pip install onnxruntime numpy pillow\n"
    )


def test_help_says_what_can_be_done(run, bundle):
    output, _ = run(bundle, "--help")
    assert all(word in output for word in ("--check FOLDER", "--top", "--model FILE", "--threads"))
