"""Rows of CSV with the latency of a bundle on the machine that this runs on.

The program `measure.py` of bundles contains this module and `engine.meters.timing`: both import
the standard library and numpy alone.
"""

import csv
import io
import json
import os
import platform
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

COLUMNS = (
    "run",
    "evaluation",
    "supernet",
    "config",
    "lat",
    "lat_spread",
    "runtime",
    "runtime_version",
    "precision",
    "batch",
    "threads",
    "device",
    "host",
    "disturbed",
    "measured_at",
)
"""`lat` and `lat_spread` in ms, `disturbed` the share of disturbed passes, `measured_at` in UTC."""

FILES = {"fp32": "model.onnx", "int8": "model.int8.onnx"}
"""The ONNX file of a bundle by the precision that it computes in."""

_BOARD = Path("/proc/device-tree/model")
_PROCESSORS = Path("/proc/cpuinfo")


def device_name() -> str:
    """The board, such as a Raspberry Pi, or the processor of this machine."""
    if _BOARD.is_file():
        return " ".join(_BOARD.read_text(errors="replace").rstrip("\0").split())
    if _PROCESSORS.is_file():
        for line in _PROCESSORS.read_text(errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return " ".join(value.split())
    return platform.processor() or platform.machine() or "unknown processor"


def example_arrays(
    inputs: Iterable[Mapping[str, Any]], batch: int
) -> dict[str, npt.NDArray[np.generic]]:
    """A batch of random inputs by name, for the entries `inputs` of a `network.json`.

    Dimensions that are None have the length `batch`. Raises KeyError, TypeError or ValueError for
    entries that describe no input.
    """
    rng = np.random.default_rng(0)
    arrays: dict[str, npt.NDArray[np.generic]] = {}
    for entry in inputs:
        shape = [batch if length is None else int(length) for length in entry["shape"]]
        dtype = np.dtype(entry["dtype"])
        is_whole = dtype.kind in "iub"  # such as tokens: small numbers are valid ones
        values = rng.integers(0, 2, shape) if is_whole else rng.standard_normal(shape)
        arrays[str(entry["name"])] = values.astype(dtype)
    return arrays


def latency_row(
    network: Mapping[str, Any], measured: Mapping[str, float], conditions: Mapping[str, Any]
) -> dict[str, Any]:
    """A row for the network that `network.json` describes.

    `measured` has `lat`, `lat_spread` and `disturbed`; `conditions` has `runtime`,
    `runtime_version`, `precision`, `batch` and `threads`.
    """
    run = network.get("run") or {}
    row = {
        "run": run.get("id", ""),
        "evaluation": network.get("evaluation", ""),
        "supernet": network["supernet"],
        "config": json.dumps(network["config"]),
        **{name: round(float(value), 6) for name, value in measured.items()},
        **conditions,
        "device": device_name(),
        "host": platform.node(),
        "measured_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    return {name: row[name] for name in COLUMNS}


def rows_text(rows: Iterable[Mapping[str, Any]], with_header: bool = True) -> str:
    """The rows as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    if with_header:
        writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def append_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Append rows to a file, with a header if it is new.

    Raises OSError, or ValueError for a file with another header.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    header = ",".join(COLUMNS)
    if path.is_file() and path.stat().st_size:
        with path.open(encoding="utf-8", errors="replace") as file:
            if file.readline(10_000).rstrip("\r\n") != header:
                raise ValueError("its first line is not the header of measured latencies")
            file.seek(max(os.fstat(file.fileno()).st_size - 1, 0))
            is_open = file.read(1) != "\n"
        with path.open("a", encoding="utf-8", newline="") as file:
            file.write("\n" * is_open + rows_text(rows, with_header=False))
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(rows_text(rows))
