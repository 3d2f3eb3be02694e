from pathlib import Path

import pytest

from engine.errors import DataError, RunError
from engine.training.elastic.training_state import STATE, TrainingFolder, TrainingState


def test_a_folder_without_a_training_has_no_state(tmp_path: Path) -> None:
    assert TrainingFolder(tmp_path).state() is None
    assert list(tmp_path.iterdir()) == []


def test_others_see_the_state_that_a_training_writes(tmp_path: Path) -> None:
    training, other = TrainingFolder(tmp_path), TrainingFolder(tmp_path)
    training.acquire()
    training.write(TrainingState(status="running", done=3, total=10, seconds_left=7.5))
    state = other.state()
    assert state is not None
    assert (state.status, state.done, state.is_active) == ("running", 3, True)
    training.release()


def test_a_training_whose_process_is_gone_is_interrupted(tmp_path: Path) -> None:
    TrainingFolder(tmp_path).write(TrainingState(status="running", done=3, total=10))
    state = TrainingFolder(tmp_path).state()
    assert state is not None
    assert (state.status, state.done, state.is_active) == ("interrupted", 3, False)


def test_an_ended_training_stays_as_it_ended(tmp_path: Path) -> None:
    TrainingFolder(tmp_path).write(TrainingState(status="paused"))
    state = TrainingFolder(tmp_path).state()
    assert state is not None
    assert state.status == "paused"


def test_steps_are_written_once_a_second_and_the_end_at_once(tmp_path: Path) -> None:
    training = TrainingFolder(tmp_path)
    for done in range(100):
        training.write(TrainingState(status="running", done=done))
    state = training.state()
    assert state is not None
    assert state.done < 99
    training.write(TrainingState(status="finished", done=100))
    state = training.state()
    assert state is not None
    assert state.done == 100


def test_one_process_trains_in_a_folder(tmp_path: Path) -> None:
    training, other = TrainingFolder(tmp_path), TrainingFolder(tmp_path)
    training.acquire()
    assert other.is_running()
    with pytest.raises(RunError, match="running already"):
        other.acquire()
    training.release()
    assert not other.is_running()


def test_wishes_reach_the_training(tmp_path: Path) -> None:
    training, other = TrainingFolder(tmp_path), TrainingFolder(tmp_path)
    assert training.wish() == "go on"
    other.ask("pause")
    assert training.wish() == "pause"
    other.ask("go on")
    assert training.wish() == "go on"


def test_a_damaged_state_is_named(tmp_path: Path) -> None:
    (tmp_path / STATE).write_text("{")
    with pytest.raises(DataError, match=r"state\.json cannot be read"):
        TrainingFolder(tmp_path).state()
