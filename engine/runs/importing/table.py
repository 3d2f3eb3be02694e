"""A results CSV as columns of text: encodings, separators, quotes and blank lines are dealt with.

What a row's text means is not looked at here.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.errors import ConfigError
from engine.runs.importing.columns import Columns, columns, is_header

_SEPARATORS = (",", ";", "\t")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LONGEST_CELL = 131_072  # characters; no config or number comes near it
_LARGEST_HEADER = 20  # lines, if headings hold line breaks
_STATED = "sep="  # how Excel names the separator in a line of its own

Row = tuple[int, list[str]]
"""The number of the line at which a row begins, and its cells."""


@dataclass(frozen=True)
class ResultsTable:
    """The rows of a results CSV in their order, those with nothing in them left out.

    `lines`, `subnetworks`, `times`, `failed` and each of `cells`, by metric, have an entry a row.
    `times` are empty where the file has none. `sources` hold what a file of ours says of how the
    numbers of a metric came about. `surplus` tells of rows that have more cells than
    there are columns how many they have, `overlong` of rows with a cell that is too long to be
    read how many characters that one has; nothing else is kept of such a row.
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
    """The table in a file's `content`; `origin` is what messages call it.

    Raises ConfigError for what is no text, has no header of a results CSV, or is not quoted as a
    CSV must be.
    """
    encoded = _utf8(content, origin)
    separator, header, rows = _header(encoded, origin)
    known = columns(header, origin)
    lines: list[int] = []
    subnetworks: list[str] = []
    times: list[str] = []
    failed: list[bool] = []
    surplus: dict[int, int] = {}
    overlong: dict[int, int] = {}
    cells: dict[str, list[str]] = {column.metric: [] for column in known.metrics}
    sources: dict[str, list[str]] = {name: [] for name in known.sources}
    for line, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if (longest := max(map(len, row))) > _LONGEST_CELL:
            overlong[len(lines)], row = longest, []
        if any(cell.strip() for cell in row[known.count :]):
            surplus[len(lines)] = len(row)
        row += [""] * (known.count - len(row))
        lines.append(line)
        subnetworks.append(row[known.subnetwork])
        times.append("" if known.times is None else row[known.times])
        status = "" if known.status is None else row[known.status]
        failed.append(status.strip().casefold() == "failed")
        for column in known.metrics:
            cells[column.metric].append(row[column.place])
        for name, place in known.sources.items():
            sources[name].append(row[place])
    return ResultsTable(
        origin,
        known,
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
    """The text as UTF-8 without a byte order mark; raises ConfigError if it is none."""
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
            f"{origin} is no results file: it holds null characters, which no text has. "
            "Choose a CSV of DyNAS Studio, DyNAS-T or Neural Compressor."
        )
    if encoding == "utf-16":
        return text.encode(errors="replace")
    return content.removeprefix(codecs.BOM_UTF8)


def _header(content: bytes, origin: str) -> tuple[str, list[str], Iterator[Row]]:
    """The separator, the header, and the rows below it."""
    for separator in _SEPARATORS:
        rows = _rows(content, separator, origin)
        for line, cells in rows:
            first = "".join(cells).strip().casefold()
            if not first or first.startswith(_STATED):
                continue
            if is_header(cells) and line <= _LARGEST_HEADER:
                return separator, cells, rows
            break
    if not content.strip():
        raise ConfigError(f"{origin} is no results file: it is empty. Choose one with results.")
    raise ConfigError(
        f"{origin} is no results file: its first line has no column 'Sub-network' or 'config' "
        "beside one of a metric. Give a CSV of DyNAS Studio, DyNAS-T or Neural Compressor."
    )


def _rows(content: bytes, separator: str, origin: str) -> Iterator[Row]:
    """Each row with the line at which it begins; raises ConfigError for a quote without its end."""
    # A cell is as long as the content at most, which is in memory already.
    csv.field_size_limit(max(csv.field_size_limit(), len(content)))
    lines = _RememberedLines(io.TextIOWrapper(io.BytesIO(content), "utf-8", newline=""))
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True)
    line = 1
    last: list[str] = []
    try:
        for row in reader:
            yield line, row
            last = lines.take()
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
    """Whether the row of these lines ends inside quotation marks."""
    try:
        list(csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


class _RememberedLines:
    """Iterates over lines and keeps those that were handed out since they were last taken."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._kept: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._kept.append(line)
        return line

    def take(self) -> list[str]:
        """The lines since the last call."""
        kept, self._kept = self._kept, []
        return kept
