"""Drafts of the New search form in the data folder, one for each browser."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

_MOST = 500
"""Drafts that are kept, the latest."""
_LARGEST = 1_000_000  # bytes


class DraftFiles:
    """The drafts in `folder`, which is made when the first is written.

    A draft that cannot be read or written is no reason to stop a visitor: it is left out.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str) -> dict[str, Any] | None:
        """The draft of the browser `name`; None if there is none."""
        with suppress(OSError, ValueError):
            path = self._path(name)
            if path.stat().st_size <= _LARGEST:
                draft = json.loads(path.read_text(encoding="utf-8"))
                return draft if isinstance(draft, dict) else None
        return None

    def write(self, name: str, draft: Mapping[str, Any]) -> None:
        """Keep a draft in place of the former one of that browser."""
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self._path(name)
            unfinished = path.with_suffix(".tmp")
            unfinished.write_text(json.dumps(draft), encoding="utf-8")
            unfinished.chmod(0o600)
            unfinished.replace(path)
            self._remove_oldest()

    def remove(self, name: str) -> None:
        """Remove the draft of a browser, if there is one."""
        with suppress(OSError):
            self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def _remove_oldest(self) -> None:
        drafts = list(self._folder.glob("*.json"))
        if len(drafts) > _MOST:
            drafts.sort(key=lambda path: path.stat().st_mtime)
            for path in drafts[: len(drafts) - _MOST]:
                path.unlink(missing_ok=True)
