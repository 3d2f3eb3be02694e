"""Fronts and runs as files: text formats, and folders with bundles."""

import warnings
from collections.abc import Collection, Sequence
from pathlib import Path

from engine.disk_errors import write_failure
from engine.errors import ConfigError, DataError
from engine.export.chosen import ChosenSubNetwork
from engine.export.formats import (
    BUNDLE_FORMATS,
    SHORTLIST_FORMATS,
    BundleFormat,
    ShortlistFormat,
)
from engine.export.recovered_log import recovered_json
from engine.export.table import run_csv
from engine.python_api.arguments import checked_path
from engine.quoting import quoted
from engine.runs.history import RunHistory
from engine.runs.service import RunService

_SUFFIXES = {"yml": "yaml"}
_RUN_FORMATS = ("csv", "json")
_FRONT_FORMATS: dict[str, ShortlistFormat | BundleFormat] = {
    **{entry.name: entry for entry in SHORTLIST_FORMATS},
    **{entry.name: entry for entry in BUNDLE_FORMATS},
}


def write_front(
    history: RunHistory, chosen: Sequence[ChosenSubNetwork], path: object, name: str | None
) -> Path:
    """Write sub-networks of a run to `path` in the format `name`; see `Front.export`."""
    target = checked_path("path", path)
    entry = _FRONT_FORMATS[_format_name(name, target, _FRONT_FORMATS, folder_format="bundle")]
    if not isinstance(entry, BundleFormat):
        write_new(target, entry.write(history, [one.evaluation for one in chosen], {}))
        return target
    for one in chosen:
        folder = target / entry.folder_name(one.evaluation.number)
        report = one.export(folder, entry.parts)
        for sentence in (*report.problems, *report.remarks):
            warnings.warn(f"{folder.name}: {sentence}", UserWarning, stacklevel=3)
    return target


def write_run(service: RunService, run_id: str, path: object, name: str | None) -> Path:
    """Write all evaluations of a run to the file `path` in the format `name`; see `Run.export`."""
    target = checked_path("path", path)
    if _format_name(name, target, _RUN_FORMATS) == "csv":
        text = run_csv(service.history(run_id))
    else:
        text = recovered_json(run_id, service.damaged.recover(run_id))
    write_new(target, text)
    return target


def write_report(history: RunHistory, path: object) -> Path:
    """Write the report of a run to the file `path`; see `Run.report`."""
    from engine.export.report.page import report_html  # takes long, and few need it

    target = checked_path("path", path)
    write_new(target, report_html(history))
    return target


def write_new(path: Path, content: str | bytes) -> None:
    """Write a file that does not exist yet; raises DataError if it does, or cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as stream:
            stream.write(content.encode() if isinstance(content, str) else content)
    except FileExistsError:
        there = path if path.exists() else path.parent
        raise DataError(
            f"{quoted(str(there))[1:-1]} exists already. Nothing is overwritten: give another "
            "path, or remove it."
        ) from None
    except OSError as error:
        raise DataError(write_failure(error, "the file", path.parent)) from error


def _format_name(name: object, path: Path, names: Collection[str], folder_format: str = "") -> str:
    """The format that is named, or that of the suffix of `path`; raises ConfigError."""
    choices = ", ".join(names)
    if name is None:
        suffix = path.suffix.lower().removeprefix(".")
        found = _SUFFIXES.get(suffix, suffix) if suffix else folder_format
        if found in names:
            return found
        raise ConfigError(
            f"The name {quoted(path.name, 60)} does not say the format. Choose one from {choices} "
            "with format=."
        )
    if isinstance(name, str) and name.lower() in names:
        return name.lower()
    raise ConfigError(f"There is no format {quoted(name, 60)} here. Choose one from {choices}.")
