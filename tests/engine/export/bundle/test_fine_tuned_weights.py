"""Bundles of sub-networks that were fine-tuned, beside those with the weights of their run."""

import copy
import json
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from dynas_studio import NAS, Front, FrontEvaluation, NASConfig
from engine import data_dir
from engine.data_dir import DataFolder
from engine.evaluation.record import Evaluation
from engine.export.bundle.request import BundleRequest
from engine.runs.fine_tuning import fine_tuning_folder
from engine.training.elastic import checkpoint
from engine.training.elastic.fine_tuning_record import WEIGHTS, FineTuned
from engine.training.elastic.request import TrainingRequest
from engine.training.elastic.runner import run as train
from tests.engine.export.bundle.bundles import write
from tests.engine.training.elastic.tiny import FILE


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = DataFolder.at(tmp_path_factory.mktemp("data")).create()
    data_dir.use(folder)
    asked = TrainingRequest(
        way="chain", name="sizes", model=f"{FILE}:make_model", settings={"divisor": 4},
        shares=(0.3, 1.0), passes=1,
    )  # fmt: skip
    train(asked, folder.supernets / "sizes" / "training")
    config = NASConfig(approach="grid", dynas={"supernet": "sizes"})
    yield NAS(config, data_dir=folder.path).search(progress=False)
    data_dir.use(None)


@pytest.fixture(scope="module")
def record(front: Front) -> FineTuned:
    return front[0].finetune(epochs=30, device="cpu")


@pytest.fixture(autouse=True)
def _own_data_folder(front: Front) -> Iterator[None]:
    with data_dir.using(front.history.data_folder), front.history.own_metrics():
        yield


def request(front: Front, shared: bool = False) -> BundleRequest:
    history = front.history
    parts = ("safetensors", "pt2")
    return BundleRequest(
        history.config, front[0], history.id, history.name, parts, with_shared_weights=shared
    )


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text())
    return content


def test_an_entry_of_a_front_is_the_evaluation_of_its_run(front: Front) -> None:
    entry, evaluation = front[0], front.history.evaluations[front[0].number - 1]
    assert isinstance(entry, FrontEvaluation)
    assert entry == evaluation
    assert evaluation == entry
    assert repr(entry) == repr(evaluation)
    plain = copy.copy(entry)
    assert (type(plain), plain) == (Evaluation, evaluation)


def test_a_bundle_holds_the_fine_tuned_weights_and_what_they_brought(
    front: Front, record: FineTuned, tmp_path: Path
) -> None:
    report = write(request(front), tmp_path / "tuned")
    assert report.problems == ()
    assert report.remarks[0].startswith("The weights are fine-tuned")
    folder = fine_tuning_folder(front.history.data_folder, front.run_id, front[0].number)
    tuned = checkpoint.read(folder / WEIGHTS)
    tensors = load_file(tmp_path / "tuned" / "weights.safetensors")
    assert torch.equal(tensors["head.weight"], tuned["head.weight"])
    description = read(tmp_path / "tuned" / "network.json")
    measured = read(tmp_path / "tuned" / "measured.json")
    assert description["fine_tuned"]["after"] == record.after
    assert measured["fine_tuning"] == {"before": record.before, "after": record.after}
    quality = measured["quality"]
    for part, name in (("validation", "validation"), ("held_out", "held out")):
        assert quality[part]["network"]["acc"] == pytest.approx(record.after[name]["acc"])
    card = (tmp_path / "tuned" / "README.md").read_text()
    before, after = (values["held out"]["acc"] for values in (record.before, record.after))
    assert f"| held out | {before:.2f} % | {after:.2f} % |" in card
    assert "has not been trained further" not in card


def test_a_bundle_takes_the_weights_of_the_run_on_request(
    front: Front, record: FineTuned, tmp_path: Path
) -> None:
    sent = pickle.dumps(request(front, shared=True))
    report = write(pickle.loads(sent), tmp_path / "shared")  # noqa: S301 - of this process
    assert (report.problems, report.remarks) == ((), ())
    description, measured = (
        read(tmp_path / "shared" / f"{name}.json") for name in ("network", "measured")
    )
    assert "fine_tuned" not in description
    assert "fine_tuning" not in measured
    accuracy = measured["quality"]["validation"]["network"]["acc"]
    assert accuracy == pytest.approx(front[0].metrics["acc"])
    assert "has not been trained further" in (tmp_path / "shared" / "README.md").read_text()


def test_weights_of_another_supernet_of_that_name_are_not_taken(
    front: Front, record: FineTuned, tmp_path: Path
) -> None:
    folder = fine_tuning_folder(front.history.data_folder, front.run_id, front[0].number)
    path = folder / "record.json"
    text = path.read_text()
    path.write_text(record.model_copy(update={"supernet_digest": "other"}).model_dump_json())
    try:
        write(request(front), tmp_path / "changed")
    finally:
        path.write_text(text)
    assert "fine_tuned" not in read(tmp_path / "changed" / "network.json")
