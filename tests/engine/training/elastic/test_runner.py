from pathlib import Path

import pytest
import torch

from engine import data_dir
from engine.data_dir import DataFolder
from engine.errors import ConfigError, DataError
from engine.evaluation_settings import EvaluationSettings
from engine.supernets import registry
from engine.training.elastic import checkpoint
from engine.training.elastic.fine_tuning import TRAINING
from engine.training.elastic.fine_tuning_record import FineTuned
from engine.training.elastic.prepared import ORIGINAL
from engine.training.elastic.request import TrainingRequest
from engine.training.elastic.runner import run
from tests.engine.training.elastic.tiny import FILE
from tests.engine.training.elastic.tiny_model import make_model

SETTINGS = {"divisor": 4}
SHORT = {"model": f"{FILE}:make_model", "settings": SETTINGS, "epochs": 4.0}


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder.at(tmp_path / "data").create()
    data_dir.use(folder)
    yield folder
    data_dir.use(None)


def request(way: str, **fields: object) -> TrainingRequest:
    return TrainingRequest.model_validate({**SHORT, "way": way, "name": "mine", **fields})


def folder_of(name: str = "mine") -> Path:
    return data_dir.current().supernets / name / TRAINING


def accuracies(name: str) -> list[float]:
    """Of all sub-networks of a list of sizes, or of both ends of a space."""
    supernet = registry.load(name)
    rows = [supernet.space.smallest, supernet.space.largest]
    if supernet.space.size < 10:
        rows = list(supernet.space.all_genotypes())
    settings = EvaluationSettings()
    values = []
    for row in rows:
        network = supernet.extract(supernet.space.to_config(row), settings)
        values.append(supernet.task.quality(network, "validation", ["acc"], settings)["acc"])
    return values


def test_a_trained_supernet_is_listed_and_its_sub_networks_run() -> None:
    status, sentence = run(request("train"), folder_of())
    assert status == "finished"
    assert "validation data" in sentence
    assert "mine" in registry.names()
    assert all(0 <= value <= 100 for value in accuracies("mine"))


@pytest.mark.parametrize("way", ["prune", "chain"])
def test_pruned_sizes_are_a_supernet_with_one_gene(way: str) -> None:
    status, _ = run(request(way, shares=(0.3, 0.6, 1.0)), folder_of())
    supernet = registry.load("mine")
    assert status == "finished"
    assert [gene.group for gene in supernet.space.genes] == ["size"]
    macs = supernet.macs_params(supernet.space.all_genotypes())[:, 0]
    assert len(macs) == 3
    assert sorted(macs) == list(macs)
    assert len(accuracies("mine")) == 3


def test_resolutions_are_trained_measured_and_stored() -> None:
    settings = {**SETTINGS, "resolutions": (5, 6), "kernels": False}
    assert run(request("train", settings=settings), folder_of())[0] == "finished"
    supernet = registry.load("mine")
    smallest = supernet.space.to_config(supernet.space.smallest)
    assert supernet.resolution(smallest) == 5
    network = supernet.extract(smallest, EvaluationSettings())
    assert network(torch.zeros(2, 1, 5, 5)).shape == (2, 3)


def test_an_untrained_network_is_trained_first_and_a_pause_does_not_change_that() -> None:
    before = make_model().state_dict()["head.weight"]
    weights = []
    for name, wishes in (("whole", []), ("paused", ["go on", "pause"])):
        asked = request("prune", untrained=True, shares=(1.0,), name=name, passes=0.5)
        remaining = iter(wishes)
        ended = run(asked, folder_of(name), lambda wishes=remaining: next(wishes, "go on"))
        if wishes:
            assert ended[0] == "paused"
            assert not (folder_of(name) / ORIGINAL).exists()
            ended = run(asked, folder_of(name))
        assert ended[0] == "finished"
        weights.append(checkpoint.read(folder_of(name) / ORIGINAL)["head.weight"])
    assert torch.equal(*weights)
    assert not torch.equal(weights[0], before)


def test_a_training_that_was_paused_goes_on() -> None:
    wishes = iter(["go on", "go on", "pause"])
    status, sentence = run(request("prune"), folder_of(), lambda: next(wishes))
    assert (status, sentence[:5]) == ("paused", "3 of ")
    assert run(request("prune"), folder_of())[0] == "finished"


def test_sizes_out_of_reach_are_refused() -> None:
    with pytest.raises(ConfigError, match="above 0 and up to 1"):
        run(request("prune", shares=(0.5, 1.5)), folder_of())
    with pytest.raises(ConfigError, match="not all different"):
        run(request("chain", shares=(0.5, 0.5001)), folder_of())


def test_a_sub_network_is_fine_tuned_and_recorded(tmp_path: Path) -> None:
    run(request("train"), folder_of())
    genotype = tuple(registry.load("mine").space.smallest.tolist())
    asked = TrainingRequest(
        way="finetune", name="mine", genotypes=(genotype,), run="run-1", number=3, passes=8
    )
    wishes = iter(["go on"] * 5 + ["pause"])
    assert run(asked, tmp_path / "tuned", lambda: next(wishes))[0] == "paused"
    assert FineTuned.read(tmp_path / "tuned") is None

    status, sentence = run(asked, tmp_path / "tuned")

    record = FineTuned.read(tmp_path / "tuned")
    assert status == "finished"
    assert record is not None
    assert (record.run, record.number, record.steps) == ("run-1", 3, 32)
    assert record.before.keys() == record.after.keys() == {"validation", "held out"}
    assert "on held-out data" in sentence
    assert (tmp_path / "tuned" / "weights.pt").exists()


def test_a_size_of_a_list_is_fine_tuned_from_its_own_weights(tmp_path: Path) -> None:
    run(request("prune", shares=(0.3, 1.0)), folder_of())
    asked = TrainingRequest(way="finetune", name="mine", genotypes=((0,),), passes=1)
    run(asked, tmp_path / "tuned")
    record = FineTuned.read(tmp_path / "tuned")
    assert record is not None
    assert record.before["validation"]["acc"] == pytest.approx(accuracies("mine")[0])


def test_the_built_in_supernet_cannot_be_fine_tuned(tmp_path: Path) -> None:
    name = registry.names()[0]
    asked = TrainingRequest(way="finetune", name=name, genotypes=((0,),))
    with pytest.raises(DataError, match="was not made elastic here"):
        run(asked, tmp_path)
