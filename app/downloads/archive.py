"""Writes the bundles of one or more sub-networks into one archive."""

import secrets
import shutil
import threading
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.disk_errors import write_failure
from engine.errors import CancelledError, DataError, DynasError
from engine.export.bundle.process import export_bundle
from engine.export.bundle.request import BundleReport, BundleRequest
from engine.requirements import Progress

_FILE_MODE = 0o644 << 16  # in the upper half of a ZIP entry's attributes


@dataclass(frozen=True)
class Archive:
    """A ZIP file at `path` with a folder for each of the `folders`; `name` is what it is saved as.

    `size` is in bytes. `problems` are sentences on what could not be written, `remarks` on numbers
    that differ from those of the run.
    """

    name: str
    path: Path
    size: int
    folders: tuple[str, ...]
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def token(self) -> str:
        """The unguessable part of its address."""
        return self.path.stem


def write_archive(
    requests: Sequence[BundleRequest],
    name: str,
    folder: Path,
    progress: Progress,
    cancelled: threading.Event,
) -> Archive:
    """Write an archive to be saved as `name` into `folder`; a failure leaves nothing there.

    If some of several sub-networks fail, the others are in it. Raises the error of the first if all
    fail, DataError if it cannot be written, and CancelledError once `cancelled` is set.
    """
    path = folder / f"{secrets.token_urlsafe(16)}.zip"
    folders: list[str] = []
    errors: list[DynasError] = []
    problems: list[str] = []
    remarks: list[str] = []
    with _whole_or_nothing(path) as (archive, temporary):
        for index, request in enumerate(requests):
            prefix = f"#{request.evaluation.number}: " if len(requests) > 1 else ""
            bundle = temporary / f"subnetwork-{request.evaluation.number}"
            try:
                report = export_bundle(
                    request, bundle, _share(progress, index, len(requests), prefix), cancelled
                )
            except CancelledError:
                raise
            except DynasError as error:
                errors.append(error)
                problems.append(f"{prefix}{error}")
                continue
            _add(archive, report, cancelled)
            folders.append(bundle.name)
            problems.extend(f"{prefix}{sentence}" for sentence in report.problems)
            remarks.extend(f"{prefix}{sentence}" for sentence in report.remarks)
        if not folders:
            raise errors[0]
    size = path.stat().st_size
    return Archive(name, path, size, tuple(folders), tuple(problems), tuple(remarks))


@contextmanager
def _whole_or_nothing(path: Path) -> Iterator[tuple[zipfile.ZipFile, Path]]:
    """The archive that gets `path` at the end, and a temporary folder, both empty at first."""
    temporary = path.with_suffix(".part")
    try:
        temporary.mkdir(parents=True)
        file = temporary / path.name
        # Weights do not become smaller, so nothing is compressed.
        with zipfile.ZipFile(file, "x", zipfile.ZIP_STORED) as archive:
            yield archive, temporary
        file.rename(path)
    except OSError as error:
        raise DataError(write_failure(error, "the archive", path.parent)) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _add(archive: zipfile.ZipFile, report: BundleReport, cancelled: threading.Event) -> None:
    """Move the files of a bundle into the archive."""
    for name in report.files:
        if cancelled.is_set():
            raise CancelledError("Cancelled.")
        file = report.folder / name
        entry = zipfile.ZipInfo.from_file(file, f"{report.folder.name}/{name}")
        entry.external_attr = _FILE_MODE
        with file.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
            shutil.copyfileobj(source, target)
    shutil.rmtree(report.folder)


def _share(progress: Progress, index: int, count: int, prefix: str) -> Progress:
    """Progress of one of `count` bundles as a share of all of them, each of as many steps."""

    def report(task: str, completed: int, total: int | None) -> None:
        if total is None:
            progress(f"{prefix}{task}", 0, None)
        else:
            progress(f"{prefix}{task}", index * total + completed, count * total)

    return report
