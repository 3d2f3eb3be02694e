"""The archives of a server: made one after another, kept on disk while they may be downloaded."""

import contextlib
import secrets
import shutil
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from app.background import BackgroundJobs, Job
from app.downloads.archive import Archive, write_archive
from engine.disk_errors import write_failure
from engine.errors import DataError
from engine.export.bundle.parts import BUNDLE_PARTS
from engine.export.bundle.request import BundleRequest

_MAX_ARCHIVES = 16
_MAX_BYTES = 4 * 10**9
_LOCK = "in-use.lock"
_FOLDERS_LOCK = "folders.lock"  # held while folders are made and removed
_PRIVATE = 0o700


@dataclass(frozen=True)
class BundleOptions:
    """What visitors choose of a bundle; see `BundleRequest`."""

    parts: tuple[str, ...] = BUNDLE_PARTS
    with_preprocessing: bool = False


@dataclass(frozen=True)
class ArchiveKey:
    """The content of an archive: sub-networks of a run by their numbers, and the options.

    `fine_tuned` are the times at which weights of theirs were fine-tuned.
    """

    run: str
    numbers: tuple[int, ...]
    options: BundleOptions = BundleOptions()
    fine_tuned: tuple[float, ...] = ()


@dataclass(eq=False)
class ArchiveStore:
    """Archives in a folder of this process below `parent`. Thread-safe.

    The oldest are removed when there are too many or they are too large together, all of them on
    `close`. What a killed server left is removed when the next one makes its first archive.
    """

    parent: Path
    _jobs: BackgroundJobs = field(
        default_factory=lambda: BackgroundJobs(
            ThreadPoolExecutor(1, thread_name_prefix="dashboard-archive")
        )
    )
    _started: dict[ArchiveKey, Job] = field(default_factory=dict)
    _archives: dict[ArchiveKey, Archive] = field(default_factory=dict)
    _folder: Path | None = None
    _folder_lock: FileLock | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def make(self, key: ArchiveKey, name: str, requests: Sequence[BundleRequest]) -> Job:
        """The job that makes an archive; starts it unless it runs or the archive is there."""

        def work(job: Job) -> Archive:
            job.report("Starting", 0, None)
            archive = write_archive(requests, name, self._own_folder(), job.report, job.cancelled)
            self._keep(key, archive)
            return archive

        with self._lock:
            job = self._jobs.submit_with_progress(key, work)
            self._started[key] = job
            return job

    def job(self, key: ArchiveKey) -> Job | None:
        """The job that makes, has made or failed to make an archive; None if there is none."""
        return self._jobs.get(key)

    def archive(self, key: ArchiveKey) -> Archive | None:
        """The archive, if it was made and is still there."""
        with self._lock:
            archive = self._archives.get(key)
            if archive is not None and not archive.path.is_file():
                self._remove(key)
                return None
            return archive

    def unfinished(self, run: str, numbers: tuple[int, ...]) -> ArchiveKey | None:
        """What is being made of these sub-networks; None if nothing is."""
        with self._lock:
            self._started = {key: job for key, job in self._started.items() if not job.done()}
            keys = [key for key in self._started if (key.run, key.numbers) == (run, numbers)]
        return keys[-1] if keys else None

    def find(self, token: str) -> Archive | None:
        """The archive with that token, if it is still there."""
        with self._lock:
            archives = [archive for archive in self._archives.values() if archive.token == token]
        return archives[0] if archives else None

    def close(self) -> None:
        """Cancel what is being made and remove all archives."""
        self._jobs.close(wait=True)
        with self._lock:
            self._archives.clear()
            if self._folder is not None and self._folder_lock is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder_lock.release()
                self._folder = None

    def _keep(self, key: ArchiveKey, archive: Archive) -> None:
        with self._lock:
            self._archives[key] = archive
            oldest = list(self._archives)
            while len(self._archives) > _MAX_ARCHIVES or (
                len(self._archives) > 1
                and sum(kept.size for kept in self._archives.values()) > _MAX_BYTES
            ):
                self._remove(oldest.pop(0))

    def _remove(self, key: ArchiveKey) -> None:
        with contextlib.suppress(OSError):
            self._archives.pop(key).path.unlink()
        self._jobs.discard(key)

    def _own_folder(self) -> Path:
        """The folder of this process, locked while it runs; raises DataError."""
        with self._lock:
            if self._folder is not None:
                return self._folder
            try:
                self.parent.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
                with FileLock(self.parent / _FOLDERS_LOCK, mode=0o600):
                    _remove_abandoned(self.parent)
                    folder = self.parent / secrets.token_hex(6)
                    folder.mkdir(mode=_PRIVATE)
                    lock = FileLock(folder / _LOCK, mode=0o600, thread_local=False)
                    lock.acquire(timeout=0)
            except OSError as error:
                raise DataError(write_failure(error, "the archive", self.parent)) from error
            self._folder, self._folder_lock = folder, lock
            return folder


def _remove_abandoned(parent: Path) -> None:
    """Remove the folders of processes that have ended."""
    for folder in parent.iterdir():
        with contextlib.suppress(OSError, Timeout), FileLock(folder / _LOCK, timeout=0):
            shutil.rmtree(folder, ignore_errors=True)
