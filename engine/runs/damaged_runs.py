"""DamagedRuns: finds, reads and repairs runs whose logs cannot be read."""

from pathlib import Path

from engine.data_dir import using
from engine.errors import LogError, RunError
from engine.log.recovery import RecoveredLog, check_readable, recover
from engine.runs.lease import Lease
from engine.runs.new_folder import new_folder
from engine.runs.repair import RepairResult, write_repaired_log
from engine.runs.run_index import RunIndex, UnreadableRun
from engine.runs.trash import Trash


class DamagedRuns:
    """Finds, reads and repairs damaged runs of a data folder. Thread-safe."""

    def __init__(self, index: RunIndex, trash: Trash) -> None:
        self._index, self._trash = index, trash

    def find(self, run_id: str) -> UnreadableRun | None:
        """Why the run cannot be read; None if all its records can.

        Reads the whole log again. Raises RunError if there is no such run.
        """
        self._index.forget(run_id)
        try:
            self._index.history(run_id)
        except LogError as error:
            return self._index.unreadable(run_id, error)
        return None

    def recover(self, run_id: str) -> RecoveredLog:
        """The readable records of the run's log; raises LogError if there are none."""
        log = self._folder(run_id) / "log"
        recovered = recover(log)
        check_readable(log, recovered)
        return recovered

    def repair(self, run_id: str) -> RepairResult:
        """Replace the run by one with its readable records; the damaged one goes to the trash.

        Raises RunError for a run that is not damaged or is being written, LogError if the readable
        records make no run. After an error nothing has changed.
        """
        folder = self._folder(run_id)
        if self.find(run_id) is None:
            raise RunError(f"The run '{run_id}' can be read: there is nothing to repair.")
        lease = Lease(folder)
        lease.acquire()
        try:
            with (
                using(self._index.data),
                new_folder(folder, remove_existing=self._trash.put) as new_run,
            ):
                result = write_repaired_log(run_id, folder / "log", new_run / "log")
        finally:
            lease.release()
        self._index.forget(run_id)
        return result

    def _folder(self, run_id: str) -> Path:
        if not self._index.exists(run_id):
            raise RunError(f"There is no run '{run_id}'. It may have been deleted.")
        return self._index.run_folder(run_id)
