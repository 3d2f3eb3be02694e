"""What runs on a worker of a Dask cluster to get the files of a run there.

Each function returns at once or waits in a thread: a worker that measures does it nevertheless.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from engine.cluster import wheels
from engine.cluster.received_files import ReceivedFiles
from engine.cluster.transfer import Transfer
from engine.compat.dask import run_on
from engine.evaluation.job import EvaluationJob
from engine.evaluation.job_files import Entry, JobFile, read_range
from engine.regular_file import MB

if TYPE_CHECKING:
    from distributed import Worker

CHUNK = 8 * MB
"""The bytes that are in the memory of a process at a time, of each transfer."""

_MAX_SILENCE = 3600.0  # seconds without a write, after which a transfer is given up


@dataclass(frozen=True)
class Survey:
    """What a worker has of a job.

    Workers with the same `store` share what they receive. `missing` are digests that have to be
    sent, `absent` the paths of files that are too large for that. `versions` are those of packages,
    empty for one that is not installed.
    """

    store: str
    missing: frozenset[str]
    absent: tuple[str, ...]
    versions: tuple[str, ...]


_transfers: dict[str, tuple[float, Transfer]] = {}


async def survey(job: EvaluationJob) -> Survey:
    """What this worker has of a job, after a look at the places where it could be.

    Wheels that are here and not installed are installed; raises DataError if that fails.
    """
    return await asyncio.to_thread(_survey, job)


async def begin(transfer: str, file: JobFile, files: Sequence[Entry]) -> None:
    """Begin to receive a file; raises OSError if the disk is full, as the others do."""
    _give_up_silent_transfers()
    received = ReceivedFiles.here()
    begun = await asyncio.to_thread(Transfer, received, file, files)
    _transfers[transfer] = time.monotonic(), begun


async def write(transfer: str, content: bytes) -> None:
    """Receive the next bytes of a file; raises DataError if they are wrong."""
    _, receiving = _transfers[transfer]
    _transfers[transfer] = time.monotonic(), receiving
    await asyncio.to_thread(receiving.write, content)


async def finish(transfer: str) -> None:
    """Make a file visible whose bytes have all arrived; raises DataError if they have not."""
    _, receiving = _transfers.pop(transfer)
    await asyncio.to_thread(receiving.finish)


async def give_up(transfer: str) -> None:
    """Remove what has arrived; does nothing if the transfer has ended."""
    if transfer in _transfers:
        _, receiving = _transfers.pop(transfer)
        await asyncio.to_thread(receiving.close)


async def read(file: JobFile, files: Sequence[Entry], start: int) -> bytes:
    """The bytes from `start` on of a file that this worker has, up to `CHUNK`."""
    path = ReceivedFiles.here().find(file)
    if path is None:
        raise FileNotFoundError(file.name)
    return await asyncio.to_thread(read_range, path.parent, files, start, CHUNK)


async def pull(
    transfer: str,
    file: JobFile,
    files: Sequence[Entry],
    holders: Mapping[str, str],
    dask_worker: "Worker",
) -> None:
    """Receive a file from another worker: that at the address to which `holders` maps this one."""
    holder = holders[dask_worker.address]
    await begin(transfer, file, files)
    try:
        for start in range(0, file.size, CHUNK):
            await write(transfer, await run_on(dask_worker, holder, read, file, files, start))
        await finish(transfer)
    finally:
        await give_up(transfer)


def _survey(job: EvaluationJob) -> Survey:
    received = ReceivedFiles.here()
    lacking = [file for file in job.files if received.look_for(file) is None]
    missing = {file.digest for file in lacking if file.digest}
    for wheel in job.wheels:
        if wheels.installed(wheel, received) is not None:
            continue
        if received.look_for(wheel) is None:
            missing.add(wheel.digest)
        else:
            wheels.install(wheel, received)
    absent = tuple(file.path for file in lacking if not file.digest)
    versions = tuple(_version(package.name) for package in job.packages)
    return Survey(received.id, frozenset(missing), absent, versions)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _give_up_silent_transfers() -> None:
    for transfer, (written, receiving) in list(_transfers.items()):
        if time.monotonic() - written > _MAX_SILENCE:
            del _transfers[transfer]
            receiving.close()
