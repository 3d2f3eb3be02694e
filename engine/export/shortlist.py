"""A shortlist as one JSON, YAML or CSV file, or as a zip with the files of each sub-network."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from engine.evaluation.record import Evaluation
from engine.evaluation.uncertainty import error_column, rounded
from engine.export import subnetwork
from engine.export.formats import SUBNETWORK_FORMATS
from engine.export.json_text import json_text
from engine.runs.confirmations import Confirmed
from engine.runs.held_out import HeldOutData, held_out_data
from engine.runs.history import RunHistory
from engine.sources import source_column, uncalibrated_column
from engine.spreadsheet_cells import spreadsheet_safe

_EPOCH = (1980, 1, 1, 0, 0, 0)  # so that equal contents make equal files


def to_dict(
    history: RunHistory, evaluations: Sequence[Evaluation], held_out_values: Mapping[int, float]
) -> dict[str, Any]:
    """The run and the sub-networks of `evaluations` in order, as of `subnetwork.to_dict`.

    `held_out_values` has the main quality on held-out data by number, where it was measured.
    """
    data = held_out_data(history.supernet_name)
    return {
        "run": history.name,
        "run_id": history.id,
        "objectives": [objective.name for objective in history.objectives],
        "sub_networks": [
            _entry(history, evaluation, held_out_values, data) for evaluation in evaluations
        ],
    }


def _entry(
    history: RunHistory,
    evaluation: Evaluation,
    held_out_values: Mapping[int, float],
    held_out: HeldOutData | None,
) -> dict[str, Any]:
    data = subnetwork.to_dict(history.config, evaluation)
    metrics = dict(data["metrics"])
    if held_out is not None and (value := held_out_values.get(evaluation.number)) is not None:
        metric = held_out.held_out_quality
        metrics[metric.name] = {"value": value, "unit": metric.unit, "source": held_out.source}
    for name in history.confirmations.metrics:
        if confirmed := history.confirmations.confirmed(name, evaluation):
            metrics[name] = {**metrics[name], "confirmed": _confirmed(confirmed)}
    on_front = evaluation.number in history.front_numbers
    return {"evaluation": evaluation.number, "on_front": on_front, **data, "metrics": metrics}


def _confirmed(confirmed: Confirmed) -> dict[str, Any]:
    """The mean of repeated measurements, with its standard error where it is known."""
    error = {} if confirmed.error is None else {"standard_error": rounded(confirmed.error)}
    return {"value": confirmed.value, **error, "repeats": confirmed.repeats}


def to_json(
    history: RunHistory, evaluations: Sequence[Evaluation], held_out_values: Mapping[int, float]
) -> str:
    """`to_dict` as JSON."""
    return json_text(to_dict(history, evaluations, held_out_values))


def _yaml(data: Mapping[str, Any]) -> str:
    return str(yaml.safe_dump(data, sort_keys=False, default_flow_style=None, allow_unicode=True))


def to_yaml(
    history: RunHistory, evaluations: Sequence[Evaluation], held_out_values: Mapping[int, float]
) -> str:
    """`to_dict` as YAML."""
    return _yaml(to_dict(history, evaluations, held_out_values))


def to_csv(
    history: RunHistory, evaluations: Sequence[Evaluation], held_out_values: Mapping[int, float]
) -> str:
    """A row for each sub-network: each metric with its source, then the config.

    The last columns hold predictions before their calibration, and standard errors.
    """
    entries = to_dict(history, evaluations, held_out_values)["sub_networks"]
    names = list(dict.fromkeys(name for entry in entries for name in entry["metrics"]))
    uncalibrated_names = [
        n for n in names if any("uncalibrated" in e["metrics"].get(n, {}) for e in entries)
    ]
    uncertain_names = [
        n for n in names if any("standard_error" in e["metrics"].get(n, {}) for e in entries)
    ]
    columns = [column for name in names for column in (name, source_column(name))]
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(
        [
            "evaluation",
            "on_front",
            "supernet",
            *columns,
            "config",
            *map(uncalibrated_column, uncalibrated_names),
            *map(error_column, uncertain_names),
        ]
    )
    for entry in entries:
        numbers = [entry["metrics"].get(name, {}) for name in names]
        values = [part for n in numbers for part in (n.get("value", ""), n.get("source", ""))]
        first_cells = [entry["evaluation"], int(entry["on_front"]), entry["supernet"]]
        uncalibrated_values = [
            entry["metrics"].get(name, {}).get("uncalibrated", "") for name in uncalibrated_names
        ]
        errors = [entry["metrics"].get(n, {}).get("standard_error", "") for n in uncertain_names]
        writer.writerow(
            spreadsheet_safe(
                [*first_cells, *values, json.dumps(entry["config"]), *uncalibrated_values, *errors]
            )
        )
    return buffer.getvalue()


def to_zip(
    history: RunHistory, evaluations: Sequence[Evaluation], held_out_values: Mapping[int, float]
) -> bytes:
    """The three files of the shortlist, and a folder of files for each sub-network."""
    data = to_dict(history, evaluations, held_out_values)
    files = {
        "shortlist.json": json_text(data),
        "shortlist.yaml": _yaml(data),
        "shortlist.csv": to_csv(history, evaluations, held_out_values),
    }
    for entry, evaluation in zip(data["sub_networks"], evaluations, strict=True):
        with_held_out = {"json": json_text(entry), "yaml": _yaml(entry)}
        for fmt in SUBNETWORK_FORMATS:
            text = with_held_out.get(fmt.name) or fmt.write(history.config, evaluation)
            files[f"subnetwork-{evaluation.number}/{fmt.file_name(evaluation.number)}"] = text
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, text)
    return buffer.getvalue()
