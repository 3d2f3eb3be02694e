"""Trainings of a machine take turns, in threads here: locks tell holders apart, not processes."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import data_dir
from engine.data_dir import DataFolder
from engine.errors import ConfigError
from engine.host_lock import FOLDER_VARIABLE
from engine.training.elastic.own_process import run_in_folder
from engine.training.elastic.request import TrainingRequest
from engine.training.elastic.training_state import REQUEST, TrainingFolder, TrainingState, Wish
from engine.training.elastic.turns import VARIABLE, running_training, turn
from tests.engine.training.elastic.tiny import FILE

Waited = list[str]


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DataFolder]:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    folder = DataFolder.at(tmp_path / "data").create()
    data_dir.use(folder)
    yield folder
    data_dir.use(None)


def folder_of(name: str, way: str = "prune") -> Path:
    """The folder of a training that was asked for."""
    folder = data_dir.current().supernets / name / "training"
    folder.mkdir(parents=True)
    asked = TrainingRequest.model_validate(
        {"way": way, "name": name, "model": f"{FILE}:make_model", "shares": (1.0,), "passes": 0.1}
    )
    (folder / REQUEST).write_text(asked.model_dump_json())
    return folder


def go_on() -> Wish:
    return "go on"


def test_a_training_that_waits_says_for_which_one_and_begins_when_that_has_ended() -> None:
    first, second = folder_of("first"), folder_of("second")
    running = TrainingFolder(first)
    running.acquire()
    running.write(TrainingState(status="running"))
    began, waited = threading.Event(), Waited()
    is_waiting = threading.Event()

    def on_wait(other: str) -> None:
        waited.append(other)
        is_waiting.set()

    def wait() -> None:
        with turn(second, go_on, on_wait) as wish:
            assert wish == "go on"
            began.set()

    with turn(first, go_on, lambda other: None):
        thread = threading.Thread(target=wait)
        thread.start()
        assert is_waiting.wait(30)
        assert not began.is_set()
    running.release()
    thread.join(30)
    assert began.is_set()
    assert waited == ["the training of 'first'", ""]


def test_a_wish_ends_the_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = folder_of("first"), folder_of("second")
    with turn(first, go_on, lambda other: None), turn(second, lambda: "pause", print) as wish:
        assert wish == "pause"


def test_more_may_run_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "2")
    waited = Waited()
    with (
        turn(folder_of("first"), go_on, waited.append),
        turn(folder_of("second"), go_on, waited.append) as wish,
    ):
        assert (wish, waited) == ("go on", [])


@pytest.mark.parametrize("text", ["0", "all", "-1", ""])
def test_a_number_of_trainings_that_is_none_is_refused(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(ConfigError, match="DYNAS_TRAININGS"), turn(Path(), go_on, print):
        pass


def test_one_that_waits_is_not_what_others_wait_for() -> None:
    waiting = TrainingFolder(folder_of("waiting"))
    waiting.acquire()
    waiting.write(TrainingState(status="queued", waits_for="another training of this machine"))
    assert running_training(folder_of("second")) == "another training of this machine"
    waiting.release()


def test_a_training_in_a_folder_waits_and_pauses_or_does_not_wait(
    caplog: pytest.LogCaptureFixture,
) -> None:
    folder = folder_of("second")
    with turn(folder_of("first"), go_on, print):
        TrainingFolder(folder).ask("pause")
        assert run_in_folder(folder).status == "paused"
        TrainingFolder(folder).ask("go on")
        request = TrainingRequest.model_validate_json((folder / REQUEST).read_text())
        at_once = request.model_copy(update={"waits": False})
        assert at_once.identity == request.identity
        (folder / REQUEST).write_text(at_once.model_dump_json())
        assert run_in_folder(folder).status == "finished"
