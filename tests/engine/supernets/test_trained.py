"""Supernets that earlier versions trained on a folder of images, which are loaded as before."""

import json
import shutil

import numpy as np
import pytest
import torch
from PIL import Image

from engine.config import NASConfig
from engine.errors import ConfigError, DataError
from engine.meters.pipeline import measure
from engine.meters.registry import sources
from engine.runs.service import RunService
from engine.supernets import registry, trained
from engine.supernets.base import EvaluationSettings
from engine.supernets.cost_table import count
from engine.tasks.images import training_folders
from engine.training.recipe import Phase, Recipe
from engine.training.training import Training
from tests.earlier_supernet import save_supernet

SETTINGS = EvaluationSettings()
CLASSES = {"circle": (220, 40, 40), "ring": (40, 200, 60), "stripe": (50, 60, 230)}
PHASES = (Phase("largest", 12, 3e-3), Phase("shrinking", 4, 1.5e-3, random_subnets=2))
pytestmark = pytest.mark.usefixtures("brief_timing")


def picture(name, rng, side=40):
    """Noise with a shape of the class in its colour."""
    y, x = np.mgrid[:side, :side] - side / 2 + rng.integers(-3, 4)
    distance = np.hypot(x, y)
    shape = {
        "circle": distance < side / 4,
        "ring": (distance > side / 5) & (distance < side / 3),
        "stripe": np.abs(x) < side / 8,
    }[name]
    pixels = rng.integers(0, 90, (side, side + 8, 3))
    pixels[:, 4:-4][shape] = np.array(CLASSES[name]) - rng.integers(0, 30, 3)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def fill(folder, per_class, seed=0):
    rng = np.random.default_rng(seed)
    for name in CLASSES:
        (folder / name).mkdir(parents=True)
        for index in range(per_class):
            picture(name, rng).save(folder / name / f"{index}.png")
    return folder


@pytest.fixture(scope="module")
def shapes(tmp_path_factory):
    """Class folders alone: 40 images a class."""
    return fill(tmp_path_factory.mktemp("images") / "my shapes", 40)


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture(autouse=True)
def _data_dir(monkeypatch, data_folder):
    monkeypatch.setenv("DYNAS_DATA_DIR", str(data_folder))


