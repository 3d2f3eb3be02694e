"""Elastic networks in the data folder: stored, listed, loaded without torch, searched, exported."""

import json
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
import torch

from engine.data_dir import DataFolder, using
from engine.errors import ConfigError, DataError
from engine.evaluation_settings import EvaluationSettings
from engine.meters.pipeline import measure
from engine.runs.baselines.uniform_scaling import uniform_genotypes
from engine.supernets import registry, trained
from engine.supernets.elastic import structure_file
from engine.supernets.elastic.analysis import analyse
from engine.supernets.elastic.data_source import Request, bring
from engine.supernets.elastic.saved import Size, check_metrics, new_folder, save_elastic
from engine.supernets.elastic.supernet import ElasticSupernet
from engine.tasks.images.metrics import ACC
from engine.tasks.inputs import call_network
from tests.engine.image_files import write_images

SETTINGS = EvaluationSettings()
BLOCKS = "from torch import nn\n\nclass Head(nn.Linear):\n    pass\n"
NETWORK = """
import torch
from torch import nn
from head_of_it import Head

SIZE = 12

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(3, 16, 3), nn.BatchNorm2d(16), nn.ReLU())
        self.head = Head(16, 3)

    def forward(self, x):
        return {returned}

def make_model(weights=True):
    torch.manual_seed(0 if weights else 1)
    return Net()
"""
PLAIN = NETWORK.replace("{returned}", "self.head(self.first(x).mean((2, 3)))")
NAMED = NETWORK.replace("{returned}", '{"logits": self.head(self.first(x).mean((2, 3)))}')
TASK = """
from dynas_studio import ElasticTask, Metric

WRONG = Metric("wrong_share", "Wrong", "%", "min", "measured", "Share.", lowest=0.0, highest=100.0)

def batches(seed):
    def give():
        g = torch.Generator().manual_seed(seed)
        yield torch.randn(8, 3, 12, 12, generator=g), torch.arange(8) % 3
    return give

def score(outputs, targets):
    return {"wrong_share": 100 * (outputs[0]["logits"].argmax(1) != targets[0]).float().mean()}

def make_task():
    return ElasticTask(
        batches(0), batches(1), lambda o, t: nn.functional.cross_entropy(o["logits"], t),
        [WRONG], score, held_out=batches(2),
    )
"""


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture(autouse=True)
def _data_dir(monkeypatch, data_folder):
    monkeypatch.setenv("DYNAS_DATA_DIR", str(data_folder))


@pytest.fixture(scope="module")
def code(tmp_path_factory):
    """A folder with the user's code and images."""
    folder = tmp_path_factory.mktemp("code")
    (folder / "plain.py").write_text(PLAIN)
    (folder / "named.py").write_text(NAMED)
    (folder / "tasked.py").write_text(NAMED + TASK)
    (folder / "head_of_it.py").write_text(BLOCKS)
    write_images(folder / "images", 3, 10)
    return folder


def made(code, file, with_images=True):
    brought = bring(Request(str(code / file), code / "images" if with_images else None))
    return brought, analyse(brought.network, brought.inputs).network


@pytest.fixture(scope="module")
def plain(code, data_folder):
    brought, network = made(code, "plain.py")
    quality = {"original": {"acc": 60.0}, "smallest": {"acc": 52.0}}
    with using(DataFolder.at(data_folder)):
        return brought, save_elastic("plain", network, brought, "train", {"seed": 3}, quality)


@pytest.fixture(scope="module")
def tasked(code, data_folder):
    brought, network = made(code, "tasked.py", with_images=False)
    with using(DataFolder.at(data_folder)):
        return brought, network, save_elastic("tasked", network, brought, "train")


def test_it_is_listed_and_loaded_like_any_supernet(plain):
    _, supernet = plain
    assert "plain" in registry.names()
    assert registry.load("plain") is supernet
    assert isinstance(supernet, ElasticSupernet)
    assert supernet.card.recipe == {"seed": 3}
    assert "Top-1 accuracy: 60 % (original), 52 % (smallest)" in supernet.description
    assert supernet.source.title in supernet.description
    assert supernet.source.place not in supernet.description  # bundles are handed over
    assert supernet.bounds("acc") == (45.0, 100.0)
    assert supernet.original_quality == {"acc": 60.0}
    sizes = supernet.macs_params(uniform_genotypes(supernet))[:, 0]
    assert (np.diff(sizes) > 0).all()


