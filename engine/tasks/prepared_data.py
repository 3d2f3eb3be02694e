"""What tasks make of a user's data and keep in the data folder, to be shown and removed."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Usage:
    """How many files there are, and the bytes that they take."""

    files: int
    bytes: int


@dataclass(frozen=True)
class PreparedData:
    """One kind of such data. `name` is a word for keys; a page shows the other texts.

    `purpose` says when it is made and what it is good for. `usage` says what it takes, `folder`
    where it is. `remove_outdated` removes what its origin no longer fits, `remove_all` everything;
    what is needed is made again.
    """

    name: str
    title: str
    purpose: str
    outdated: str
    folder: Callable[[], str]
    usage: Callable[[], Usage]
    remove_outdated: Callable[[], None]
    remove_all: Callable[[], None]
