"""The positions of settings in the YAML text that a configuration was read from."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine import yaml_text
from engine.setting_errors import Locator, SettingPath


@dataclass(frozen=True)
class TextOfSettings:
    """A YAML text, and where settings stand in it.

    `outer` is the path of the settings in the document, `origin` the name of the text, if any.
    Settings at `assigned` paths were replaced by values that do not stand in the text.
    """

    document: yaml_text.Document
    origin: str
    outer: SettingPath
    assigned: Sequence[SettingPath]

    def order(self, path: Sequence[int | str]) -> tuple[float, float]:
        """Line and column of a setting; infinite for one that does not stand in the text."""
        position = self.document.position([*self.outer, *path])
        if position is None or self._is_assigned(path):
            return math.inf, 0
        return position.line, position.column

    def locate(self, path: Sequence[int | str]) -> str:
        """Where a setting stands, such as `Line 3, column 5, `; empty for an assigned one."""
        if self._is_assigned(path):
            return ""
        position = self.document.position([*self.outer, *path])
        location = f"{self.origin}, {position}, " if self.origin else f"{position}, "
        return location if self.origin else location[0].upper() + location[1:]

    def _is_assigned(self, path: Sequence[int | str]) -> bool:
        return any(tuple(path[: len(assigned)]) == assigned for assigned in self.assigned)


class Origin:
    """Finds settings in the text they were read from. All origins compare equal."""

    def __init__(
        self, locate: Locator = lambda path: "", read: Mapping[str, Any] | None = None
    ) -> None:
        self._locate, self._read = locate, read or {}

    def location(self, path: Sequence[int | str], now: Mapping[str, Any]) -> str:
        """Where a setting stands; empty if its value differs from the one that was read."""
        return self._locate(path) if _at(path, self._read) == _at(path, now) else ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Origin)

    def __hash__(self) -> int:
        return 0

    def __reduce__(self) -> tuple[type, tuple[()]]:
        return type(self), ()  # a copy in another process has no text


def _at(path: Sequence[int | str], data: Any) -> Any:
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data
