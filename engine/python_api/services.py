"""The RunService of each data folder that this process uses from Python, closed at its exit."""

import atexit
import os
import threading
from pathlib import Path

from engine.data_dir import DataFolder
from engine.errors import LogError, RunError
from engine.quoting import quoted
from engine.runs.run_index import UnreadableRun
from engine.runs.run_summary import RunSummary
from engine.runs.service import RunService

_services: dict[Path, RunService] = {}
_lock = threading.Lock()
_process = os.getpid()  # a fork inherits the services, but not the threads of their runs


def service_at(folder: DataFolder) -> RunService:
    """The service of a data folder, one for each folder and process; creates the folder.

    Raises LogError for a folder that cannot be created.
    """
    with _lock:
        _forget_after_fork()
        service = _services.get(folder.path)
        if service is not None and not service.folder.runs.is_dir():  # removed meanwhile
            del _services[folder.path]
            service.close()
            service = None
        if service is None:
            service = _services[folder.path] = RunService(folder.path)
        return service


def existing_service(folder: DataFolder) -> RunService | None:
    """As `service_at`, but None, and nothing is created, for a folder that has never had a run."""
    return service_at(folder) if folder.runs.is_dir() else None


def service_of_run(run_id: str, folder: DataFolder) -> RunService:
    """The service of the data folder in which a run is; raises RunError if there is no such run."""
    service = existing_service(folder)
    if service is None or not service.exists(run_id):
        raise RunError(
            f"There is no run {quoted(run_id, 60)} in the data folder {folder.path}. It may have "
            "been deleted."
        )
    return service


def summary_of(service: RunService, run_id: str) -> RunSummary | UnreadableRun:
    """The run at a glance, or why its log cannot be read; raises RunError without such a run."""
    try:
        return service.summary(run_id)
    except LogError:
        unreadable = service.damaged.find(run_id)
        return unreadable if unreadable is not None else service.summary(run_id)


def close_services() -> None:
    """Stop the runs of this process within seconds, as at its exit; they can be resumed."""
    with _lock:
        _forget_after_fork()
        services = list(_services.values())
        _services.clear()
    threads = [threading.Thread(target=service.close) for service in services]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _forget_after_fork() -> None:
    global _process
    if _process != os.getpid():
        _process = os.getpid()
        _services.clear()


atexit.register(close_services)
