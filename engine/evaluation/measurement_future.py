"""MeasurementFuture: a future that tells which worker measures, and since when."""

import time
from concurrent.futures import Future

from engine.evaluation.measurement import Measurement


class MeasurementFuture(Future[Measurement]):
    """The future of a measurement, for evaluators that know which worker makes it.

    `worker` names the process that measures, or did at last; it is empty while none has begun.
    `began` is when that one began, as a POSIX time of this machine, None before. `lost_workers`
    are those that ended before they had measured it, in order. `reported_seconds` is for how long
    that one has measured, as it said last; None where workers say nothing of it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.worker = ""
        self.began: float | None = None
        self.lost_workers: tuple[str, ...] = ()
        self.reported_seconds: float | None = None

    def begin(self, worker: str) -> None:
        """Note that `worker` measures from now on; one that had begun before is lost."""
        self.lose_worker()
        self.worker, self.began = worker, time.time()
        if not self.running():
            self.set_running_or_notify_cancel()

    def lose_worker(self) -> None:
        """Note that the worker that measures has ended, if one has begun."""
        if self.worker:
            self.lost_workers += (self.worker,)
        self.wait_again()

    def wait_again(self) -> None:
        """Note that no worker measures it any more, for another reason than that one ended."""
        self.worker, self.began = "", None
        if self.reported_seconds is not None:
            self.reported_seconds = 0.0


_SEPARATOR = " · "


def worker_name(host: str, address: str, name: str = "") -> str:
    """The name of a worker of another machine in records: `gpu03 · first · tcp://10.0.0.3:4312`.

    `name` is what its owner calls it; it is left out if it is empty or the address.
    """
    names = [name] if name not in ("", address) else []
    return _SEPARATOR.join([host, *names, address])


def host_of(worker: str) -> str:
    """The host in a name of `worker_name`; empty for a process of this machine."""
    host, separator, _ = worker.partition(_SEPARATOR)
    return host if separator else ""


def name_on_host(worker: str) -> str:
    """What a worker is called beside its host: its owner's name, else its address or process."""
    _, separator, rest = worker.partition(_SEPARATOR)
    name, _, address = rest.rpartition(_SEPARATOR)
    return (name or address) if separator else worker
