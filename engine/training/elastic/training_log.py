"""The log of a training: one JSON object a line, for curves while it runs."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine import regular_file

NAME = "training.jsonl"
_MAX_BYTES = 500 * regular_file.MB

Entry = Mapping[str, Any]
"""`stage` (from 0), `step` (of the stage, from 1) and `done` (steps of all stages), with either
`loss`, `rate` and `seconds`, or `quality`: the main metric by the name of the network."""


class TrainingLog:
    """Appends entries to the log in a folder.

    Entries after `done` steps, of a training that was killed after its last checkpoint, are
    removed first: they come again.
    """

    def __init__(self, folder: Path, done: int) -> None:
        self._path = folder / NAME
        kept = [entry for entry in read(folder) if entry["done"] <= done]
        part = self._path.with_suffix(".part")
        part.write_text("".join(map(_line, kept)))
        part.replace(self._path)

    def append(self, entry: Entry) -> None:
        """Write one entry."""
        with self._path.open("a") as file:
            file.write(_line(entry))


def read(folder: Path) -> list[dict[str, Any]]:
    """The entries so far, in their order; without a last one that is not complete."""
    try:
        text = regular_file.read_text(folder / NAME, _MAX_BYTES)
    except FileNotFoundError:
        return []
    lines = text.split("\n")[:-1]
    return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]


def _line(entry: Entry) -> str:
    return f"{json.dumps(dict(entry))}\n"
