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
from engine.runs.fine_tuning import (
    discard_progress,
    fine_tuned_networks,
    fine_tuning_folder,
    fine_tuning_request,
    forget_fine_tuning,
)
from engine.training.elastic import checkpoint, process, training_log
from engine.training.elastic.fine_tuning_record import WEIGHTS, FineTuned
from engine.training.elastic.request import TrainingRequest
from engine.training.elastic.runner import run as train
from engine.training.elastic.training_state import TrainingFolder, TrainingState
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
    for epochs, said in (
        (0, "more than 0"), (-1, "more than 0"), (float("nan"), "finite"), (1e30, "at most"),
    ):  # fmt: skip
        with pytest.raises(ConfigError, match=f"epochs: must be .*{said}"):
            chosen.finetune(epochs=epochs)


def test_again_replaces_the_record_and_the_weights_when_it_is_done(finished_run: Run) -> None:
    chosen = finished_run.subnetwork(2)
    first = chosen.finetune(epochs=2, device="cpu")
    folder = fine_tuning_folder(DataFolder.at(finished_run.data_dir), finished_run.id, 2)
    weights = checkpoint.read(folder / first.weights)
    with pytest.raises(DataError, match="no device 'cuda:99'"):
        chosen.finetune(epochs=3, device="cuda:99", again=True)
    assert chosen.finetune(epochs=2, device="cpu") == first
    second = chosen.finetune(epochs=3, device="cpu", again=True)
    assert second.steps > first.steps
    assert FineTuned.read(folder) == second == chosen.finetune(epochs=3, device="cpu")
    assert [path.name for path in folder.glob("weights*.pt")] == [second.weights]
    new_weights = checkpoint.read(folder / second.weights)
    assert not torch.equal(weights["head.weight"], new_weights["head.weight"])
    third = chosen.finetune(epochs=3, device="cpu", again=True)
    assert third.finished is not None
    assert second.finished is not None
    assert third.finished > second.finished
    forget_fine_tuning(folder)


def test_again_goes_on_where_it_was_paused_and_can_be_discarded(finished_run: Run) -> None:
    chosen = finished_run.subnetwork(2)
    first = chosen.finetune(epochs=2, device="cpu")
    folder = fine_tuning_folder(DataFolder.at(finished_run.data_dir), finished_run.id, 2)

    def pause_in(pauses: int) -> None:
        request = fine_tuning_request(
            chosen.history, chosen.history.evaluations[1], passes=4, device="cpu"
        )
        wishes = iter(["go on"] * pauses)
        process.prepare(folder, request)
        with data_dir.using(chosen.history.data_folder):
            outcome, _ = train(request, folder, lambda: next(wishes, "pause"))
        assert outcome == "paused"
        TrainingFolder(folder).write(TrainingState(status="paused", done=pauses, total=99))

    for _ in range(2):
        discard_progress(folder)
        pause_in(1)
        assert FineTuned.read(folder) == first
    with pytest.raises(DataError, match=r"fine-tuned with other settings\..* again=True"):
        chosen.finetune(epochs=3, device="cpu")
    log = folder / training_log.NAME
    log.write_text(log.read_text().replace("{", '{"before the pause": 1, ', 1))
    resumed = chosen.finetune(epochs=4, device="cpu", again=True)
    entries = training_log.read(folder)
    assert entries[0]["before the pause"]
    assert entries[-1]["done"] == resumed.steps
    forget_fine_tuning(folder)


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
