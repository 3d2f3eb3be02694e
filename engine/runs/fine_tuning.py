"""Fine-tuned sub-networks of a run: trainings and their records, beside its log."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.data_dir import DataFolder
from engine.disk_errors import write_failure
from engine.errors import ConfigError, DataError, DynasError, RunError
from engine.evaluation.record import Evaluation
from engine.runs.history import RunHistory
from engine.setting_errors import SettingPath, error_sentences
from engine.training.elastic import process, training_log
from engine.training.elastic.fine_tuning_record import BEGUN, FineTuned
from engine.training.elastic.request import TrainingRequest
from engine.training.elastic.training_state import (
    CHECKPOINT,
    REQUEST,
    RESULTS,
    STATE,
    WISH,
    TrainingFolder,
    TrainingState,
)

_FOLDER = "fine-tuned"
_PROGRESS = (BEGUN, CHECKPOINT, RESULTS, REQUEST, STATE, WISH, training_log.NAME)
_TO_REPLACE = "To replace that by a new one, add --again, or again=True in Python."


def fine_tuning_folder(data_folder: DataFolder, run_id: str, number: int) -> Path:
    """The folder of the fine-tuning of an evaluation: its state, its log, record and weights."""
    return data_folder.runs / run_id / _FOLDER / str(number)


def fine_tuning_request(
    history: RunHistory, evaluation: Evaluation, **options: Any
) -> TrainingRequest:
    """The training that fine-tunes the sub-network of an evaluation.

    `options` are fields of `TrainingRequest`, such as `passes` and `device`. Raises ConfigError for
    an invalid one.
    """
    from pydantic import ValidationError

    try:
        return TrainingRequest.model_validate(
            {
                "way": "finetune",
                "name": history.supernet_name,
                "run": history.id,
                "number": evaluation.number,
                "genotypes": (tuple(map(int, evaluation.genotype)),),
                **{name: value for name, value in options.items() if value is not None},
            }
        )
    except ValidationError as error:
        sentences = error_sentences(error, TrainingRequest, as_written=_as_written)
        raise ConfigError(sentences) from error


def _as_written(path: SettingPath) -> SettingPath:
    """What users call a field of a request."""
    return ("epochs", *path[1:]) if path[:1] == ("passes",) else path


def start_fine_tuning(folder: Path, request: TrainingRequest, again: bool = False) -> None:
    """Start the fine-tuning of a request in a process of its own, or go on with it.

    With `again` a finished one, one that failed and one with other settings begin anew; the record
    and the weights of a finished one stay until the new ones are there. Raises RunError if the
    sub-network is being fine-tuned, and DataError if it was with other settings, but for `again`.
    """
    _make_ready(folder, request, again)
    process.start(folder, request)


def fine_tune_here(
    history: RunHistory, evaluation: Evaluation, again: bool = False, **options: Any
) -> FineTuned:
    """Fine-tune the sub-network of an evaluation in this process; returns its record.

    Returns at once if that was done before, but for `again`, see `start_fine_tuning`. Raises
    RunError if it is being fine-tuned or was paused by a signal, and DataError if it failed.
    """
    from engine.training.elastic.own_process import run_in_folder

    request = fine_tuning_request(history, evaluation, **options)
    folder = fine_tuning_folder(history.data_folder, history.id, evaluation.number)
    if not again and (done := fine_tuned_as_asked(folder, request)) is not None:
        return done
    _make_ready(folder, request, again)
    process.prepare(folder, request)
    state = run_in_folder(folder)
    if state.status != "finished":
        raise (DataError if state.status == "failed" else RunError)(state.sentence)
    record = FineTuned.read(folder)
    if record is None:
        raise DataError(f"There is no record in {folder}. Delete it, and fine-tune anew.")
    return record


def fine_tuned_as_asked(folder: Path, request: TrainingRequest) -> FineTuned | None:
    """The record of a fine-tuning in a folder with the settings of a request; None without one."""
    record = FineTuned.read(folder)
    if record is None:
        return None
    if record.request:
        return record if record.request == request.identity else None
    return record if process.is_same(folder, request) else None


def discard_progress(folder: Path) -> None:
    """Forget a fine-tuning that has not finished; the record and weights of a former one stay.

    Raises RunError if it runs, and DataError if the disk does not let go.
    """
    _check_not_running(folder)
    try:
        for path in (path for pattern in _PROGRESS for path in folder.glob(pattern)):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise DataError(write_failure(error, "the fine-tuning", folder)) from error


def forget_fine_tuning(folder: Path) -> None:
    """Remove a fine-tuning with its record and weights; raises RunError if it runs."""
    _check_not_running(folder)
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise DataError(write_failure(error, "the fine-tuned weights", folder)) from error


def _make_ready(folder: Path, request: TrainingRequest, again: bool) -> None:
    """Let the training of `request` begin or go on in `folder`; raises if it may not."""
    _check_not_running(folder)
    state = process.state(folder)
    status = state.status if state else "interrupted"
    if process.is_same(folder, request) and status not in ("finished", again and "failed"):
        return
    if again:
        discard_progress(folder)
    elif fine_tuned_as_asked(folder, request) is not None:
        raise RunError(f"Sub-network {request.number} was fine-tuned already. {_TO_REPLACE}")
    elif FineTuned.read(folder) is not None:
        raise DataError(
            f"Sub-network {request.number} was fine-tuned with other settings. {_TO_REPLACE}"
        )


def _check_not_running(folder: Path) -> None:
    if TrainingFolder(folder).is_running():
        raise RunError(
            "The sub-network is being fine-tuned already. Wait until that has ended, or pause it."
        )


@dataclass(frozen=True)
class FineTuning:
    """The fine-tuning of sub-network `number` of a run, and how far it is."""

    run: str
    number: int
    state: TrainingState


def unfinished_fine_tunings(data_folder: DataFolder) -> list[FineTuning]:
    """Those of all runs that go on, or wait for somebody to resume them; oldest runs first."""
    found = []
    for path in data_folder.runs.glob(f"*/{_FOLDER}/*/{STATE}"):
        run, number = path.parents[2].name, path.parent.name
        with suppress(DynasError):
            state = TrainingFolder(path.parent).state()
            if number.isdecimal() and state is not None and state.is_unfinished:
                found.append(FineTuning(run, int(number), state))
    return sorted(found, key=lambda one: (one.run, one.number))


def fine_tuned_networks(data_folder: DataFolder, run_id: str) -> Iterator[FineTuned]:
    """The records of the sub-networks of a run that were fine-tuned, by their number."""
    folders = (data_folder.runs / run_id / _FOLDER).glob("*")
    for folder in sorted(folders, key=lambda path: (len(path.name), path.name)):
        if (record := FineTuned.read(folder)) is not None:
            yield record