def test_sub_networks_have_the_users_weights_and_exact_costs(plain):
    brought, supernet = plain
    config = supernet.space.to_config(supernet.space.largest)
    module = supernet.extract(config, SETTINGS)
    with torch.no_grad():
        torch.testing.assert_close(module(brought.inputs), brought.network(brought.inputs))
    costs = supernet.exact_metrics(np.array([supernet.space.smallest, supernet.space.largest]))
    assert costs["params"].tolist() == [sum(p.numel() for p in supernet.extract(
        supernet.space.to_config(end), SETTINGS).parameters())
        for end in (supernet.space.smallest, supernet.space.largest)]  # fmt: skip
    assert costs["macs"][0] < costs["macs"][1]


def test_it_is_measured_on_its_own_images_without_their_folder(plain, code):
    _, supernet = plain
    hidden = (code / "images").rename(code / "hidden")
    config = supernet.space.to_config(supernet.space.smallest)
    values = measure(supernet, config, ["acc", "test_acc", "macs"], SETTINGS)
    hidden.rename(code / "images")
    assert 0 <= values["acc"] <= 100
    assert 0 <= values["test_acc"] <= 100
    assert supernet.missing_requirements(SETTINGS) == []


def test_its_files_are_enough_for_another_machine(plain, tmp_path, monkeypatch):
    _, supernet = plain
    copy = tmp_path / "supernets" / "plain"
    for path in supernet.stored_files(SETTINGS):
        place = copy / path.relative_to(supernet.folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
    monkeypatch.setenv("DYNAS_DATA_DIR", str(tmp_path))
    received = registry.load("plain")
    assert received.folder == copy
    assert received.fingerprint(SETTINGS) == supernet.fingerprint(SETTINGS)
    config = received.space.to_config(received.space.smallest)
    assert measure(received, config, ["acc"], SETTINGS) == measure(
        supernet, config, ["acc"], SETTINGS
    )


def test_it_is_described_without_torch(plain):
    code = (
        "import sys\nfrom engine.supernets import registry\n"
        "s = registry.load('plain')\nprint(s.title, s.exact_metrics(s.space.smallest[None]))\n"
        "assert 'torch' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_image_classifier_may_return_its_logits_in_a_mapping(code):
    brought, network = made(code, "named.py")
    supernet = save_elastic("named", network, brought, "train")
    config = supernet.space.to_config(supernet.space.smallest)
    assert supernet.extract(config, SETTINGS)(brought.inputs).shape == (6, 3)
    assert 0 <= measure(supernet, config, ["acc"], SETTINGS)["acc"] <= 100


def test_a_users_task_measures_with_its_own_metric(tasked):
    _, _, supernet = tasked
    config = supernet.space.to_config(supernet.space.largest)
    values = measure(supernet, config, ["wrong_share", "test_wrong_share"], SETTINGS)
    assert 0 <= values["wrong_share"] <= 100
    assert supernet.bounds("wrong_share") == (None, 0.0)
    assert supernet.task.data_names.held_out == "held-out data"
    assert "wrong_share" in registry.quality_metric_names()
    outputs = call_network(supernet.extract(config, SETTINGS), supernet.task.example_inputs(1))
    assert outputs["logits"].shape == (1, 3)


def test_a_list_of_sizes_has_one_gene_and_weights_of_its_own(tasked):
    brought, network, _ = tasked
    ends = (network.space.smallest, network.space.largest)
    modules = [network.extract(genotype) for genotype in ends]
    with torch.no_grad():
        modules[0].head.bias.fill_(7.0)
    sizes = [Size(genotype, module) for genotype, module in zip(ends, modules, strict=True)]
    supernet = save_elastic("sizes", network, brought, "prune", sizes=sizes)
    assert [gene.group for gene in supernet.space.genes] == ["size"]
    assert supernet.space.genes[0].choices == (50, 100)
    small = supernet.extract({"size": [50]}, SETTINGS)
    assert small.head.bias.tolist() == [7.0] * 3
    assert small.first[0].out_channels == 8
    assert (
        supernet.macs_params(np.array([[0], [1]])).tolist()
        == network.macs_params(np.array(ends)).tolist()
    )
    assert list(supernet.original_costs.values()) == network.macs_params(ends[1][None])[0].tolist()
    with pytest.raises(DataError, match="not in the order of their MACs"):
        save_elastic("wrong", network, brought, "chain", sizes=[*map(Size, reversed(ends))])


def damage(supernet, name, content, tmp_path, monkeypatch):
    """A copy of the supernet in another data folder with one file changed."""
    copy = tmp_path / "supernets" / supernet.name
    shutil.copytree(supernet.folder, copy)
    (copy / name).unlink() if content is None else (copy / name).write_bytes(content)
    monkeypatch.setenv("DYNAS_DATA_DIR", str(tmp_path))
    return registry.load(supernet.name)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("weights.pt", b"none", "The weights .* cannot be read .it is damaged"),
        ("weights.pt", None, "The weights .* cannot be read .No such file"),
        ("code/plain.py", None, "cannot be made again: There is no file"),
        ("code/plain.py", PLAIN.replace("16", "24").encode(), "no longer makes the one that"),
    ],
)
def test_what_is_missing_or_damaged_is_told_of(
    plain, tmp_path, monkeypatch, name, content, sentence
):
    supernet = damage(plain[1], name, content, tmp_path, monkeypatch)
    with pytest.raises(DataError, match=sentence):
        supernet.extract(supernet.space.to_config(supernet.space.smallest), SETTINGS)


