"""Fine-tuning of a sub-network of a run, from a list of sizes that was pruned before."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

from dynas_studio import NAS, NASConfig, runs
from engine import data_dir
from engine.data_dir import DataFolder
from engine.errors import ConfigError, DataError
from engine.export.bundle.contents import write_bundle
from engine.export.bundle.request import BundleReport, BundleRequest
from engine.python_api.run import Run
from engine.runs.fine_tuning import fine_tuned_networks, fine_tuning_folder, forget_fine_tuning
from engine.training.elastic import checkpoint
from engine.training.elastic.fine_tuning_record import WEIGHTS
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
    with pytest.raises(ConfigError, match="epochs: must be more than 0"):
        chosen.finetune(epochs=-1)


def test_errors_of_the_training_are_those_of_the_call(finished_run: Run) -> None:
    with pytest.raises(DataError, match="no device 'cuda:99'"):
        finished_run.subnetwork(2).finetune(device="cuda:99")


def bundled(finished_run: Run, folder: Path) -> tuple[BundleReport, dict[str, Any]]:
    """The report on a bundle of sub-network 1, and its `network.json`."""
    history = finished_run.subnetwork(1).history
    evaluation = history.evaluations[0]
    request = BundleRequest(history.config, evaluation, history.id, history.name, ("safetensors",))
    with data_dir.using(history.data_folder):
        report = write_bundle(request, folder, lambda what, done, total: None)
    return report, json.loads((folder / "network.json").read_text())


def test_a_bundle_holds_the_fine_tuned_weights_and_says_so(
    finished_run: Run, tmp_path: Path
) -> None:
    record = finished_run.subnetwork(1).finetune(epochs=2, device="cpu")
    report, description = bundled(finished_run, tmp_path / "tuned")
    assert description["fine_tuned"]["steps"] == record.steps
    assert report.remarks[0].startswith(f"The weights are fine-tuned, for {record.steps} steps")
    assert report.remarks[0] in (tmp_path / "tuned" / "README.md").read_text()
    folder = fine_tuning_folder(DataFolder.at(finished_run.data_dir), finished_run.id, 1)
    weights = safetensors.torch.load_file(tmp_path / "tuned" / "weights.safetensors")
    tuned = checkpoint.read(folder / WEIGHTS)
    assert torch.equal(weights["head.weight"], tuned["head.weight"])
    forget_fine_tuning(folder)
    report, description = bundled(finished_run, tmp_path / "shared")
    assert "fine_tuned" not in description
    assert not any("fine-tuned" in remark for remark in report.remarks)
    shared = safetensors.torch.load_file(tmp_path / "shared" / "weights.safetensors")
    assert not torch.equal(shared["head.weight"], tuned["head.weight"])
