"""The header and the rows of a search's results CSV, in each of its formats."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from engine.evaluation.record import WARM_START_CYCLE, Evaluation
from engine.meters import registry as meters
from engine.results_formats import (
    DATE_HEADING,
    PUBLISHED_HEADINGS,
    RESULTS_FORMATS,
    SUBNETWORK_HEADING,
)
from engine.runs.evaluation_table import EvaluationTable
from engine.runs.history import RunHistory
from engine.runs.source_headings import heading_with_source
from engine.sources import is_calibrated
from engine.supernets.base import Supernet


class ResultsRows(Protocol):
    """What a results CSV contains: a header, and rows for evaluations."""

    @property
    def header(self) -> Sequence[str]:
        """The headings in order."""
        ...

    def row(self, evaluation: Evaluation) -> Sequence[object] | None:
        """The cells of an evaluation; None if it has no row in this format."""
        ...


def results_rows(history: RunHistory, supernet: Supernet) -> ResultsRows:
    """The rows of the results CSV of a run, in the format that its configuration names.

    They depend on the configuration of the run and on its warm start only, so that a resumed search
    continues its file.
    """
    config = history.config
    planned = meters.sources(supernet, config.settings)
    warm_start = [e for e in history.evaluations if e.cycle == WARM_START_CYCLE]
    sources: dict[str, list[str]] = {
        name: [planned[name]] if name in planned else []
        for name in dict.fromkeys([*config.all_metrics, "macs", "params"])
    }
    for e in warm_start:
        for name, source in e.sources.items():
            if name not in e.imported_conditions:
                sources.setdefault(name, []).append(source)
    results_format = RESULTS_FORMATS[config.dynas.results_csv_format]
    if not results_format.has_every_metric:
        return PublishedRows(results_format.metric_headings, sources)
    timed = meters.machine_metrics(config.all_metrics, config.settings)
    return FullRows(sources, bool(timed) or any(e.conditions for e in warm_start))


class PublishedRows:
    """Rows with sub-network, date and the published columns `metric_headings` only.

    `sources` are those of the values of each metric. A latency that was not measured is 0, as
    readers of these files expect; other missing values are empty. Failed evaluations have no row.
    """

    def __init__(
        self, metric_headings: Sequence[str], sources: Mapping[str, Iterable[str]]
    ) -> None:
        self._metrics = [PUBLISHED_HEADINGS[heading] for heading in metric_headings]
        self.header = [
            SUBNETWORK_HEADING,
            DATE_HEADING,
            *(
                heading_with_source(heading, sources.get(PUBLISHED_HEADINGS[heading], ()))
                for heading in metric_headings
            ),
        ]

    def row(self, evaluation: Evaluation) -> list[object] | None:
        """The cells of an evaluation; None if it failed."""
        if not evaluation.ok:
            return None
        date = datetime.fromtimestamp(evaluation.finished).strftime("%Y-%m-%d %H:%M:%S.%f")
        values = evaluation.metrics
        return [
            str(dict(evaluation.config)),
            date,
            *(_cell(name, values) for name in self._metrics),
        ]


def _cell(name: str, values: Mapping[str, float]) -> object:
    if name in ("macs", "params") and name in values:
        return int(values[name])
    return values.get(name, 0 if name == "lat" else "")


class FullRows:
    """A row for each evaluation, also if it failed, with every metric of `sources`.

    The columns are those of a run CSV, except for what later evaluations may change: whether a
    sub-network is on the front.
    """

    def __init__(self, sources: Mapping[str, Iterable[str]], has_conditions: bool) -> None:
        calibrated = (name for name, texts in sources.items() if any(map(is_calibrated, texts)))
        self._table = EvaluationTable(
            tuple(sources),
            tuple(calibrated),
            has_conditions=has_conditions,
            has_quality_conditions=any(
                meters.is_quality(name) and "measured" in texts for name, texts in sources.items()
            ),
        )
        self.header = self._table.header

    def row(self, evaluation: Evaluation) -> list[object]:
        """The cells of an evaluation."""
        return self._table.row(evaluation)
