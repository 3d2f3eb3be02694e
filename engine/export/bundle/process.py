"""Writes a bundle in a process of its own: whole, or not at all."""

import os
import shutil
import threading
import time
from dataclasses import replace
from pathlib import Path

from engine import machine_lock
from engine.disk_errors import write_failure
from engine.errors import DataError
from engine.evaluation.subprocess_call import call_in_subprocess
from engine.export.bundle.refusal import network_refusal
from engine.export.bundle.request import BundleReport, BundleRequest
from engine.quoting import quoted
from engine.requirements import Progress

_ABANDONED_AFTER = 86_400.0  # seconds: then no process writes to a temporary folder any more


def export_bundle(
    request: BundleRequest, folder: Path, progress: Progress, cancelled: threading.Event
) -> BundleReport:
    """Write a bundle to `folder`, which must not exist or be empty.

    A temporary folder beside it is renamed at the end, and removed if anything fails. Raises the
    errors of `write_bundle`, DataError for a run without networks and for a folder that exists or
    cannot be written, and CancelledError once `cancelled` is set.
    """
    if reason := network_refusal(request.config):
        raise DataError(reason)
    folder = folder.expanduser().absolute()
    _check_free(folder)
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            _remove_abandoned(folder)
            report: BundleReport = call_in_subprocess(
                _write, request, temporary, progress=progress, cancelled=cancelled
            )
            _check_free(folder)
            temporary.rename(folder)
        except OSError as error:
            raise DataError(write_failure(error, "the bundle", folder.parent)) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return replace(report, folder=folder)


def _write(request: BundleRequest, folder: Path, progress: Progress) -> BundleReport:
    from engine.export.bundle.contents import write_bundle  # loads torch

    def on_wait() -> None:
        progress("Waiting for a latency measurement to end", 0, None)

    with machine_lock.shared(on_wait):  # no latency is timed meanwhile
        return write_bundle(request, folder, progress)


def _check_free(folder: Path) -> None:
    is_empty_folder = folder.is_dir() and not any(folder.iterdir())
    if (folder.exists() or folder.is_symlink()) and not is_empty_folder:
        raise DataError(
            f"{quoted(str(folder))[1:-1]} exists already. Nothing is overwritten: give another "
            "folder, or remove it first."
        )


def _remove_abandoned(folder: Path) -> None:
    """Remove temporary folders that killed programs left."""
    oldest = time.time() - _ABANDONED_AFTER
    for path in folder.parent.glob(f".{folder.name}.*.part"):
        if path.is_dir() and path.stat().st_mtime < oldest:
            shutil.rmtree(path, ignore_errors=True)
