"""pydantic: the values of a model, which it keeps in `__dict__`."""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import BaseModel


@contextmanager
def restore_on_failure(model: BaseModel) -> Iterator[None]:
    """Put the values of `model` back if the block fails.

    An assignment that breaks a rule between fields is refused when it has been made already.
    """
    before = dict(model.__dict__)
    try:
        yield
    except BaseException:
        model.__dict__.update(before)
        raise
