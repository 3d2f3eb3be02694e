"""Descriptions of data that tasks derive from a user's data and store in the data folder."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Usage:
    """The number of files and their size in bytes."""

    files: int
    bytes: int


@dataclass(frozen=True)
class PreparedData:
    """One kind of prepared data. `name` is used in keys; a page shows the other texts.

    `purpose` says when and why it is created. `usage` returns its disk usage, `folder` its path.
    `remove_outdated` removes files whose sources have changed, `remove_all` all files; the task
    creates them again when needed.
    """

    name: str
    title: str
    purpose: str
    outdated: str
    folder: Callable[[], str]
    usage: Callable[[], Usage]
    remove_outdated: Callable[[], None]
    remove_all: Callable[[], None]
