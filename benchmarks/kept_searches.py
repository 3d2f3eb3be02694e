"""Searches of a benchmark that are made once and kept, so that a long one can be interrupted."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.suite_methods import source_digest

RESULTS = Path(__file__).parent / "results"


class KeptSearches:
    """The results of one benchmark in a folder, by a key that has all that they depend on.

    Each is plain data. A result of former sources of the search is not found again.
    """

    def __init__(self, name: str, folder: Path = RESULTS) -> None:
        self._path = folder / f"{name}.jsonl"
        self._found: dict[str, Any] = {}
        if self._path.exists():
            for line in self._path.read_text().splitlines():
                row = json.loads(line)
                self._found[row["key"]] = row["result"]

    def get(self, key: Sequence[Any], make: Callable[[], Any]) -> Any:
        """The result with this key, made where there is none; tuples in it become lists."""
        text = json.dumps([*key, source_digest("dynas")])
        if text not in self._found:
            result = json.loads(json.dumps(make()))
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a") as file:
                file.write(json.dumps({"key": text, "result": result}) + "\n")
            self._found[text] = result
        return self._found[text]
