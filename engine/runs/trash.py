"""Trash: keeps deleted runs for some days, so that they can be restored."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from engine.errors import LogError, RunError
from engine.log.evaluation_log import DiskLog
from engine.quoting import quoted

RETENTION_DAYS = 14
_DAY = 86_400.0  # seconds


@dataclass(frozen=True)
class DeletedRun:
    """A run in the trash. `deleted` is a POSIX time."""

    run_id: str
    deleted: float
    folder: Path

    def name(self) -> str:
        """The last name of the run; its id if its log cannot be read."""
        log, name = DiskLog.open(self.folder / "log"), self.run_id
        try:
            for event in log.events():
                name = event.data["name"] if event.kind in ("created", "renamed") else name
        except LogError:
            pass  # it can still be restored
        finally:
            log.close()
        return name


class Trash:
    """A folder beside that of the runs. Runs are moved by an atomic rename of their folders."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def entries(self) -> list[DeletedRun]:
        """The runs that can be restored, last deleted first."""
        oldest = time.time() - RETENTION_DAYS * _DAY
        restorable = [entry for entry in self._all() if entry.deleted >= oldest]
        return sorted(restorable, key=lambda entry: entry.deleted, reverse=True)

    def find(self, run_id: str) -> DeletedRun:
        """The last deleted run `run_id`; raises RunError if there is none."""
        for entry in self.entries():
            if entry.run_id == run_id:
                return entry
        raise RunError(
            f"There is no run {quoted(run_id, 60)} in the trash. Its time there may be over."
        )

    def put(self, run: Path) -> None:
        """Move the folder of a run here; raises RunError if it cannot be moved."""
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            run.rename(self._folder / f"{time.time():.6f}-{run.name}")
        except OSError as error:
            raise RunError(
                f"The run cannot be moved to {self._folder}: {error.strerror}. It is still there."
            ) from None

    def restore(self, run_id: str, runs: Path) -> None:
        """Move a run back to the folder `runs`; raises RunError if that is impossible."""
        entry = self.find(run_id)
        if (runs / run_id).exists():
            raise RunError(f"There is a run '{run_id}' already. Delete or move that one first.")
        try:
            entry.folder.rename(runs / run_id)
        except OSError as error:
            raise RunError(f"The run cannot be restored: {error.strerror}.") from None

    def empty(self) -> None:
        """Delete runs whose retention period is over."""
        restorable = {entry.folder for entry in self.entries()}
        for entry in self._all():
            if entry.folder not in restorable:
                shutil.rmtree(entry.folder, ignore_errors=True)

    def _all(self) -> list[DeletedRun]:
        deleted_runs = []
        for folder in self._folder.glob("*-*"):
            deleted, _, run_id = folder.name.partition("-")
            try:
                deleted_runs.append(DeletedRun(run_id, float(deleted), folder))
            except ValueError:
                continue  # not a folder of this class
        return deleted_runs
