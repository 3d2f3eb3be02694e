"""The session keys of the New search form, and the values of a choice that several parts read."""

HERE, CLUSTER = "here", "cluster"
"""Where to run: on this machine or on a cluster."""

_PREFIX = "new_"


def key(field: str) -> str:
    """The session key of a form field; the field's CSS class is `st-key-` and this key."""
    return _PREFIX + field
