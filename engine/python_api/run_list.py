"""`runs`: the runs of a data folder."""

from contextlib import suppress
from pathlib import Path

from engine.errors import RunError
from engine.python_api.arguments import checked_data_folder
from engine.python_api.run import Run
from engine.python_api.services import existing_service


def runs(data_dir: str | Path | None = None) -> list[Run]:
    """The runs of a data folder, newest first; those whose logs cannot be read come last.

    `data_dir` is the path of the data folder, by default `$DYNAS_DATA_DIR` or `~/.dynas-studio`.
    The list is empty, and no folder is made, where there never was a run. A run whose log cannot be
    read has the state `damaged` or `unreadable`, and a `message` that says why. Raises LogError for
    a folder that cannot be read.

    >>> [run.state for run in runs()]
    ['finished']
    """
    folder = checked_data_folder(data_dir)
    service = existing_service(folder)
    if service is None:
        return []
    readable, unreadable = service.survey()
    found = []
    for run_id in [*(run.id for run in readable), *(run.id for run in unreadable)]:
        with suppress(RunError):  # deleted since
            found.append(Run(run_id, folder.path))
    return found
