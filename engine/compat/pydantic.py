"""pydantic: restoring the values of a model, and validating into a model with its own constructor.

A model keeps its values in `__dict__` and its private attributes in `__pydantic_private__`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel


@contextmanager
def restore_on_failure(model: BaseModel) -> Iterator[None]:
    """Restore the values of `model` if the block fails.

    Pydantic checks rules between fields only after it has assigned the value.
    """
    saved_values = dict(model.__dict__)
    private = model.__pydantic_private__
    saved_private = dict(private or {})
    try:
        yield
    except BaseException:
        model.__dict__.update(saved_values)
        if private is not None:
            private.update(saved_private)
        raise


def validate_into(model: BaseModel, data: Mapping[str, Any], context: Any) -> None:
    """Fill a `model` made by `__new__` with `data`, validated with `context`.

    `model_validate` would call a constructor of the model's own, which validates the fields without
    the context. Raises ValidationError.
    """
    model.__pydantic_validator__.validate_python(dict(data), self_instance=model, context=context)
