"""The job of a run on a machine that has its files at other paths."""

from dataclasses import replace
from pathlib import Path

from engine.cluster import wheels
from engine.cluster.received_files import ReceivedFiles
from engine.data_dir import DataFolder
from engine.errors import EvaluationError
from engine.evaluation.job import EvaluationJob


class MissingFilesError(EvaluationError):
    """A worker has not, or no longer, what a measurement needs. `address` is its own."""

    def __init__(self, worker: str) -> None:
        super().__init__(worker)
        self.address = worker


def localise(job: EvaluationJob, home: DataFolder, worker: str) -> tuple[EvaluationJob, DataFolder]:
    """A job with the paths of this machine, and the data folder to measure with.

    `home` is the data folder of this machine. Raises MissingFilesError if a file is not here.
    """
    received = ReceivedFiles(home)
    moved: dict[str, str] = {}
    places: list[tuple[str, Path]] = []
    for file in job.files:
        path = received.find(file)
        if path is None:
            raise MissingFilesError(worker)
        if not file.place:
            moved[file.path] = str(path)
        elif path != home.path / file.place:
            places.append((file.place, path))
    folders = [wheels.installed(wheel, received) for wheel in job.wheels]
    if None in folders:
        raise MissingFilesError(worker)
    local_job = replace(
        job,
        settings=job.settings.with_paths({a: b for a, b in moved.items() if a != b}),
        import_paths=tuple(map(str, folders)),
    )
    return local_job, replace(home, received=tuple(places))
