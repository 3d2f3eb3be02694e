"""LocalRun: the measuring processes of a run on a worker, with the paths of its files there."""

from collections.abc import Sequence
from concurrent.futures import Future

from engine import data_dir
from engine.cluster.localised_job import MissingFilesError, localise
from engine.cluster.received_files import ReceivedFiles
from engine.evaluation.evaluator import ProcessEvaluator
from engine.evaluation.job import EvaluationJob
from engine.evaluation.measurement import Measurement
from engine.evaluation.record import Config


class LocalRun:
    """Measures for a run in up to `slots` processes of this machine, each with `threads`.

    Keeps the files of the run from being removed until it is closed. Raises MissingFilesError, with
    the address of the `worker`, if a file is not here.
    """

    def __init__(self, job: EvaluationJob, slots: int, threads: int, worker: str) -> None:
        home = data_dir.current().create()
        try:
            self._hold = ReceivedFiles(home).hold([*job.files, *job.wheels])
        except OSError:  # what it needs is being removed, or was never here
            raise MissingFilesError(worker) from None
        try:
            local_job, folder = localise(job, home, worker)
        except BaseException:
            self._hold.release()
            raise
        self._settings = local_job.settings
        with data_dir.using(folder):
            self._evaluator = ProcessEvaluator(job.supernet, slots, threads=threads, job=local_job)

    def submit(self, config: Config, metrics: Sequence[str]) -> "Future[Measurement]":
        """Queue a measurement."""
        return self._evaluator.submit(config, metrics, self._settings)

    def abandon(self, future: "Future[Measurement]") -> None:
        """Give up a measurement, even one that hangs."""
        self._evaluator.abandon(future)

    def close(self) -> None:
        """End the processes; the files may be removed from now on."""
        self._evaluator.close()
        self._hold.release()
