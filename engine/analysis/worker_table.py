"""What each worker of a run has done and does now, by worker and by host."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.evaluation.measurement_future import host_of, name_on_host, worker_name
from engine.runs.work_times import WorkArrays
from engine.runs.workers_now import RunningMeasurement, WorkersNow


@dataclass(frozen=True)
class WorkerRow:
    """One worker, or the `workers` of one host.

    `name` is what its owner calls it, `host` is empty for a process of this machine. `now` are the
    measurements that it makes, `done`, `failed` and `lost` count those that succeeded, failed, and
    were lost when it ended. `median_seconds` is of those that succeeded; None without one.
    `is_gone` marks workers that the cluster no longer has, `problem` says why one is not used.
    """

    name: str
    host: str
    now: tuple[RunningMeasurement, ...] = ()
    done: int = 0
    failed: int = 0
    lost: int = 0
    median_seconds: float | None = None
    workers: int = 1
    is_gone: bool = False
    problem: str = ""


def worker_rows(work: WorkArrays, now: WorkersNow | None) -> list[WorkerRow]:
    """A row for each worker that the log, or the cluster, names: by host, then by name."""
    measurements = now.measurements if now else ()
    of_cluster = now.cluster.workers if now and now.cluster else ()
    known = {worker_name(w.host, w.address, w.name): w for w in of_cluster}
    running: dict[str, list[RunningMeasurement]] = defaultdict(list)
    lost = dict(work.lost)
    for measurement in measurements:
        if measurement.worker:
            running[measurement.worker].append(measurement)
        for name in measurement.lost_workers:
            lost[name] = lost.get(name, 0) + 1
    codes = {name: code for code, name in enumerate(work.names)}
    done, failed, medians = _counts(work)
    is_on_cluster, knows_cluster = bool(now and now.cluster), bool(of_cluster)
    rows = []
    for name in dict.fromkeys([*known, *work.names, *running, *lost]):
        code, worker = codes.get(name), known.get(name)
        rows.append(
            WorkerRow(
                name=name_on_host(name),
                host=host_of(name),
                now=tuple(running.get(name, ())) if worker or not is_on_cluster else (),
                done=0 if code is None else int(done[code]),
                failed=0 if code is None else int(failed[code]),
                lost=lost.get(name, 0),
                median_seconds=None if code is None or not done[code] else float(medians[code]),
                is_gone=knows_cluster and worker is None,
                problem=worker.problem if worker else "",
            )
        )
    return sorted(rows, key=lambda row: (bool(row.problem), row.is_gone, row.host, row.name))


def host_rows(rows: Sequence[WorkerRow]) -> list[WorkerRow]:
    """The rows of usable and former workers, summed by host; the median is of their medians."""
    by_host: dict[str, list[WorkerRow]] = defaultdict(list)
    for row in rows:
        if not row.problem:
            by_host[row.host].append(row)
    return [_sum(host, members) for host, members in by_host.items()]


def _sum(host: str, rows: Sequence[WorkerRow]) -> WorkerRow:
    medians = [row.median_seconds for row in rows if row.median_seconds is not None]
    return WorkerRow(
        name=host,
        host=host,
        now=tuple(measurement for row in rows for measurement in row.now),
        done=sum(row.done for row in rows),
        failed=sum(row.failed for row in rows),
        lost=sum(row.lost for row in rows),
        median_seconds=float(np.median(medians)) if medians else None,
        workers=sum(not row.is_gone for row in rows),
        is_gone=all(row.is_gone for row in rows),
    )


def _counts(
    work: WorkArrays,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """`(workers,)` numbers of done and failed measurements, and the median seconds of the done."""
    count, ok = len(work.names), work.ok == 1
    done = np.bincount(work.worker[ok], minlength=count)
    failed = np.bincount(work.worker[~ok], minlength=count)
    seconds, workers = (work.ended - work.began)[ok], work.worker[ok]
    ordered = seconds[np.lexsort((seconds, workers))]
    medians = np.full(count, np.nan)
    first = np.concatenate([[0], np.cumsum(done)[:-1]]).astype(np.int64) if count else done
    has_any = done > 0
    low, high = first + (done - 1) // 2, first + done // 2
    medians[has_any] = (ordered[low[has_any]] + ordered[high[has_any]]) / 2
    return done, failed, medians
