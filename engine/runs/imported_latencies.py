"""Latencies that were measured on other machines, as metrics of the sub-networks of a run.

A machine with its runtime, threads, batch and precision is a metric of its own, such as
`lat_pi5_onnxruntime_4t`: its values never mix with those that the run measured. A part of the name
that is not the text of the file, because it was shortened or has other letters, ends with a digest
of this text, so that two machines never share a name.
"""

import hashlib
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from engine.column_names import column_name_problem
from engine.count_text import count_text
from engine.errors import DataError
from engine.evaluation.record import Evaluation
from engine.meters.conditions import DISTURBED, describe_conditions, runtime_label
from engine.meters.latency_file import LatencyLine, read_latency_file
from engine.meters.metrics import LAT
from engine.metrics import METRICS, Metric
from engine.runs.history import RunHistory
from engine.runs.latency_overlay import ImportedLatency
from engine.sources import IMPORTED

_MAX_WORD = 20  # characters of a machine's or runtime's name in the name of a metric
_MAX_SHOWN = {"machine": 20, "runtime": 10}  # characters of a name in a label
_MAX_LABEL = 60  # characters
_DIGEST = 4  # characters
_SHORT_RUNTIMES = {"onnxruntime": "ORT", "openvino": "OpenVINO"}  # in labels
_MAX_EXAMPLES = 3  # lines that a sentence names


@dataclass(frozen=True)
class LatencyImport:
    """The latencies of a file for a run, and sentences on what became of its rows."""

    origin: str
    metrics: Mapping[str, Metric]
    latencies: Sequence[ImportedLatency]
    sentences: tuple[str, ...]

    def event_data(self) -> dict[str, Any]:
        """Plain data for an event of the kind `latencies`."""
        return {
            "origin": self.origin,
            "metrics": {name: asdict(metric) for name, metric in self.metrics.items()},
            "latencies": [asdict(latency) for latency in self.latencies],
        }


def read_latencies(
    content: bytes, origin: str, history: RunHistory, machine: str = ""
) -> LatencyImport:
    """The latencies in a CSV of the sub-networks of a run; `origin` names the file.

    `machine` is the name of the machine in names and labels of metrics; by default the host in the
    file. Raises DataError for a file that is no such CSV.
    """
    file = read_latency_file(content, origin)
    if not file.lines and not file.problems:
        raise DataError(f"{origin} has no row. Choose a file with latencies in it.")
    numbers: dict[tuple[int, ...], list[int]] = {}
    for evaluation in history.evaluations:
        if evaluation.ok:
            numbers.setdefault(evaluation.genotype, []).append(evaluation.number)
    refused = _RefusedLines(dict(file.problems))
    metrics: dict[str, Metric] = {}
    devices = _known_devices(history.evaluations)
    latencies: dict[tuple[str, int], ImportedLatency] = {}
    repeated: list[int] = []
    for line in file.lines:
        try:
            genotype = _measured_genotype(line, history, numbers)
            metric = _metric(line, machine or _machine(line, origin))
            _check_identity(metric, metrics.get(metric.name), str(line.conditions["name"]), devices)
        except ValueError as error:
            refused.add(line.line, str(error))
            continue
        metrics.setdefault(metric.name, metric)
        for number in numbers[genotype]:
            if (metric.name, number) in latencies:
                repeated.append(line.line)
            latencies[metric.name, number] = ImportedLatency(
                metric.name, number, line.lat, dict(line.conditions)
            )
    sentences = [
        *_summary(latencies.values(), metrics, history, origin),
        *_repetition(repeated),
        *refused.sentences(),
    ]
    return LatencyImport(origin, metrics, tuple(latencies.values()), tuple(sentences))


def _measured_genotype(
    line: LatencyLine, history: RunHistory, measured: Container[tuple[int, ...]]
) -> tuple[int, ...]:
    """The genotype of a line; raises ValueError with the reason if the run has not measured it."""
    if line.supernet and line.supernet != history.supernet_name:
        raise ValueError(f"it is of {line.supernet}, and this run searched {history.supernet_name}")
    genotype = tuple(int(gene) for gene in line.genotype(history.supernet.space))
    if genotype not in measured:
        raise ValueError("its sub-network was not measured by this run")
    return genotype


def _check_identity(
    metric: Metric, known: Metric | None, device: str, devices: dict[str, str]
) -> None:
    """Raise ValueError if latencies of another device or of other settings have the metric's name.

    `known` is the metric with this name in the file, and `devices` gets the metric's device.
    """
    first = devices.setdefault(metric.name, device)
    if first != device:
        raise ValueError(
            f"{metric.name} holds latencies of {first or 'another device'}, and this one is of "
            f"{device or 'another'}: give the machine another name"
        )
    if known and known.description.casefold() != metric.description.casefold():
        raise ValueError(
            f"{metric.name} is already the name for other settings: give the machine another name"
        )


class _RefusedLines:
    """Lines by the reason for which they are left out."""

    def __init__(self, problems: Mapping[int, str]) -> None:
        self._lines: dict[str, list[int]] = {}
        for line, reason in problems.items():
            self.add(line, reason)

    def add(self, line: int, reason: str) -> None:
        self._lines.setdefault(reason, []).append(line)

    def sentences(self) -> list[str]:
        return [f"{_lines_text(lines)} left out: {why}." for why, lines in self._lines.items()]


