"""A shortlist to take away: one JSON, one YAML, one CSV, or a zip with the files of each."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from engine.evaluation.record import Evaluation
from engine.export import subnetwork
from engine.export.cells import cells
from engine.export.formats import SUBNETWORK_FORMATS
from engine.export.json_text import json_text
from engine.runs.held_out import HeldOutData, held_out_data
from engine.runs.history import RunHistory
from engine.sources import source_column, uncalibrated_column

_EPOCH = (1980, 1, 1, 0, 0, 0)  # so that equal contents make equal files


def to_dict(
    history: RunHistory, chosen: Sequence[Evaluation], tested: Mapping[int, float]
) -> dict[str, Any]:
    """The run and each of its `chosen` sub-networks in order, as `subnetwork.to_dict` has them.

    `tested` is the main quality on held-out data by number, of those that it was measured of.
    """
    data = held_out_data(history.supernet_name)
    return {
        "run": history.name,
        "run_id": history.id,
        "objectives": [objective.name for objective in history.objectives],
        "sub_networks": [_entry(history, evaluation, tested, data) for evaluation in chosen],
    }


def _entry(
    history: RunHistory,
    evaluation: Evaluation,
    tested: Mapping[int, float],
    held: HeldOutData | None,
) -> dict[str, Any]:
    data = subnetwork.to_dict(history.config, evaluation)
    metrics = dict(data["metrics"])
    if held is not None and (value := tested.get(evaluation.number)) is not None:
        shown = held.held_out_quality
        metrics[shown.name] = {"value": value, "unit": shown.unit, "source": held.source}
    on_front = evaluation.number in history.front_numbers
    return {"evaluation": evaluation.number, "on_front": on_front, **data, "metrics": metrics}


def to_json(history: RunHistory, chosen: Sequence[Evaluation], tested: Mapping[int, float]) -> str:
    """`to_dict` as JSON."""
    return json_text(to_dict(history, chosen, tested))


def _yaml(data: Mapping[str, Any]) -> str:
    return str(yaml.safe_dump(data, sort_keys=False, default_flow_style=None, allow_unicode=True))


def to_yaml(history: RunHistory, chosen: Sequence[Evaluation], tested: Mapping[int, float]) -> str:
    """`to_dict` as YAML."""
    return _yaml(to_dict(history, chosen, tested))


def to_csv(history: RunHistory, chosen: Sequence[Evaluation], tested: Mapping[int, float]) -> str:
    """A row a sub-network: each metric with a column that names its source, then the config.

    At the end stands what a predictor said of a metric before it was calibrated.
    """
    entries = to_dict(history, chosen, tested)["sub_networks"]
    names = list(dict.fromkeys(name for entry in entries for name in entry["metrics"]))
    raw = [n for n in names if any("uncalibrated" in e["metrics"].get(n, {}) for e in entries)]
    columns = [column for name in names for column in (name, source_column(name))]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["evaluation", "on_front", "supernet", *columns, "config", *map(uncalibrated_column, raw)]
    )
    for entry in entries:
        numbers = [entry["metrics"].get(name, {}) for name in names]
        values = [part for n in numbers for part in (n.get("value", ""), n.get("source", ""))]
        first = [entry["evaluation"], int(entry["on_front"]), entry["supernet"]]
        said = [entry["metrics"].get(name, {}).get("uncalibrated", "") for name in raw]
        writer.writerow(cells([*first, *values, json.dumps(entry["config"]), *said]))
    return out.getvalue()


def to_zip(history: RunHistory, chosen: Sequence[Evaluation], tested: Mapping[int, float]) -> bytes:
    """The three files of the whole, and a folder a sub-network with a file in each format."""
    data = to_dict(history, chosen, tested)
    files = {
        "shortlist.json": json_text(data),
        "shortlist.yaml": _yaml(data),
        "shortlist.csv": to_csv(history, chosen, tested),
    }
    for entry, evaluation in zip(data["sub_networks"], chosen, strict=True):
        with_held_out = {"json": json_text(entry), "yaml": _yaml(entry)}
        for fmt in SUBNETWORK_FORMATS:
            text = with_held_out.get(fmt.name) or fmt.write(history.config, evaluation)
            files[f"subnetwork-{evaluation.number}/{fmt.file_name(evaluation.number)}"] = text
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, text)
    return packed.getvalue()
