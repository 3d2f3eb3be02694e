"""What a report says of a run, as plain data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import yaml

from engine.analysis.metric_names import front_metrics, in_config_order
from engine.analysis.number_text import hypervolume_text, metric_title, seconds_text, value_of
from engine.analysis.suggestions import suggest
from engine.errors import DynasError
from engine.evaluation.record import Evaluation
from engine.export.report.figures import ReportFigure, report_figures
from engine.export.report.shareable_text import shareable, shareable_settings
from engine.gene_names import kind_title
from engine.package_versions import package_versions
from engine.runs.described_import import has_searched, import_settings
from engine.runs.evaluation_notes import evaluation_notes
from engine.runs.history import RunHistory
from engine.runs.run_labels import LabelReader
from engine.search_methods import APPROACHES
from engine.sources import IMPORTED, source_details
from engine.supernets import registry

MOST_ROWS = 200
"""Sub-networks of the front in the table at most."""


@dataclass(frozen=True)
class ChosenEntry:
    """A chosen sub-network: why, its metrics by label, its genes by kind, and the note on it."""

    number: int
    reasons: tuple[str, ...]
    metrics: Mapping[str, str]
    genes: Mapping[str, str]
    note: str


@dataclass(frozen=True)
class FrontTable:
    """The front as a table; `omitted` counts the rows that would follow."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    omitted: int


@dataclass(frozen=True)
class ReportContents:
    """All of a report. Texts are plain, without paths of a machine; nothing is escaped."""

    title: str
    summary: str
    facts: Mapping[str, str]
    note: str
    figures: tuple[ReportFigure, ...]
    chosen_heading: str
    chosen: tuple[ChosenEntry, ...]
    front: FrontTable
    notes: Mapping[int, str]
    configuration: str
    versions: Mapping[str, str]
    written: str


def report_contents(history: RunHistory) -> ReportContents:
    """The contents of the report of a run as it is now.

    The chosen sub-networks are those of the shortlist; without one, those that are suggested for
    equal weights.
    """
    with history.own_metrics():
        return _contents(history)


def _contents(history: RunHistory) -> ReportContents:
    front, labels = history.front(), LabelReader().of(history)
    notes = {number: shareable(text) for number, text in evaluation_notes(history).items()}
    reasons = _suggested(history, front)
    shortlist = [number for number in labels.shortlist if number <= len(history.evaluations)]
    chosen = shortlist or sorted(reasons)
    config = history.config.to_dict()
    settings = shareable_settings(config if has_searched(history) else import_settings(config))
    return ReportContents(
        shareable(history.name),
        _summary(history, front),
        {name: shareable(text) for name, text in _facts(history).items()},
        shareable(labels.note),
        tuple(report_figures(history)),
        "Shortlist" if shortlist else "Suggested sub-networks",
        tuple(_entry(history, number, reasons.get(number, ()), notes) for number in chosen),
        _front_table(history, front, notes),
        notes,
        str(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True)),
        package_versions(),
        _time_text(datetime.now(UTC).timestamp()),
    )


def _summary(history: RunHistory, front: Sequence[Evaluation]) -> str:
    """What was searched and what came of it, in a sentence or two."""
    objectives = " and ".join(
        f"{objective.label} ({'less' if objective.direction == 'min' else 'more'} is better)"
        for objective in history.objectives
    )
    spent = f"{_spent(history)} {history.summary().unit}"
    found = f"{len(front):,} sub-network{'' if len(front) == 1 else 's'} on the Pareto front"
    sources = {
        objective.label: details
        for objective in history.objectives
        if (details := source_details(objective.source))
    }
    told = "".join(f" {label} is {words}." for label, words in sources.items())
    what = "A search" if has_searched(history) else "Imported results"
    supernet = registry.title(history.supernet_name)
    return f"{what} of {supernet} for {objectives}: {spent}, {found}.{told}"


def _spent(history: RunHistory) -> str:
    """What was evaluated, and what of; an imported file has no budget."""
    summary = history.summary()
    return summary.count_text(" of ") if has_searched(history) else f"{summary.spent:,}"


def _facts(history: RunHistory) -> dict[str, str]:
    summary, config = history.summary(), history.config
    facts = {
        "Supernet": registry.title(history.supernet_name),
        "Objectives": ", ".join(metric_title(objective) for objective in history.objectives),
        "Constraints": ", ".join(constraint.label for constraint in config.constraints),
        "Approach": APPROACHES[config.approach].label if has_searched(history) else IMPORTED,
        "State": summary.state if has_searched(history) else IMPORTED,
        summary.unit.capitalize(): _spent(history),
        "Failed": f"{summary.failed:,}" if summary.failed else "",
        "Hypervolume": hypervolume_text(summary.hypervolume)
        if summary.evaluations > summary.failed
        else "",
        "Running time": seconds_text(history.elapsed) if history.elapsed else "",
        "Started": _time_text(history.created) if history.created else "",
        "Id of the run": history.id,
    }
    return {name: text for name, text in facts.items() if text}


def _time_text(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _suggested(history: RunHistory, front: Sequence[Evaluation]) -> dict[int, tuple[str, ...]]:
    """Titles and reasons of the suggestions for equal weights, by number."""
    by_number = suggest(front, history.objectives).by_number if front else {}
    return {
        number: tuple(f"{suggestion.title}. {suggestion.reason}" for suggestion in suggestions)
        for number, suggestions in by_number.items()
    }


def _entry(
    history: RunHistory, number: int, reasons: Sequence[str], notes: Mapping[int, str]
) -> ChosenEntry:
    evaluation = history.evaluations[number - 1]
    names = in_config_order(evaluation.metrics, history.config)
    return ChosenEntry(
        number,
        tuple(reasons),
        {history.metric(name).label: value_of(name, evaluation) for name in names},
        _genes(history, evaluation),
        notes.get(number, ""),
    )


def _genes(history: RunHistory, evaluation: Evaluation) -> dict[str, str]:
    """The values of each kind of gene in their order; of each group without the supernet."""
    try:
        space = history.supernet.space
    except DynasError:  # its package is not installed
        return {name: shareable(str(values)) for name, values in evaluation.config.items()}
    active = space.active(np.array([evaluation.genotype], dtype=np.int64))[0]
    values: dict[str, list[str]] = {}
    for gene, choice, is_active in zip(space.genes, evaluation.genotype, active, strict=True):
        values.setdefault(kind_title(gene), []).append(gene.text(choice) if is_active else "–")
    return {kind: " ".join(texts) for kind, texts in values.items()}


def _front_table(
    history: RunHistory, front: Sequence[Evaluation], notes: Mapping[int, str]
) -> FrontTable:
    names = front_metrics(history, front) if front else []
    shown = front[:MOST_ROWS]
    has_notes = any(e.number in notes for e in shown)
    rows = tuple(
        (
            f"#{e.number}",
            *(value_of(name, e) for name in names),
            *([notes.get(e.number, "")] if has_notes else []),
        )
        for e in shown
    )
    header = ("Number", *(metric_title(history.metric(name)) for name in names))
    return FrontTable((*header, *(["Note"] if has_notes else [])), rows, len(front) - len(shown))
