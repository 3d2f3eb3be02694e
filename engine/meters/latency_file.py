"""Reads latencies of sub-networks from a CSV, as `measure` and `measure.py` of bundles write it."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import regular_file
from engine.errors import DataError, SpaceError
from engine.meters.latency_rows import COLUMNS
from engine.meters.metrics import LAT, LAT_SPREAD
from engine.metrics import Metric
from engine.quoting import quoted
from engine.space import Genotypes, SearchSpace

MAX_MB = 16
"""The size limit of a file in MB."""

_REQUIRED = ("config", "lat")
_SEPARATORS = (",", ";", "\t")
_MAX_TEXT = 80  # characters of a name of a device or a runtime
_MAX_CONFIG = 10_000  # characters
_WHOLE_NUMBERS = {"threads": 1024, "batch": 10_000}  # with the largest value of each
_TEXTS = ("runtime", "runtime_version")
_PRECISIONS = ("fp32", "fp16", "bf16", "int8")
_SHARE = Metric("share", "Share", "", "min", "measured", "A share.", highest=1.0, lowest=0.0)
_COUNT = Metric("count", "Count", "", "min", "measured", "A number without a unit.")
_ADVICE = "Give a CSV of `measure`, or of the program measure.py in a bundle."


@dataclass(frozen=True)
class LatencyLine:
    """A row: `lat` in ms of the sub-network `config` of `supernet`, both as written.

    `conditions` are those of `engine.meters.conditions`, with the host as `device`, and with
    `lat_spread` in ms and the time `measured_at`, each where the row has it.
    """

    line: int
    supernet: str
    config: str
    lat: float
    conditions: Mapping[str, Any]

    def genotype(self, space: SearchSpace) -> Genotypes:
        """The canonical genotype `(genes,)`; raises ValueError with the reason if it has none."""
        try:
            config = json.loads(self.config) if len(self.config) <= _MAX_CONFIG else None
        except (ValueError, RecursionError):
            config = None
        if not isinstance(config, dict):
            raise ValueError(f"its config {quoted(self.config, 60)} is no configuration in JSON")
        try:
            return space.encode(config)
        except SpaceError as error:
            raise ValueError(f"its config is no sub-network: {str(error).rstrip('.')}") from None


@dataclass(frozen=True)
class LatencyFile:
    """The rows that can be read, in order, and for each other line the reason why it cannot."""

    lines: tuple[LatencyLine, ...]
    problems: Mapping[int, str]


def read_latency_file(content: bytes, origin: str) -> LatencyFile:
    """The rows of a file; `origin` names it in errors.

    Raises DataError if it is too large, no text, or has not the columns `config` and `lat`.
    """
    if len(content) > MAX_MB * regular_file.MB:
        raise DataError(f"{origin} is larger than {MAX_MB} MB. Split it, and import the parts.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(f"{origin} is no text in UTF-8. {_ADVICE}") from None
    first_line = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first_line.count)
    # No cell can be longer than the content.
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    reader = csv.DictReader(
        io.StringIO(text, newline=""), restkey="", restval="", delimiter=separator
    )
    lines: list[LatencyLine] = []
    problems: dict[int, str] = {}
    try:
        columns = [name.strip() for name in reader.fieldnames or ()]
        reader.fieldnames = columns
        if missing := [name for name in _REQUIRED if name not in columns]:
            raise DataError(f"{origin} has no column {' and no '.join(missing)}. {_ADVICE}")
        if repeated := [name for name in COLUMNS if columns.count(name) > 1]:
            raise DataError(f"{origin} has the column {repeated[0]} twice. Remove one of them.")
        for row in reader:
            try:
                lines.append(_line(reader.line_num, row))
            except ValueError as error:
                problems[reader.line_num] = str(error)
    except csv.Error as error:
        raise DataError(
            f"{origin} cannot be read after line {reader.line_num}: {error}. Repair or remove "
            "the line."
        ) from None
    return LatencyFile(tuple(lines), problems)


def _line(number: int, row: Mapping[str, Any]) -> LatencyLine:
    """Raises ValueError with the reason for a row that cannot be read."""
    if row.get(""):
        raise ValueError("it has more entries than the first line has columns")
    cells = {name: str(row.get(name, "")).strip() for name in COLUMNS}
    lat = _number("lat", cells["lat"], LAT)
    if lat == 0:
        raise ValueError("its lat is 0 ms, which no network takes")
    device, host = _text("device", cells["device"]), _text("host", cells["host"])
    conditions: dict[str, Any] = {"device": host or device, "name": device, "host": host}
    for name, largest in _WHOLE_NUMBERS.items():
        if cells[name]:
            conditions[name] = _whole_number(name, cells[name], largest)
    readers = dict.fromkeys(_TEXTS, _text) | {"precision": _precision, "measured_at": _time}
    conditions |= {n: reader(n, cells[n]) for n, reader in readers.items() if cells[n]}
    for name, of in ((LAT_SPREAD.name, LAT_SPREAD), ("disturbed", _SHARE)):
        if cells[name] and (value := _number(name, cells[name], of)):
            conditions[name] = value
    return LatencyLine(number, cells["supernet"], cells["config"], lat, conditions)


def _number(name: str, text: str, of: Metric) -> float:
    try:
        value = float(text) if len(text) <= _MAX_TEXT else None
    except ValueError:
        value = None
    if value is None:
        raise ValueError(f"its {name} is {quoted(text, 40)}, which is not a number")
    if reason := of.refusal(value):
        raise ValueError(f"its {name} {reason}")
    return value


def _whole_number(name: str, text: str, largest: int) -> int:
    value = _number(name, text, _COUNT)
    if not value.is_integer() or not 1 <= value <= largest:
        raise ValueError(f"its {name} is {quoted(text, 40)}, no whole number from 1 to {largest}")
    return int(value)


def _precision(name: str, text: str) -> str:
    if text not in _PRECISIONS:
        raise ValueError(f"its {name} is {quoted(text, 40)}, none of {', '.join(_PRECISIONS)}")
    return text


def _time(name: str, text: str) -> str:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"its {name} is {quoted(text, 40)}, no time such as 2026-01-31T12:00:00Z"
        ) from None
    return text


def _text(name: str, text: str) -> str:
    if len(text) > _MAX_TEXT or not text.isprintable():
        raise ValueError(f"its {name} is no printable text of at most {_MAX_TEXT} characters")
    return text
