"""Sends a file to workers of a Dask cluster: in chunks to a few, which pass it on to others."""

import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import wait
from functools import partial
from pathlib import Path
from typing import Any

from distributed import Client

from engine.cluster import dask_receiving
from engine.cluster.dask_connection import call
from engine.cluster.dask_receiving import CHUNK
from engine.errors import DynasError
from engine.evaluation.job_files import JobFile, entries, read_range
from engine.quoting import message_text

_TIMEOUT = 60.0  # seconds that a worker has to store a piece
_SLOWEST = 1_000_000  # bytes per second between workers; a slower one is given up
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
            outcome.note(_run_on(client, outcome.workers, _TIMEOUT, function, *arguments))

    try:
        run(dask_receiving.begin, transfer, file, files)
        for start in range(0, file.size, CHUNK):
            if is_cancelled() or not outcome.workers:
                break
            run(dask_receiving.write, transfer, read_range(path.parent, files, start, CHUNK))
        else:
            run(dask_receiving.finish, transfer)
    finally:
        _run_on(client, workers[:_FIRST], _TIMEOUT, dask_receiving.give_up, transfer)
    others, holders = list(workers[_FIRST:]), outcome.workers
    while others and holders and not is_cancelled():
        batch, others = others[: len(holders)], others[len(holders) :]
        pulled = _Outcome(batch)
        sources = dict(zip(batch, holders, strict=False))
        timeout = _TIMEOUT + file.size / _SLOWEST
        answers = _run_on(
            client, batch, timeout, dask_receiving.pull, uuid.uuid4().hex, file, files, sources
        )
        pulled.note(answers)
        outcome.problems |= pulled.problems
        holders = holders + pulled.workers
    return outcome.problems


def _run_on(
    client: Client, workers: Sequence[str], timeout: float, function: Callable[..., Any],
    *arguments: Any,
) -> dict[str, Any]:  # fmt: skip
    """What a function returns or raises on workers; those that need more seconds are left out."""
    runs = [
        call(client, partial(client.run, function, *arguments, workers=[w], on_error="return"))
        for w in workers
    ]
    wait(runs, timeout)
    answers: dict[str, Any] = {}
    for run in runs:
        if run.done() and not run.exception():
            answers |= run.result()
    return answers


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
