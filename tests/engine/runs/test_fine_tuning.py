"""Fine-tuning of a sub-network of a run, from a list of sizes that was pruned before."""

from collections.abc import Iterator

import pytest

from dynas_studio import NAS, NASConfig, runs
from engine import data_dir
from engine.data_dir import DataFolder
from engine.errors import ConfigError, DataError
from engine.python_api.run import Run
from engine.runs.fine_tuning import fine_tuned_networks
from engine.training.elastic.request import TrainingRequest
from engine.training.elastic.runner import run as train
from tests.engine.training.elastic.tiny import FILE


@pytest.fixture(scope="module")
def finished_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder = DataFolder.at(tmp_path_factory.mktemp("data")).create()
    data_dir.use(folder)
    asked = TrainingRequest(
        way="prune", name="sizes", model=f"{FILE}:make_model", settings={"divisor": 4},
        shares=(0.3, 1.0), passes=1,
    )  # fmt: skip
    train(asked, folder.supernets / "sizes" / "training")
    NAS(NASConfig(approach="grid", dynas={"supernet": "sizes"}), data_dir=folder.path).search(
        progress=False
    )
    (finished,) = runs(data_dir=folder.path)
    yield finished
    data_dir.use(None)


def test_what_fine_tuning_brought_is_kept_beside_the_run(finished_run: Run) -> None:
    evaluations = len(finished_run.evaluations)
    record = finished_run.subnetwork(1).finetune(epochs=2, device="cpu")
    assert (record.run, record.number, record.supernet) == (finished_run.id, 1, "sizes")
    assert record.before.keys() == record.after.keys() == {"validation", "held out"}
    assert len(finished_run.evaluations) == evaluations
    assert list(fine_tuned_networks(DataFolder.at(finished_run.data_dir), finished_run.id)) == [
        record
    ]


def test_a_finished_fine_tuning_is_returned_again(finished_run: Run) -> None:
    chosen = finished_run.subnetwork(1)
    first = chosen.finetune(epochs=2, device="cpu")
    assert chosen.finetune(epochs=2, device="cpu") == first


def test_another_length_is_refused_and_wrong_options_are_named(finished_run: Run) -> None:
    chosen = finished_run.subnetwork(1)
    chosen.finetune(epochs=2, device="cpu")
    with pytest.raises(DataError, match="other settings"):
        chosen.finetune(epochs=3, device="cpu")
    with pytest.raises(ConfigError, match="seed"):
        finished_run.subnetwork(2).finetune(seed=-1)


def test_errors_of_the_training_are_those_of_the_call(finished_run: Run) -> None:
    with pytest.raises(DataError, match="no device 'cuda:99'"):
        finished_run.subnetwork(2).finetune(device="cuda:99")
