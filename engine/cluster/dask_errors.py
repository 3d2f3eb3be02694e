"""What is told of a measurement that failed on a Dask cluster."""

from distributed import KilledWorker

from engine.errors import DynasError, EvaluationError
from engine.quoting import error_text


def error_of(error: BaseException | None) -> DynasError:
    """The error of a measurement as one that this program raises on purpose."""
    if isinstance(error, KilledWorker):
        count, last = error.allowed_failures + 1, error.last_worker.address
        workers = f"{count} workers" if count > 1 else "A worker"
        return EvaluationError(
            f"{workers} of the cluster ended while measuring it, at last {last}. See the log of "
            "that worker."
        )
    if isinstance(error, DynasError):
        return error
    return EvaluationError(f"{error_text(error) if error else 'It failed on the cluster'}.")
