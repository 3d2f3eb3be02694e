"""Positions in a YAML text, and the error that names them."""

from dataclasses import dataclass
from typing import Any, NoReturn

from engine.errors import DynasError


class YamlError(DynasError):
    """A YAML text that cannot be read; the message names line and column if they are known."""


@dataclass(frozen=True)
class Position:
    """A position in a text; line and column count from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


def position_of(mark: Any) -> Position:
    """The position of a mark of the parser."""
    return Position(mark.line + 1, mark.column + 1)


def fail(event: Any, problem: str) -> NoReturn:
    """Raise YamlError for what is wrong where an event of the parser begins."""
    raise YamlError(f"{position_of(event.start_mark)}: {problem}")
