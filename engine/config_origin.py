"""The positions of settings in the YAML text that a configuration was read from."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.setting_errors import Locator


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
