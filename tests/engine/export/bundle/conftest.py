"""What tests of bundles share: few images, and supernets of every kind."""

import shutil
from dataclasses import asdict

import numpy as np
import pytest

from engine import data_dir
from engine.supernets import registry
from engine.supernets.builtin import fashion_mnist, supernet
from engine.supernets.builtin.costs import COSTS, STATE
from engine.supernets.trained import SupernetCard
from tests.engine.export.bundle.bundles import EXAMPLES

PACKAGES = {
    "token_transformer": "token_supernet.supernet:TokenSupernet",
    "tabular_perceptron": "tabular_supernet.supernet:TabularSupernet",
    "digits_resnet": "resnet_supernet.supernet:ResnetSupernet",
}
KINDS = [
    registry.DEFAULT,
    *PACKAGES,
    pytest.param("clothes", marks=pytest.mark.slow),
    pytest.param("ofa_mbv3_d234_e346_k357_w1.0_r128", marks=pytest.mark.slow),
]
FEW = 100


@pytest.fixture
def few_images(monkeypatch):
    """The built-in supernet has a hundred images of each kind."""
    load = fashion_mnist.load_shipped
    monkeypatch.setattr(fashion_mnist, "load_shipped", lambda name: load(name).take(np.arange(FEW)))
    registry._load.cache_clear()
    yield
    monkeypatch.undo()
    registry._load.cache_clear()


@pytest.fixture
def settings(request, monkeypatch):
    """Makes a kind of supernet available and returns the settings that it needs."""

    def prepare(kind):
        if kind in PACKAGES:
            package = PACKAGES[kind].split(".")[0]
            monkeypatch.syspath_prepend(str(EXAMPLES / package))
            request.getfixturevalue("install")(supernets={kind: PACKAGES[kind]})
        if kind == "clothes":
            _write_trained(data_dir.current().supernets / kind)
        if kind.startswith("ofa_mbv3_d234"):
            return {
                "supernet_options": {
                    "weights_path": str(request.getfixturevalue("weights_w10")),
                },
                "task_options": {
                    "dataset_path": str(request.getfixturevalue("imagenet_folder")),
                    "test_fraction": 0.05,
                },
            }
        return {}

    return prepare


def _write_trained(folder):
    folder.mkdir(parents=True)
    for source, name in (
        (supernet.WEIGHTS, "weights.pt"),
        (COSTS, "costs.json"),
        (STATE, "state.json"),
    ):
        shutil.copy(source, folder / name)
    counts = {}
    for name in ("validation", "calibration", "test"):
        split = fashion_mnist.load_shipped(name)
        np.savez(folder / f"{name}.npz", images=split.images, labels=split.labels)
        counts[name] = len(split)
    card = SupernetCard(
        name=folder.name, kind=asdict(fashion_mnist.KIND), origin="images",
        counts={**counts, "training": FEW}, accuracy={"smallest": 90.0}, recipe="",
    )  # fmt: skip
    (folder / "supernet.json").write_text(card.model_dump_json())


@pytest.fixture
def tabular(settings):
    """The supernet whose networks are written the fastest."""
    settings("tabular_perceptron")
    return "tabular_perceptron"
