"""Trainings in processes of their own. Each start loads torch, so that few tests start one."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from engine import data_dir
from engine.data_dir import DataFolder
from engine.errors import DataError, RunError
from engine.evaluation_settings import EvaluationSettings
from engine.supernets.elastic.saved import load
from engine.supernets.elastic.supernet import all_tensors
from engine.training.elastic import process
from engine.training.elastic.own_process import run_in_folder
from engine.training.elastic.request import TrainingRequest
from engine.training.elastic.training_state import CHECKPOINT, ORIGINAL, REQUEST, TrainingState
from tests.engine.training.elastic.test_session import are_equal
from tests.engine.training.elastic.tiny import FILE


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path) -> Iterator[DataFolder]:
    folder = DataFolder.at(tmp_path / "data").create()
    data_dir.use(folder)
    yield folder
    data_dir.use(None)


def request(name: str, **fields: object) -> TrainingRequest:
    short = {"model": f"{FILE}:make_model", "settings": {"divisor": 4}, "shares": (0.3, 1.0)}
    return TrainingRequest.model_validate(
        {"way": "prune", "name": name, "passes": 3.0, "save_seconds": 0.0, **short, **fields}
    )


def folder_of(name: str) -> Path:
    return data_dir.current().supernets / name / "training"


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def status(folder: Path) -> str:
    state = process.state(folder)
    return "" if state is None else state.status


def here(name: str, **fields: object) -> TrainingState:
    """The end of a training in this process."""
    folder = folder_of(name)
    folder.mkdir(parents=True)
    (folder / REQUEST).write_text(request(name, **fields).model_dump_json())
    return run_in_folder(folder)


def test_a_training_writes_how_it_ended() -> None:
    state = here("mine")
    assert state.status == "finished"
    assert state == process.state(folder_of("mine"))
    assert state.done == state.total == 24
    assert "validation data" in state.sentence
    assert "learning rate" in state.notes[0]


def test_errors_are_sentences_of_the_state() -> None:
    state = here("mine", model="no_such_file.py")
    assert state.status == "failed"
    assert "no_such_file.py" in state.sentence


def test_code_that_fails_in_an_unexpected_way_is_reported(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(*arguments: object) -> None:
        raise ZeroDivisionError("of a user")

    monkeypatch.setattr("engine.training.elastic.runner.prepare", fail)
    state = here("mine")
    assert state.status == "failed"
    assert "ZeroDivisionError: of a user" in state.sentence
    assert "Traceback" in capfd.readouterr().err


def test_a_folder_without_a_training_cannot_be_resumed_or_paused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no training"):
        process.resume(tmp_path)
    with pytest.raises(RunError, match="none to pause"):
        process.ask(tmp_path, "pause")


def test_a_finished_training_and_one_with_other_settings_are_not_started_again() -> None:
    here("mine")
    with pytest.raises(RunError, match="has finished"):
        process.start(folder_of("mine"), request("mine"))
    with pytest.raises(DataError, match="other settings"):
        process.start(folder_of("mine"), request("mine", seed=1))


def test_a_name_is_free_after_a_request_that_was_not_possible() -> None:
    assert "A size of 150 %" in here("mine", shares=(1.5,)).sentence
    process.prepare(folder_of("mine"), request("mine"))
    assert process.is_same(folder_of("mine"), request("mine"))
    assert not (folder_of("mine") / ORIGINAL).exists()


@pytest.mark.slow
def test_a_killed_training_is_interrupted_and_resumes_to_the_same_weights() -> None:
    here("whole", passes=30.0)
    folder = folder_of("killed")
    process.start(folder, request("killed", passes=30.0))
    wait_until((folder / CHECKPOINT).exists)
    (child,) = [p for p in psutil.Process().children() if str(folder) in p.cmdline()]
    os.kill(child.pid, signal.SIGKILL)
    wait_until(lambda: status(folder) == "interrupted")

    process.resume(folder)
    wait_until(lambda: status(folder) not in ("queued", "running"))

    assert status(folder) == "finished"
    whole, killed = (load(name) for name in ("whole", "killed"))
    for row in whole.space.all_genotypes():
        config = whole.space.to_config(row)
        first, second = (s.extract(config, EvaluationSettings()) for s in (whole, killed))
        assert are_equal([all_tensors(first)], [all_tensors(second)])


@pytest.mark.slow
def test_a_training_pauses_by_wish_and_by_signal() -> None:
    folder = folder_of("mine")
    process.start(folder, request("mine", passes=300.0))
    with pytest.raises(RunError, match="running already"):
        process.start(folder, request("mine", passes=300.0))
    wait_until((folder / CHECKPOINT).exists)
    process.ask(folder, "pause")
    wait_until(lambda: status(folder) == "paused")

    process.resume(folder)
    wait_until(lambda: status(folder) == "running")
    (child,) = [p for p in psutil.Process().children() if str(folder) in p.cmdline()]
    child.send_signal(signal.SIGTERM)
    wait_until(lambda: status(folder) == "paused")
