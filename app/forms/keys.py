"""The session keys of the New search form."""

_PREFIX = "new_"


def key(field: str) -> str:
    """The session key of a form field; the field's CSS class is `st-key-` and this key."""
    return _PREFIX + field