def _lines_text(lines: Sequence[int]) -> str:
    """Such as `Line 3 is`, `Lines 3, 4, 7 and 12 more are`."""
    shown = ", ".join(map(str, lines[:_MAX_EXAMPLES]))
    if len(lines) == 1:
        return f"Line {shown} is"
    more = f" and {len(lines) - _MAX_EXAMPLES:,} more" if len(lines) > _MAX_EXAMPLES else ""
    return f"Lines {shown}{more} are"


def _repetition(lines: Sequence[int]) -> list[str]:
    if not lines:
        return []
    text = _lines_text(list(dict.fromkeys(lines))).removesuffix(" is").removesuffix(" are")
    return [f"{text}: the sub-network was there before, and its last row counts."]


def _summary(
    latencies: Any, metrics: Mapping[str, Metric], history: RunHistory, origin: str
) -> list[str]:
    sentences = []
    for name in metrics:
        values = [latency for latency in latencies if latency.metric == name]
        before = [history.evaluations[v.evaluation - 1] for v in values]
        earlier = sum(name in evaluation.metrics for evaluation in before)
        replaced = f", {earlier:,} of them in place of an earlier value" if earlier else ""
        conditions = {k: v for k, v in values[0].conditions.items() if k not in DISTURBED}
        count = count_text(len(values), "sub-network")
        sentences.append(
            f"{count} with {name}{replaced}: timed on {describe_conditions(conditions)}."
        )
        if disturbed := sum(any(v.conditions.get(d) for d in DISTURBED) for v in values):
            sentences.append(
                f"{count_text(disturbed, 'latency', 'latencies')} of {name} "
                f"{'was' if disturbed == 1 else 'were'} timed beside other programs: "
                f"{'it' if disturbed == 1 else 'they'} may be less on a quiet machine."
            )
        sentences += _mixture(name, values, history)
    return sentences or [f"No row of {origin} is used."]


def _mixture(name: str, values: Sequence[ImportedLatency], history: RunHistory) -> list[str]:
    """Sentences on hosts and versions of a runtime that have a metric in common."""
    replaced = {value.evaluation for value in values}
    kept = [
        evaluation.imported_conditions[name]
        for evaluation in history.evaluations
        if name in evaluation.imported_conditions and evaluation.number not in replaced
    ]
    sentences = []
    for key, what in (("runtime_version", "versions of the runtime"), ("host", "hosts")):
        texts = dict.fromkeys(
            str(conditions.get(key) or "unknown")
            for conditions in (*kept, *(value.conditions for value in values))
        )
        if len(texts) > 1:
            sentences.append(
                f"{name} mixes {what} ({', '.join(texts)}): to keep them apart, import each from a "
                "file of its own, under another name of the machine."
            )
    return sentences


def _known_devices(evaluations: Sequence[Evaluation]) -> dict[str, str]:
    """The device of each metric of imported latencies that a run has."""
    return {
        name: str(conditions.get("name", ""))
        for evaluation in evaluations
        for name, conditions in evaluation.imported_conditions.items()
    }


def _machine(line: LatencyLine, origin: str) -> str:
    return str(line.conditions["host"] or line.conditions["name"] or Path(origin).stem)


def _metric(line: LatencyLine, machine: str) -> Metric:
    """The metric of a machine and its settings: equal names have equal labels in every run."""
    conditions = line.conditions
    runtime, precision = str(conditions.get("runtime", "")), str(conditions.get("precision", ""))
    threads, batch = conditions.get("threads"), conditions.get("batch", 1)
    settings = [
        f"{threads}t" if threads else "",
        f"b{batch}" if batch != 1 else "",
        precision if precision not in ("", "fp32") else "",
    ]
    parts = ["lat", _word(machine, "machine"), _word(runtime, "runtime"), *settings]
    name = "_".join(part for part in parts if part)
    if column_name_problem(name, frozenset(METRICS)):
        name += "_machine"
    short_runtime = _SHORT_RUNTIMES.get(runtime, _shown(runtime, "runtime"))
    runs_on = " ".join(filter(None, [short_runtime, *settings]))
    label = f"Latency on {_shown(machine, 'machine')}" + (f" ({runs_on})" if runs_on else "")
    words = [
        machine,
        runtime_label(runtime),
        f"{threads} thread{'s' if threads != 1 else ''}" if threads else "",
        f"batch {batch}" if batch != 1 else "",
        precision if precision != "fp32" else "",
    ]
    return replace(
        LAT,
        name=name,
        label=label[:_MAX_LABEL],
        source=IMPORTED,
        description="Median time of one forward pass, measured on another machine: "
        f"{', '.join(filter(None, words))}.",
    )


def _word(text: str, what: str) -> str:
    """A text as a part of a metric's name: letters, digits and `_` for other characters.

    A digest of the text is added unless its case and its hyphens alone have changed. `what` stands
    for a text without a letter or digit of ASCII.
    """
    if not text:
        return ""
    word = re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")
    is_same = "_" not in text and word == text.casefold().replace("-", "_")
    if is_same and len(word) <= _MAX_WORD:
        return word
    digest = hashlib.sha256(text.casefold().encode()).hexdigest()[:_DIGEST]
    return f"{word[:_MAX_WORD].strip('_') or what}_{digest}"


def _shown(text: str, what: str) -> str:
    """A name in a label, without signs of bounds: of a long one the ends, where names differ."""
    plain = " ".join(re.sub(r"[^\w.-]", " ", text).split()) or what * bool(text)
    longest = _MAX_SHOWN[what]
    if len(plain) <= longest:
        return plain
    return f"{plain[: longest // 2 - 1]}…{plain[-(longest // 2) :]}"
