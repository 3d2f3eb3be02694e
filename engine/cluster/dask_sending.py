"""Sends a file to workers of a Dask cluster: in chunks to a few, which pass it on to others."""

import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from distributed import Client

from engine.cluster import dask_receiving
from engine.cluster.dask_receiving import CHUNK
from engine.errors import DynasError
from engine.evaluation.job_files import JobFile, entries, read_range
from engine.quoting import message_text

_FIRST = 4  # workers that the scheduler passes chunks to; the others get them from workers


def send(
    client: Client, file: JobFile, workers: Sequence[str], is_cancelled: Callable[[], bool]
) -> dict[str, str]:
    """Send a file to workers by their addresses; returns why some of them cannot have it.

    Raises DataError if the file cannot be read here, or has changed. Workers that vanish meanwhile
    are left out.
    """
    path = Path(file.path)
    files = entries(path, file.names)
    outcome = _Outcome(list(workers[:_FIRST]))
    transfer = uuid.uuid4().hex

    def run(function: Callable[..., Any], *arguments: Any) -> None:
        if outcome.workers:
            outcome.note(
                client.run(function, *arguments, workers=outcome.workers, on_error="return")
            )

    try:
        run(dask_receiving.begin, transfer, file, files)
        for start in range(0, file.size, CHUNK):
            if is_cancelled() or not outcome.workers:
                break
            run(dask_receiving.write, transfer, read_range(path.parent, files, start, CHUNK))
        else:
            run(dask_receiving.finish, transfer)
    finally:
        client.run(
            dask_receiving.give_up, transfer, workers=list(workers[:_FIRST]), on_error="ignore"
        )
    others, holders = list(workers[_FIRST:]), outcome.workers
    while others and holders and not is_cancelled():
        batch, others = others[: len(holders)], others[len(holders) :]
        pulled = _Outcome(batch)
        pulled.note(_pull(client, file, files, dict(zip(batch, holders, strict=False))))
        outcome.problems |= pulled.problems
        holders = holders + pulled.workers
    return outcome.problems


def _pull(
    client: Client, file: JobFile, files: Sequence[Any], holders: dict[str, str]
) -> dict[str, Any]:
    """Have each worker get the file from its holder, all at the same time; their answers."""
    return dict(
        client.run(
            dask_receiving.pull, uuid.uuid4().hex, file, files, holders,
            workers=list(holders), on_error="return",
        )
    )  # fmt: skip


class _Outcome:
    """The `workers` that have received all so far, and the `problems` of the others."""

    def __init__(self, workers: list[str]) -> None:
        self.workers, self.problems = workers, dict[str, str]()

    def note(self, answers: dict[str, Any]) -> None:
        """Leave out the workers whose answer is an error; one that has vanished has no problem."""
        for address, answer in answers.items():
            if isinstance(answer, DynasError):
                self.problems[address] = message_text(answer)
        self.workers = [
            worker
            for worker in self.workers
            if worker in answers and not isinstance(answers[worker], Exception)
        ]
