"""Errors in the content of the log of a run."""

from collections.abc import Iterator
from contextlib import contextmanager

from engine.errors import DamagedLogError, DynasError, LogError
from engine.log.store import ADVICE

_DECODING_ERRORS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@contextmanager
def errors_of_run(run_id: str) -> Iterator[None]:
    """Turn errors in the content of a log into LogErrors that name the run."""
    try:
        yield
    except LogError:
        raise
    except DynasError as error:
        raise LogError(f"The run '{run_id}' cannot be read here. {error}") from error
    except _DECODING_ERRORS as error:
        raise DamagedLogError(
            f"The log of the run '{run_id}' is damaged ({type(error).__name__}: {error}). {ADVICE}"
        ) from error