@pytest.mark.parametrize("name", ["structure.json", "elastic.json"])
def test_a_description_that_is_damaged_or_of_another_version_is_told_of(
    plain, tmp_path, monkeypatch, name
):
    with pytest.raises(DataError, match=rf"{name} is damaged"):
        damage(plain[1], name, b"{}", tmp_path / "a", monkeypatch)
    content = (plain[1].folder / name).read_bytes()
    newer = re.sub(rb'"format": ?2', b'"format":99', content)
    with pytest.raises(DataError, match=rf"{name} was written by another version .*format 99"):
        damage(plain[1], name, newer, tmp_path / "b", monkeypatch)


def test_a_structure_of_the_first_format_is_read_unless_it_lacks_parts(
    plain, tmp_path, monkeypatch
):
    content = (plain[1].folder / "structure.json").read_bytes()
    first = content.replace(b'"format":2', b'"format":1')
    same = damage(plain[1], "structure.json", first, tmp_path / "a", monkeypatch)
    assert same.space == plain[1].space
    lacking = re.sub(rb',"outputs":.*', b"}", first)
    with pytest.raises(DataError, match=r"written by another version .*format 1;"):
        damage(plain[1], "structure.json", lacking, tmp_path / "b", monkeypatch)


def test_a_structure_that_is_cut_off_is_told_of(plain, tmp_path, monkeypatch):
    content = (plain[1].folder / "structure.json").read_bytes()
    with pytest.raises(DataError, match="its beginning or its end is missing"):
        damage(plain[1], "structure.json", content[:-9], tmp_path, monkeypatch)


def test_a_list_of_supernets_reads_the_cards_only(plain, tmp_path, monkeypatch):
    listed = damage(plain[1], "weights.pt", b"", tmp_path, monkeypatch)
    with monkeypatch.context() as context:
        context.setattr(structure_file, "structure_from_json", lambda text: pytest.fail("read"))
        assert (listed.title, listed.known_size) == (plain[1].title, plain[1].space.size)
        assert registry.added_quality_metrics() == []
        assert listed.requirements()[0].title == "Weights"
    assert listed.space.size == listed.known_size


def test_a_name_or_a_metric_that_is_taken_is_refused(plain, tasked, tmp_path):
    with pytest.raises(ConfigError, match=r"There is a supernet 'taken' already"):
        new_folder("taken", ["taken"])
    with pytest.raises(ConfigError, match="cannot be the name"):
        new_folder("../x")
    other = json.loads((tasked[2].folder / trained.ELASTIC_CARD).read_text())["metrics"][0]
    changed = type(ACC)(**{**other, "label": "Another"})
    with pytest.raises(ConfigError, match="'wrong_share' of the task has another meaning"):
        check_metrics("third", [changed])
    check_metrics("third", [type(ACC)(**other), ACC])
