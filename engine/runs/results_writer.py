"""ResultsWriter: writes the results CSV of a search while it runs."""

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from engine.disk_errors import is_full, write_failure
from engine.errors import ConfigError
from engine.evaluation.record import Evaluation
from engine.runs.results_rows import ResultsRows


def check_path(path: str | Path) -> None:
    """Raise ConfigError if no results can be written to `path`; writes nothing."""
    target = Path(path).expanduser()
    existing = next(p for p in (target, *target.parents, Path()) if _exists(p))
    if existing == target and not existing.is_dir() and not existing.is_file():
        reason = "it is a device, a pipe or a socket, not a regular file"
    elif existing.is_dir() == (existing == target):
        reason = f"{existing} is {'a folder' if existing == target else 'no folder'}"
    elif not os.access(existing, os.W_OK):
        reason = f"nothing may be written to {existing}"
    else:
        return
    raise _path_error(target, reason)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # no permission
        return False


def _path_error(path: Path, reason: str | None) -> ConfigError:
    return ConfigError(
        f"results_csv_path {path} cannot be written: {reason}. "
        "Choose another path, or leave it out."
    )


def _write_error(path: Path, error: OSError) -> ConfigError:
    if is_full(error, path):
        return ConfigError(write_failure(error, "the results", path))
    return _path_error(path, error.strerror)


class ResultsWriter:
    """Writes `path`, beginning with the header and the rows of `evaluations`.

    A file of another search is first renamed to a numbered name.
    """

    def __init__(
        self, path: str | Path, rows: ResultsRows, evaluations: Sequence[Evaluation]
    ) -> None:
        self.path, self._rows = Path(path).expanduser(), rows
        check_path(self.path)
        text = _csv_lines([rows.header, *map(rows.row, evaluations)])
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self.path.exists() and not (evaluations and self._is_start_of(text)):
                self.path.rename(_free_name(self.path))
            with self.path.open("w", newline="") as file:
                file.write(text)
        except OSError as error:
            raise _write_error(self.path, error) from None

    def write(self, evaluation: Evaluation) -> None:
        """Append the row of an evaluation, if any. Raises ConfigError if it cannot be written."""
        row = self._rows.row(evaluation)
        if row is not None:
            try:
                with self.path.open("a", newline="") as file:
                    file.write(_csv_lines([row]))
            except OSError as error:
                raise _write_error(self.path, error) from None

    def _is_start_of(self, text: str) -> bool:
        """Whether the file is an earlier version of this search's results: the start of `text`."""
        with self.path.open(newline="", errors="replace") as file:
            return text.startswith(file.read())


def _csv_lines(rows: Iterable[Sequence[object] | None]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(row for row in rows if row is not None)
    return out.getvalue()


def _free_name(path: Path) -> Path:
    number = 1
    while (candidate := path.with_name(f"{path.stem}.{number}{path.suffix}")).exists():
        number += 1
    return candidate
