"""PublishedCsv: writes results in the CSV format of Neural Compressor and DyNAS-T."""

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
"""Columns for the source of a metric, present if a value was not measured."""
_PUBLISHED_METRICS = frozenset({"acc", "macs", "params", "lat"})
"""Metrics with a column in the published format, and parameters, which need none."""


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


class PublishedCsv:
    """Writes `path`, beginning with rows for `evaluations`.

    A file of another search is first renamed to a numbered name. `metrics` are those of the run:
    each that has no published column gets one with its name. `planned_sources` are the sources of
    future rows by metric.
    """

    def __init__(
        self, path: str | Path, evaluations: list[Evaluation],
        planned_sources: Mapping[str, str] | None = None, metrics: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.path = Path(path).expanduser()
        check_path(self.path)
        metrics_with_source = {
            name
            for sources in (planned_sources or {}, *(e.sources for e in evaluations if e.ok))
            for name, source in sources.items()
            if not is_measured_here(source)
        }
        self._extra_metrics = [name for name in metrics if name not in _PUBLISHED_METRICS]
        source_columns = {source_column(name): name for name in self._extra_metrics}
        columns = {**SOURCES, **source_columns}
        self._sources = {
            column: name for column, name in columns.items() if name in metrics_with_source
        }
        header = (*COLUMNS, *self._extra_metrics, *self._sources)
        text = _lines([header, *(self._row(e) for e in evaluations if e.ok)])
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self.path.exists() and not (evaluations and self._is_start_of(text)):
                self.path.rename(_free_name(self.path))
            with self.path.open("w", newline="") as file:
                file.write(text)
        except OSError as error:
            raise _write_error(self.path, error) from None

    def write(self, evaluation: Evaluation) -> None:
        """Append a row unless the evaluation failed. Raises ConfigError if it cannot be written."""
        if evaluation.ok:
            try:
                with self.path.open("a", newline="") as file:
                    file.write(_lines([self._row(evaluation)]))
            except OSError as error:
                raise _write_error(self.path, error) from None

    def _row(self, evaluation: Evaluation) -> tuple[object, ...]:
        values, sources = evaluation.metrics, evaluation.sources
        extra_values = (
            exported_value(n, values[n]) if n in values else "" for n in self._extra_metrics
        )
        return (
            *_row(evaluation),
            *extra_values,
            *(sources.get(n, "") for n in self._sources.values()),
        )

    def _is_start_of(self, text: str) -> bool:
        """Whether the file is an earlier version of this search's results: the start of `text`."""
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
    while (candidate := path.with_name(f"{path.stem}.{number}{path.suffix}")).exists():
        number += 1
    return candidate
