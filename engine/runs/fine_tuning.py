"""Fine-tuned sub-networks of a run: trainings and their records, beside its log."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.data_dir import DataFolder
from engine.disk_errors import write_failure
from engine.errors import ConfigError, DataError, RunError
from engine.evaluation.record import Evaluation
from engine.runs.history import RunHistory
from engine.setting_errors import error_sentences
from engine.training.elastic.fine_tuning_record import FineTuned
from engine.training.elastic.request import TrainingRequest

_FOLDER = "fine-tuned"


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
        sentences = error_sentences(error, TrainingRequest).replace("passes:", "epochs:")
        raise ConfigError(sentences) from error


def fine_tune_here(history: RunHistory, evaluation: Evaluation, **options: Any) -> FineTuned:
    """Fine-tune the sub-network of an evaluation in this process; returns its record.

    Returns at once if that was done before. Raises RunError if it is being fine-tuned or
    was paused by a signal, and DataError if it failed.
    """
    from engine.training.elastic import process
    from engine.training.elastic.own_process import run_in_folder

    request = fine_tuning_request(history, evaluation, **options)
    folder = fine_tuning_folder(history.data_folder, history.id, evaluation.number)
    before = process.state(folder)
    if before is None or before.status != "finished" or not process.is_same(folder, request):
        process.prepare(folder, request)
        state = run_in_folder(folder)
        if state.status != "finished":
            raise (DataError if state.status == "failed" else RunError)(state.sentence)
    record = FineTuned.read(folder)
    if record is None:
        raise DataError(f"There is no record in {folder}. Delete it, and fine-tune anew.")
    return record


def forget_fine_tuning(folder: Path) -> None:
    """Remove a fine-tuning with its record and weights; raises RunError if it runs."""
    from engine.training.elastic.training_state import TrainingFolder

    if TrainingFolder(folder).is_running():
        raise RunError("The sub-network is being fine-tuned. Pause that first.")
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise DataError(write_failure(error, "the fine-tuned weights", folder)) from error


def fine_tuned_networks(data_folder: DataFolder, run_id: str) -> Iterator[FineTuned]:
    """The records of the sub-networks of a run that were fine-tuned, by their number."""
    folders = (data_folder.runs / run_id / _FOLDER).glob("*")
    for folder in sorted(folders, key=lambda path: (len(path.name), path.name)):
        if (record := FineTuned.read(folder)) is not None:
            yield record
