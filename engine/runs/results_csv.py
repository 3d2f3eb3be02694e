"""Reads evaluations from a results CSV: ours, DyNAS-T's or Neural Compressor's."""

import ast
import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from engine.errors import ConfigError, SpaceError
from engine.evaluation.record import KNOWN, Evaluation
from engine.metrics import metric, names
from engine.runs.published_csv import SOURCES
from engine.sources import imported, source_column
from engine.supernets.base import Supernet

_SUBNETWORK = ("Sub-network", "config")
_PUBLISHED = {
    "Top-1 Acc (%)": "acc",
    "MACs": "macs",
    "Model Parameters": "params",
    "Latency (ms)": "lat",
}
_TIMES = ("Date", "finished")
_TOLERANCE = 0.06  # of MACs: counters differ in whether batch-norm costs anything
_LONGEST_CONFIG = 10_000  # characters


def read_results(text: str, supernet: Supernet, origin: str) -> list[Evaluation]:
    """The distinct sub-networks of a results CSV as evaluations known before a search.

    `origin` names the file in errors and in the evaluations. What can be computed is computed anew.
    Failed rows, and latencies of 0 (not measured), are left out. Raises ConfigError that names the
    line, also if MACs show that the file is of another supernet.
    """
    reader = csv.DictReader(io.StringIO(text, newline=""))
    columns = _columns(reader, origin)
    subnetwork = next((name for name in _SUBNETWORK if name in columns), None)
    if subnetwork is None or not any(name in columns for name in _metrics_by_column()):
        raise ConfigError(
            f"{origin} is no results file: its first line has no column 'Sub-network' or 'config' "
            "beside one of a metric. Give a CSV of DyNAS Studio, DyNAS-T or Neural Compressor."
        )
    found: dict[bytes, Evaluation] = {}
    try:
        for row in reader:
            if row.get("status", "ok") != "failed":
                where = f"{origin}, line {reader.line_num}"
                evaluation = _evaluation(row, row.get(subnetwork) or "", supernet, origin, where)
                key = supernet.space.key(np.array(evaluation.genotype))
                found.setdefault(key, evaluation)
    except csv.Error as error:
        raise ConfigError(f"{origin}, line {reader.line_num}: {error}.") from None
    if not found:
        raise ConfigError(f"{origin} holds no sub-network. Choose a file with results in it.")
    return list(found.values())


def _columns(reader: "csv.DictReader[str]", origin: str) -> Sequence[str]:
    try:
        return reader.fieldnames or []
    except csv.Error as error:
        raise ConfigError(f"{origin} is no results file: {error}.") from None


def _metrics_by_column() -> dict[str, str]:
    return {**_PUBLISHED, **{name: name for name in names()}}


def _evaluation(
    row: Mapping[str, str | None], config: str, supernet: Supernet, origin: str, where: str
) -> Evaluation:
    try:
        genotype = supernet.space.encode(_config(config, where))
    except SpaceError as error:
        raise ConfigError(f"{where}: {error} Is it the right supernet?") from None
    given = {
        name: value
        for column, name in _metrics_by_column().items()
        if (value := _number(row.get(column), column, where)) is not None
    }
    exact = {name: float(v[0]) for name, v in supernet.exact(genotype).items()}
    macs = exact["macs"]
    if "macs" in given and abs(given["macs"] / macs - 1) > _TOLERANCE:
        raise ConfigError(
            f"{where}: the file says {given['macs']:,.0f} MACs, {supernet.name} has {macs:,.0f} "
            "for this sub-network. The file is of another supernet: choose that one."
        )
    if not given.get("lat"):
        given.pop("lat", None)
    metrics = {**{n: v for n, v in given.items() if not metric(n).computable}, **exact}
    return Evaluation(
        number=0,
        genotype=tuple(int(gene) for gene in genotype),
        config=supernet.space.to_config(genotype),
        cycle=KNOWN,
        status="ok",
        metrics=metrics,
        sources={n: "exact" if n in exact else imported(_told_source(row, n)) for n in metrics},
        seconds=0.0,
        finished=_time(row),
        reused=True,
        worker=origin,
    )


def _told_source(row: Mapping[str, str | None], name: str) -> str:
    """What a file of ours says of how a metric came about; empty in files of others."""
    columns = [source_column(name), *(c for c, told in SOURCES.items() if told == name)]
    return next((said for column in columns if (said := row.get(column))), "")


def _config(text: str, where: str) -> dict[str, object]:
    try:
        config = ast.literal_eval(text) if len(text) <= _LONGEST_CONFIG else None
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        config = None
    if not isinstance(config, dict):
        raise ConfigError(
            f"{where}: '{text[:60]}' is no sub-network, such as {{'ks': [...], 'e': [...], "
            "'d': [...]}. Repair or remove the line."
        )
    return config


def _number(text: str | None, column: str, where: str) -> float | None:
    if text is None or not text.strip():
        return None
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise ConfigError(f"{where}: {column} is '{text}', no number. Repair or remove the line.")
    return value


def _time(row: Mapping[str, str | None]) -> float:
    for column in _TIMES:
        try:
            return datetime.fromisoformat(row.get(column) or "").timestamp()
        except ValueError:
            continue
    return 0.0
