"""ResultsTable: a results CSV as columns of text.

Handles encodings, separators, quotes and blank lines; the text of cells is not interpreted.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.errors import ConfigError
from engine.runs.importing.columns import Columns, is_header, read_columns

_SEPARATORS = (",", ";", "\t")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MAX_CELL_LENGTH = 131_072  # characters; far more than a config or a number has
_MAX_HEADER_LINES = 20  # lines, since headings may contain line breaks
_SEPARATOR_PREFIX = "sep="  # Excel states the separator in a first line

Row = tuple[int, list[str]]
"""The line number at which a row begins, and its cells."""


@dataclass(frozen=True)
class ResultsTable:
    """The non-empty rows of a results CSV, in order.

    `lines`, `subnetworks`, `times`, `failed` and each of `cells` and `sources`, by metric, have one
    entry per row. `times` are empty strings if the file has none. `sources` are the texts of the
    source columns, or the source that a heading states. `surplus` maps rows with too many cells to
    the number of their cells, `overlong` maps rows with a cell that is too long to its length; such
    rows are otherwise empty.
    """

    origin: str
    columns: Columns
    separator: str
    lines: Sequence[int]
    subnetworks: Sequence[str]
    cells: dict[str, list[str]]
    sources: dict[str, list[str]]
    times: Sequence[str]
    failed: Sequence[bool]
    surplus: dict[int, int]
    overlong: dict[int, int]

    def __len__(self) -> int:
        return len(self.lines)


def read_table(content: bytes | str, origin: str) -> ResultsTable:
    """Parse the `content` of a file; `origin` names it in messages.

    Raises ConfigError if it is not text, has no header of a results CSV, or has invalid quotes.
    """
    encoded = _utf8(content, origin)
    separator, header, rows = _header(encoded, origin)
    columns = read_columns(header, origin)
    lines: list[int] = []
    subnetworks: list[str] = []
    times: list[str] = []
    failed: list[bool] = []
    surplus: dict[int, int] = {}
    overlong: dict[int, int] = {}
    cells: dict[str, list[str]] = {column.metric: [] for column in columns.metrics}
    sources: dict[str, list[str]] = {name: [] for name in columns.source_indices}
    for line, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if (longest := max(map(len, row))) > _MAX_CELL_LENGTH:
            overlong[len(lines)], row = longest, []
        if any(cell.strip() for cell in row[columns.count :]):
            surplus[len(lines)] = len(row)
        row += [""] * (columns.count - len(row))
        lines.append(line)
        subnetworks.append(row[columns.subnetwork_index])
        times.append("" if columns.time_index is None else row[columns.time_index])
        status = "" if columns.status_index is None else row[columns.status_index]
        failed.append(status.strip().casefold() == "failed")
        for column in columns.metrics:
            cells[column.metric].append(row[column.index])
        for name, index in columns.source_indices.items():
            sources[name].append(row[index])
    for column in columns.metrics:
        if column.source:
            sources.setdefault(column.metric, [column.source] * len(lines))
    return ResultsTable(
        origin,
        columns,
        separator,
        lines,
        subnetworks,
        cells,
        sources,
        times,
        failed,
        surplus,
        overlong,
    )


def _utf8(content: bytes | str, origin: str) -> bytes:
    """The content as UTF-8 without a byte order mark; raises ConfigError if it is not text."""
    if isinstance(content, str):
        return content.removeprefix("\ufeff").encode(errors="replace")
    encoding = "utf-16" if content.startswith(_UTF16) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"{origin} is no results file: line {line} holds bytes that are not text in UTF-8. "
            "Choose a CSV; if it is one, save it as UTF-8."
        ) from None
    if "\0" in text:
        raise ConfigError(
            f"{origin} is no results file: it holds null characters, so it is not text. "
            "Choose a CSV of DyNAS Studio, DyNAS-T or Neural Compressor."
        )
    if encoding == "utf-16":
        return text.encode(errors="replace")
    return content.removeprefix(codecs.BOM_UTF8)


def _header(content: bytes, origin: str) -> tuple[str, list[str], Iterator[Row]]:
    """Find the separator and the header; also returns the rows below it."""
    for separator in _SEPARATORS:
        rows = _rows(content, separator, origin)
        for line, cells in rows:
            first = "".join(cells).strip().casefold()
            if not first or first.startswith(_SEPARATOR_PREFIX):
                continue
            if is_header(cells) and line <= _MAX_HEADER_LINES:
                return separator, cells, rows
            break
    if not content.strip():
        raise ConfigError(f"{origin} is no results file: it is empty. Choose one with results.")
    raise ConfigError(
        f"{origin} is no results file: its first line has no column 'Sub-network' or 'config' "
        "beside one of a metric. Give a CSV of DyNAS Studio, DyNAS-T or Neural Compressor. A "
        "metric of a script is known where a run of the data folder has it, and in Python after "
        "offer_metrics."
    )


def _rows(content: bytes, separator: str, origin: str) -> Iterator[Row]:
    """The rows with their line numbers; raises ConfigError for an unclosed quotation mark."""
    # No cell can be longer than the content.
    csv.field_size_limit(max(csv.field_size_limit(), len(content)))
    lines = _LineRecorder(io.TextIOWrapper(io.BytesIO(content), "utf-8", newline=""))
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True)
    line = 1
    last: list[str] = []
    try:
        for row in reader:
            yield line, row
            last = lines.pop_lines()
            line += len(last)
    except csv.Error as error:
        raise ConfigError(
            f"{origin} is no results file: the row that begins in line {line} cannot be read "
            f"({error}). Repair or remove it."
        ) from None
    if len(last) > 1 and _is_open(last, separator):
        raise ConfigError(
            f"{origin}: a quotation mark in line {line - len(last)} has no counterpart, so that "
            "all that follows belongs to one row. Repair or remove the line."
        )


def _is_open(lines: Sequence[str], separator: str) -> bool:
    """Whether these lines end inside quotation marks."""
    try:
        list(csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


class _LineRecorder:
    """Iterates over lines and records them until `pop_lines`."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._lines_read: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._lines_read.append(line)
        return line

    def pop_lines(self) -> list[str]:
        """The lines since the last call."""
        lines, self._lines_read = self._lines_read, []
        return lines
