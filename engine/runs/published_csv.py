"""The results CSV that Neural Compressor and DyNAS-T write, row by row as the search goes."""

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from engine.disk_errors import is_full, write_failure
from engine.errors import ConfigError
from engine.evaluation.record import Evaluation
from engine.metrics import exported_value
from engine.sources import is_measured_here, source_column

# The names of columns are a file format that others read: that of Neural Compressor and DyNAS-T.
COLUMNS = ("Sub-network", "Date", "Latency (ms)", "MACs", "Top-1 Acc (%)")
SOURCES = {"Top-1 Acc Source": "acc", "Latency Source": "lat"}
"""Further columns by the metric whose source they name; there where one was not measured."""
_PUBLISHED = frozenset({"acc", "macs", "params", "lat"})
"""What has a column of the published format, or, as parameters, follows from the sub-network."""


def check_path(path: str | Path) -> None:
    """Raise ConfigError where no results can be written to `path`; writes nothing itself."""
    wanted = Path(path).expanduser()
    there = next(p for p in (wanted, *wanted.parents, Path()) if _is_there(p))
    if there == wanted and not there.is_dir() and not there.is_file():
        reason = "it is a device, a pipe or a socket, not a regular file"
    elif there.is_dir() == (there == wanted):
        reason = f"{there} is {'a folder' if there == wanted else 'no folder'}"
    elif not os.access(there, os.W_OK):
        reason = f"nothing may be written to {there}"
    else:
        return
    raise _unwritable(wanted, reason)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # nobody may look
        return False


def _unwritable(path: Path, reason: str | None) -> ConfigError:
    return ConfigError(
        f"results_csv_path {path} cannot be written: {reason}. "
        "Choose another path, or leave it out."
    )


def _not_written(path: Path, error: OSError) -> ConfigError:
    if is_full(error, path):
        return ConfigError(write_failure(error, "the results", path))
    return _unwritable(path, error.strerror)


class PublishedCsv:
    """Writes `path`, from the rows of `known` on.

    What another search left there is kept beside it under a numbered name. `metrics` are those of
    the run: each that has no published column gets one by its name. `planned` are the sources of
    what is going to be written, by metric.
    """

    def __init__(
        self, path: str | Path, known: list[Evaluation], planned: Mapping[str, str] | None = None,
        metrics: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.path = Path(path).expanduser()
        check_path(self.path)
        told = {
            name
            for sources in (planned or {}, *(e.sources for e in known if e.ok))
            for name, source in sources.items()
            if not is_measured_here(source)
        }
        self._further = [name for name in metrics if name not in _PUBLISHED]
        further = {source_column(name): name for name in self._further}
        columns = {**SOURCES, **further}
        self._sources = {column: name for column, name in columns.items() if name in told}
        header = (*COLUMNS, *self._further, *self._sources)
        text = _lines([header, *(self._row(e) for e in known if e.ok)])
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self.path.exists() and not (known and self._holds_only(text)):
                self.path.rename(_free_name(self.path))
            with self.path.open("w", newline="") as file:
                file.write(text)
        except OSError as error:
            raise _not_written(self.path, error) from None

    def write(self, evaluation: Evaluation) -> None:
        """Add a row; failed evaluations have none. Raises ConfigError if it cannot be written."""
        if evaluation.ok:
            try:
                with self.path.open("a", newline="") as file:
                    file.write(_lines([self._row(evaluation)]))
            except OSError as error:
                raise _not_written(self.path, error) from None

    def _row(self, evaluation: Evaluation) -> tuple[object, ...]:
        numbers, sources = evaluation.metrics, evaluation.sources
        further = (exported_value(n, numbers[n]) if n in numbers else "" for n in self._further)
        return (*_row(evaluation), *further, *(sources.get(n, "") for n in self._sources.values()))

    def _holds_only(self, text: str) -> bool:
        """Whether the file is what this search wrote before: the start of `text`."""
        with self.path.open(newline="", errors="replace") as file:
            return text.startswith(file.read())


def _row(evaluation: Evaluation) -> tuple[object, ...]:
    metrics = evaluation.metrics
    date = datetime.fromtimestamp(evaluation.finished).strftime("%Y-%m-%d %H:%M:%S.%f")
    return (
        str(dict(evaluation.config)), date, metrics.get("lat", ""),
        int(metrics["macs"]), metrics.get("acc", ""),
    )  # fmt: skip


def _lines(rows: Iterable[tuple[object, ...]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _free_name(path: Path) -> Path:
    number = 1
    while (other := path.with_name(f"{path.stem}.{number}{path.suffix}")).exists():
        number += 1
    return other
