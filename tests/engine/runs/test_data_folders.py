"""Several data folders in one process: each search keeps to its own, and writes nothing at home."""

import threading
from pathlib import Path

import numpy as np
import pytest
import torch

from engine import data_dir
from engine.config import NASConfig
from engine.data_dir import DataFolder, using
from engine.errors import ConfigError, LogError
from engine.evaluation.child_process import ChildProcess
from engine.python_api.nas import NAS
from engine.runs.service import RunService
from engine.supernets import registry, trained
from engine.supernets.builtin.network import FashionMobileNetV3
from engine.supernets.ofa.official_file import weights_dir
from engine.tasks.images import decoded_images
from engine.tasks.images.image_set import ImageSet, Kind, Split
from tests.earlier_supernet import save_supernet

NAME = "mine"
IMAGENET = "ofa_mbv3_d234_e346_k357_w1.0_r128"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home folder in which nothing may be made, whatever the environment says."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("DYNAS_DATA_DIR")
    yield home
    assert list(home.rglob("*")) == []


@pytest.fixture
def folders(tmp_path):
    return DataFolder.at(tmp_path / "one"), DataFolder.at(tmp_path / "two")


def train(folder, scale, name=NAME):
    """Keep an untrained supernet in a data folder; `scale` tells its weights from others."""
    rng = np.random.default_rng(0)
    kind = Kind(("a", "b", "c"), 20, (0.5,), (0.5,))
    images = ImageSet(
        kind,
        {
            split: Split(
                rng.integers(0, 256, (24, 20, 20), dtype=np.uint8),
                np.arange(24, dtype=np.uint8) % 3,
            )
            for split in ("training", "validation", "calibration", "test")
        },
    )
    torch.manual_seed(0)
    net = FashionMobileNetV3(3, 1)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.mul_(scale)
    with using(folder):
        path = trained.folder_of(name)
        path.mkdir(parents=True)
        return save_supernet(net, images, path, Path("images"), "{}")


def searched(folder, **dynas):
    config = NASConfig(
        approach="random", dynas={"num_evals": 2, "population": 2, "workers": 1, **dynas}
    )
    return NAS(config, folder.path).search(progress=False)


def test_a_folder_is_made_for_its_user_alone_and_has_a_place_for_everything(folders):
    folder = folders[0].create()
    assert folder.path.stat().st_mode & 0o777 == 0o700
    assert folder.runs.stat().st_mode & 0o777 == 0o700
    places = [getattr(folder, n) for n, v in vars(DataFolder).items() if isinstance(v, property)]
    assert len(set(places)) == len(places) == 12
    assert all(place.parent == folder.path for place in places)


def test_what_cannot_be_a_folder_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(LogError, match="The data folder cannot be used: a path cannot hold a null"):
        DataFolder.at("a\0b")
    (tmp_path / "file").touch()
    with pytest.raises(LogError, match=r"cannot be made: Not a directory\. Choose another"):
        DataFolder.at(tmp_path / "file" / "data").create()


def test_that_of_the_thread_goes_before_that_of_the_process(folders, monkeypatch, tmp_path):
    monkeypatch.setenv("DYNAS_DATA_DIR", str(tmp_path / "named"))
    one, two = folders
    seen = []
    assert data_dir.current().path == tmp_path / "named"
    data_dir.use(one)
    with using(two):
        thread = threading.Thread(target=lambda: seen.append(data_dir.current()))
        thread.start()
        thread.join()
        assert data_dir.current() == two
        assert weights_dir() == two.weights
        assert decoded_images.folder() == two.images
    assert seen == [one]
    assert data_dir.current() == one


def _told(pipe):
    pipe.send((data_dir.current(), Path("~").expanduser()))


def test_a_process_has_the_folder_of_the_thread_that_started_it(folders):
    with using(folders[1]):
        process = ChildProcess(_told)
    try:
        assert process.receive(60)[0] == folders[1]
    finally:
        process.end()


def test_two_searches_of_one_process_have_supernets_of_one_name_that_are_not_mixed(folders, home):
    one, two = folders
    train(one, 1.0)
    train(two, 0.5)
    with using(one):
        prints = [registry.load(NAME).fingerprint(NASConfig().settings)]
    with using(two):
        prints.append(registry.load(NAME).fingerprint(NASConfig().settings))
    assert prints[0] != prints[1]
    fronts = [searched(folder, supernet=NAME) for folder in folders]
    for folder, front, fingerprint in zip(folders, fronts, prints, strict=True):
        assert [path.name for path in folder.runs.iterdir()] == [front.run_id]
        service = RunService(folder.path)
        history = service.history(front.run_id)
        assert (history.state, history.fingerprint) == ("finished", fingerprint)
        service.close()
    with pytest.raises(ConfigError, match=f"There is no supernet '{NAME}'"):
        registry.load(NAME)


def test_two_services_at_once_search_each_in_its_folder(folders, home):
    for folder, scale in zip(folders, (1.0, 0.5), strict=True):
        train(folder, scale)
    config = NASConfig(approach="random", dynas={"num_evals": 2, "population": 2, "workers": 1,
                                                 "supernet": NAME})  # fmt: skip
    services = [RunService(folder.path) for folder in folders]
    try:
        runs = [service.start(config) for service in services]
        for service, run in zip(services, runs, strict=True):
            service.wait(run, 120)
        histories = [service.history(run) for service, run in zip(services, runs, strict=True)]
        assert [history.state for history in histories] == ["finished"] * 2
        assert histories[0].fingerprint != histories[1].fingerprint
        for service, history in zip(services, histories, strict=True):
            assert service.history(history.id).hypervolume.size == 2
            assert history.metric("acc").label.startswith("Top-1")
            quality = service.held_out_quality(history.id, 1)
            assert service.cached_held_out_quality(history.id, 1) == quality
    finally:
        for service in services:
            service.close()


def test_images_are_decoded_into_the_folder_of_the_search(
    folders, home, imagenet_folder, weights_w10
):
    given = {"dataset_path": str(imagenet_folder), "weights_path": str(weights_w10)}
    searched(folders[0], supernet=IMAGENET, num_evals=1, test_fraction=0.05, **given)
    assert list(folders[0].images.glob("*.npy"))
    assert not folders[1].path.exists()
