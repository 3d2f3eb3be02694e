"""The trainings of a data folder, by name."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import data_dir
from engine.data_dir import DataFolder
from engine.errors import RunError
from engine.training.elastic import process, training_log
from engine.training.elastic.fine_tuning_cost import fine_tuning_seconds
from engine.training.elastic.length import ORIGINAL_OUTPUTS
from engine.training.elastic.plan_facts import PlanFacts
from engine.training.elastic.request import TrainingRequest
from engine.training.elastic.training_state import PLAN, TrainingFolder, TrainingState
from engine.training.elastic.trainings import discard, training, trainings


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path) -> Iterator[DataFolder]:
    folder = DataFolder.at(tmp_path / "data").create()
    data_dir.use(folder)
    yield folder
    data_dir.use(None)


def prepared(name: str, status: str = "", **state: object) -> Path:
    """The folder of a training whose process has left a state, or has not begun."""
    folder = data_dir.current().supernets / name / "training"
    process.prepare(folder, TrainingRequest(way="train", name=name, model="builtin"))
    if status:
        TrainingFolder(folder).write(TrainingState(status=status, **state))
    return folder


def test_trainings_are_listed_with_their_state() -> None:
    prepared("begun", "running", done=3, total=10)
    prepared("new")
    states = {found.name: found.state for found in trainings()}
    assert (states["begun"].status, states["begun"].done) == ("interrupted", 3)
    assert states["new"].status == "interrupted"
    assert not training("begun").is_complete


def test_one_that_cannot_be_read_does_not_hide_the_others() -> None:
    (prepared("damaged", "paused") / "state.json").write_text("{")
    prepared("fine", "paused")
    assert [found.name for found in trainings()] == ["fine"]


def test_an_unfinished_training_is_discarded() -> None:
    folder = prepared("mine", "paused")
    discard("mine")
    assert not folder.parent.exists()
    with pytest.raises(RunError, match="no training of a supernet 'mine'"):
        training("mine")


def test_a_training_that_runs_or_has_left_a_supernet_is_not_discarded() -> None:
    running = TrainingFolder(prepared("busy", "running"))
    running.acquire()
    with pytest.raises(RunError, match="is not discarded"):
        discard("busy")
    running.release()
    (prepared("done", "finished").parent / "elastic.json").write_text("{}")
    with pytest.raises(RunError, match="is not discarded"):
        discard("done")


def test_fine_tuning_costs_what_the_training_of_the_supernet_tells() -> None:
    folder = prepared("mine", "finished")
    assert fine_tuning_seconds(folder, 0.5, None) is None, "nothing was logged"
    facts = PlanFacts(plain_steps=100, steps_per_epoch=10, multiple=4.0)
    (folder / PLAN).write_text(facts.model_dump_json())
    log = training_log.TrainingLog(folder, 0)
    for done, seconds in ((1, 0.9), (2, 1.7), (4, 3.3), (5, 0.8), (6, 1.6)):  # resumed after 4
        log.append({"stage": 0, "step": done, "done": done, "loss": 1.0, "seconds": seconds})
    plain = 0.8 / 4.0
    assert fine_tuning_seconds(folder, 0.5, None) == pytest.approx(25 * plain)
    each = (ORIGINAL_OUTPUTS + 0.5) * plain
    assert fine_tuning_seconds(folder, 0.5, 2.0) == pytest.approx(20 * each)
