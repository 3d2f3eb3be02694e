"""pydantic: restoring the values of a model, which it keeps in `__dict__`."""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import BaseModel


@contextmanager
def restore_on_failure(model: BaseModel) -> Iterator[None]:
    """Restore the values of `model` if the block fails.

    Pydantic checks rules between fields only after it has assigned the value.
    """
    saved_values = dict(model.__dict__)
    try:
        yield
    except BaseException:
        model.__dict__.update(saved_values)
        raise
