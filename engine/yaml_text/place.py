"""Where something stands in a YAML text, and the error that says what is wrong there."""

from dataclasses import dataclass
from typing import Any, NoReturn

from engine.errors import DynasError


class YamlError(DynasError):
    """A YAML text that cannot be read; the message names line and column where they are known."""


@dataclass(frozen=True)
class Place:
    """Where something stands in a text, both from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


def place_of(mark: Any) -> Place:
    """The place of a mark of the parser."""
    return Place(mark.line + 1, mark.column + 1)


def fail(event: Any, problem: str) -> NoReturn:
    """Raise YamlError for what is wrong where an event of the parser begins."""
    raise YamlError(f"{place_of(event.start_mark)}: {problem}")
