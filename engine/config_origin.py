"""Where the settings of a configuration stand in the text that it was read of."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.setting_errors import Where


class Origin:
    """Where settings stand in the text that they were read of. Two are always equal."""

    def __init__(
        self, where: Where = lambda path: "", read: Mapping[str, Any] | None = None
    ) -> None:
        self._where, self._read = where, read or {}

    def place(self, path: Sequence[int | str], now: Mapping[str, Any]) -> str:
        """Where a setting stands; empty if it is not what was read any more."""
        return self._where(path) if _at(path, self._read) == _at(path, now) else ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Origin)

    def __hash__(self) -> int:
        return 0

    def __reduce__(self) -> tuple[type, tuple[()]]:
        return type(self), ()  # a copy in another process is of no text


def _at(path: Sequence[int | str], data: Any) -> Any:
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data
