"""The session keys of the New search form."""

_PREFIX = "new_"


def key(field: str) -> str:
    """The session key of a form field; `st-key-` before it is the field's CSS class."""
    return _PREFIX + field