@pytest.fixture(scope="module")
def output(shapes, data_folder):
    """The supernet that was trained then."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DYNAS_DATA_DIR", str(data_folder))
        return keep_trained("my-shapes", shapes, seed=0)


def keep_trained(name, shapes, seed, phases=PHASES):
    images = training_folders.read(shapes, 20, colour=True)
    recipe = Recipe(phases=phases, batch=16, seed=seed)
    training = Training(recipe, images.splits["training"], torch.device("cpu"), images.kind)
    while training.step < training.total:
        training.advance()
    folder = trained.folder_of(name)
    folder.mkdir(parents=True, exist_ok=True)
    return save_supernet(training.net, images, folder, shapes, recipe.to_json())


@pytest.fixture
def supernet(output):
    return registry.load("my-shapes")


def test_it_is_listed_and_described(supernet):
    assert "my-shapes" in registry.names()
    assert supernet is registry.load("my-shapes")
    assert supernet.task.input_shape == (3, 20, 20)
    assert [stage.resolution for stage in supernet.stages] == [10, 5, 3]
    assert "20 x 20 colour images of 3 classes, trained here on 72 images" in supernet.description
    assert supernet.missing_requirements(SETTINGS) == []
    assert "acc_top5" not in sources(supernet, SETTINGS)


def test_what_it_needs_is_its_own(supernet):
    weights, images = supernet.requirements()
    assert weights.check(SETTINGS, lambda *state: None).startswith("All ")
    assert images.check(SETTINGS, lambda *state: None).endswith("test images of 3 classes")
    places = {requirement.locate(SETTINGS) for requirement in (weights, images)}
    assert places == {str(supernet.weights), str(supernet.folder)}
    built_in = registry.load(registry.DEFAULT).requirements()
    assert not {r.key for r in built_in} & {weights.key, images.key}
    assert not any(r.option for r in (weights, images)), "it takes no path"


def test_it_has_learnt_and_its_numbers_are_those_of_its_card(supernet):
    config = supernet.space.to_config(supernet.space.largest)
    numbers = measure(supernet, config, ["acc", "test_acc", "lat"], SETTINGS)
    assert numbers["acc"] == supernet.card.accuracy["largest"]
    assert min(numbers["acc"], numbers["test_acc"]) > 60
    assert numbers["lat"] > 0
    start, best = supernet.bounds("acc")
    assert start < supernet.card.accuracy["smallest"] <= best


def test_macs_and_parameters_are_what_fvcore_counts(supernet):
    genotypes = supernet.space.sample(5, np.random.default_rng(0))
    modules = [supernet.subnetwork(supernet.space.to_config(g)) for g in genotypes]
    expected = [count(module, supernet.task.input_shape) for module in modules]
    np.testing.assert_array_equal(supernet.macs_params(genotypes), expected)
    states = [module.state_dict().values() for module in modules]
    sizes = [sum(t.numel() * t.element_size() for t in state) / 1e6 for state in states]
    np.testing.assert_allclose(supernet.exact_metrics(genotypes)["size"], sizes)
    assert modules[0](torch.zeros(1, 3, 20, 20)).shape == (1, 3)


def test_it_is_searched_like_any_other(output, data_folder):
    service = RunService(data_folder)
    dynas = {"supernet": "my-shapes", "num_evals": 6, "population": 4, "workers": 1}
    run = service.start(NASConfig(dynas=dynas))
    service.wait(run, timeout=120)
    history = service.history(run)
    assert (history.state, len(history.evaluations)) == ("finished", 6), history.message
    assert all(e.ok for e in history.evaluations)
    assert history.hypervolume[-1] > 0
    service.close()


def test_it_needs_no_folder_and_says_so(supernet, shapes):
    settings = EvaluationSettings(dataset_path=str(shapes))
    with pytest.raises(
        ConfigError, match=r"task_options\.dataset_path: there are no options to set here"
    ):
        supernet.check_data(settings)
    assert supernet.missing_requirements(settings)[0].startswith(
        "task_options.dataset_path: there are no options"
    )
    with pytest.raises(ConfigError, match=r"dynas\.dataset_path: there are no options to set here"):
        NASConfig(dynas={"supernet": supernet.name, "dataset_path": str(shapes)}).check()


def test_trained_anew_it_is_loaded_anew(supernet, shapes, data_folder):
    before = supernet.fingerprint(SETTINGS)
    copy = data_folder / "supernets" / "again"
    shutil.copytree(data_folder / "supernets" / "my-shapes", copy)
    first = registry.load("again")
    assert first.fingerprint(SETTINGS) == before
    keep_trained("again", shapes, 1, (Phase("largest", 1, 3e-3),))
    assert registry.load("again") is not first
    assert registry.load("again").fingerprint(SETTINGS) != before
    shutil.rmtree(copy)


def use(name):
    supernet = registry.load(name)
    supernet.check_data(SETTINGS)
    supernet.subnetwork(supernet.space.to_config(supernet.space.smallest))


@pytest.mark.parametrize(
    "file", ["supernet.json", "weights.pt", "costs.json", "state.json", "validation.npz"]
)
def test_a_damaged_file_is_named(output, data_folder, file):
    name = f"damaged-{file}"
    copy = data_folder / "supernets" / name
    shutil.copytree(data_folder / "supernets" / "my-shapes", copy)
    (copy / file).write_text("[1")
    with pytest.raises(DataError, match=file):
        use(name)
    shutil.rmtree(copy)


def test_a_training_that_has_not_ended_is_not_listed(output, data_folder):
    folder = data_folder / "supernets" / "half"
    folder.mkdir()
    (folder / "checkpoint.pt").write_bytes(b"")
    assert "half" not in registry.names()
    folder.joinpath("checkpoint.pt").unlink()
    folder.rmdir()


def test_train_and_val_folders_are_used_as_they_are(tmp_path):
    fill(tmp_path / "train", 6)
    fill(tmp_path / "val", 5, seed=1)
    images = training_folders.read(tmp_path, 12, colour=False)
    assert {name: len(split) for name, split in images.splits.items()} == {
        "training": 18, "calibration": 18, "validation": 9, "test": 6,
    }  # fmt: skip
    assert images.splits["training"].images.shape == (18, 12, 12)
    assert images.kind.channels == 1
    fill(tmp_path / "test", 4, seed=2)
    images = training_folders.read(tmp_path, 12, colour=False)
    assert {name: len(split) for name, split in images.splits.items()} == {
        "training": 18, "calibration": 18, "validation": 15, "test": 12,
    }  # fmt: skip


def test_splits_are_fixed_balanced_and_apart(shapes):
    first, second = (training_folders.read(shapes, 12, colour=True).splits for _ in range(2))
    for name, split in first.items():
        np.testing.assert_array_equal(split.images, second[name].images)
        assert len(set(np.bincount(split.labels))) == 1
    parts = [first[name].images for name in ("training", "validation", "test")]
    together = np.concatenate(parts).reshape(120, -1)
    assert len(np.unique(together, axis=0)) == 120


def test_what_is_wrong_with_a_folder_is_a_sentence(tmp_path):
    with pytest.raises(DataError, match="holds no folder of images for each class"):
        training_folders.read(tmp_path, 12, colour=True)
    fill(tmp_path / "train", 5)
    with pytest.raises(DataError, match="has train but no val"):
        training_folders.read(tmp_path, 12, colour=True)
    fill(tmp_path / "val", 1)
    with pytest.raises(DataError, match=r"'circle' in .* is left for test"):
        training_folders.read(tmp_path, 12, colour=True)
    shutil.rmtree(tmp_path / "val" / "ring")
    with pytest.raises(DataError, match="do not hold the same classes"):
        training_folders.read(tmp_path, 12, colour=True)
    one = tmp_path / "one"
    shutil.copytree(tmp_path / "train" / "ring", one / "ring")
    with pytest.raises(DataError, match="holds one class, 'ring'"):
        training_folders.read(one, 12, colour=True)
    (tmp_path / "train" / "ring" / "0.png").write_bytes(b"no image")
    with pytest.raises(DataError, match="cannot be decoded"):
        training_folders.read(tmp_path / "train", 12, colour=True)


def test_the_card_says_how_it_was_trained(output, data_folder):
    card = json.loads((data_folder / "supernets" / "my-shapes" / "supernet.json").read_text())
    assert card["counts"]["training"] == 72
    assert Recipe.from_json(card["recipe"]).batch == 16
    assert trained.names() == ["my-shapes"]
