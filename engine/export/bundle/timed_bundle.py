"""The latency of a bundle: a folder with `network.json` and ONNX files, on this machine."""

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from engine import machine_lock, regular_file
from engine.errors import DataError, EvaluationError
from engine.meters.conditions import thread_count
from engine.meters.latency_rows import FILES, example_arrays, latency_row
from engine.meters.timing import time_network
from engine.quoting import error_text, quoted
from engine.runtimes.base import Runtime

_DESCRIPTION = "network.json"
_FORMAT = 1
_MAX_MB = 4
_ADVICE = "Give the folder of a bundle, as `export --format bundle` writes it."


def time_bundle(
    folder: Path, runtime: Runtime, threads: int | None, batch: int, precision: str
) -> dict[str, Any]:
    """A row of `engine.meters.latency_rows` for the network in `folder`, timed alone.

    By default it computes with one thread per core. Raises DataError for a folder that is no
    bundle or lacks the file of that precision, EvaluationError for a file that `runtime` cannot
    load or run.
    """
    network = _description(folder)
    model = folder / FILES[precision]
    if not model.is_file():
        raise DataError(f"{folder} has no {model.name}. Export the bundle with it.")
    try:
        arrays = example_arrays(network["inputs"], batch)
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"{folder / _DESCRIPTION} does not describe the inputs ({error_text(error)}). {_ADVICE}"
        ) from None
    count = thread_count(threads)
    run_pass = partial(runtime.load(model, count), arrays)
    try:
        run_pass()
    except Exception as error:
        raise EvaluationError(
            f"{runtime.label} {runtime.version} cannot run {model}: {error_text(error)}."
        ) from error
    with machine_lock.exclusive():
        timed = time_network(run_pass, count)
    measured = {"lat": timed.median, "lat_spread": timed.spread, "disturbed": timed.disturbed}
    conditions = {
        "runtime": runtime.name,
        "runtime_version": runtime.version,
        "precision": precision,
        "batch": batch,
        "threads": count,
    }
    return latency_row(network, measured, conditions)


def _description(folder: Path) -> Mapping[str, Any]:
    """The content of `network.json`, whose parts for a row are of the right types."""
    file = folder / _DESCRIPTION
    try:
        network = json.loads(regular_file.read_text(file, _MAX_MB * regular_file.MB))
    except OSError as error:
        raise DataError(f"{file} cannot be read: {error.strerror or error}. {_ADVICE}") from None
    except (ValueError, RecursionError) as error:
        raise DataError(f"{file} is no JSON ({error_text(error)}). {_ADVICE}") from None
    match network:
        case {
            "format": int() as version,
            "supernet": str(),
            "config": dict(),
            "inputs": list(),
        }:
            if version > _FORMAT:
                raise DataError(
                    f"{file} is of format {quoted(version)}, this version reads up to {_FORMAT}. "
                    "Update DyNAS Studio."
                )
            if not isinstance(network.get("run", {}), dict):
                raise DataError(f"{file} has a run that is no mapping. {_ADVICE}")
            return dict(network)
    raise DataError(f"{file} does not describe a network. {_ADVICE}")
