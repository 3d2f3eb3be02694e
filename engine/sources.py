"""Sources of metric values, and their descriptions for pages and exports.

An `Evaluation` keeps a source for each metric: one of `engine.metrics.Source`, followed by
qualifiers behind commas: how the value was calibrated, that it was extrapolated, that it was
imported. A column with values of several sources has a source such as `measured or imported`.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final

from engine.column_names import SOURCE_SUFFIX, TIMED_ON_SUFFIX, UNCALIBRATED_SUFFIX
from engine.metrics import Metric, metric

PREDICTED: Final = "published predictor"
CALIBRATED_ON_PUBLISHED: Final = "published predictor, calibrated on published measurements"
CALIBRATED_ON_IMPORTED: Final = "published predictor, calibrated on imported measurements"
EXTRAPOLATED = "extrapolated"
IMPORTED = "imported"

_QUALIFIER, _OR, _PARTLY = ", ", " or ", "partly "
_NOT_CALIBRATED = "not calibrated"  # in descriptions only: logs keep the source `PREDICTED`
_DESCRIPTIONS: dict[str, str] = {
    PREDICTED: "predicted",
    "lookup table": "from a lookup table",
}
_PUNCTUATION = re.compile(r"[^\w -]+")
_LONGEST = 60  # characters
_MEASURED_SOURCES = ("measured", "exact", "")
COMPUTED_SOURCES = ("exact", PREDICTED, "lookup table")
"""The kinds of sources of values that follow from a configuration without a measurement."""
_EXPLANATIONS: dict[str, str] = {
    "measured": "Measured here by running the sub-network.",
    "exact": "Exact: it follows from the configuration.",
    PREDICTED: "Not measured: a published model tells it from the configuration alone.",
    "lookup table": "Not measured here: from a table of times.",
    IMPORTED: "Not measured here: read from a file.",
    _NOT_CALIBRATED: "It was not brought to the scale of measurements, because no line to it is "
    "known or because that was switched off: it may read some points too high.",
    "calibrated on published measurements": "Corrected by a straight line fitted to sub-networks "
    "whose accuracy others measured and published.",
    "calibrated on imported measurements": "Corrected by a straight line fitted to the measured "
    "sub-networks of a results file.",
    EXTRAPOLATED: "It lies beyond the measurements that the line was fitted to, so that it may be "
    "further off.",
    f"{_PARTLY}{EXTRAPOLATED}": "Some lie beyond the measurements that the line was fitted to, so "
    "that they may be further off.",
}


def is_measured_here(source: str) -> bool:
    """Whether values with this source need no description: measured by the run, or exact."""
    return all(one in _MEASURED_SOURCES for one in source.split(_OR))


def source_kind(source: str) -> str:
    """A source without its qualifiers: `published predictor`, also of a calibrated one."""
    return source.split(_QUALIFIER)[0]


def describe_source(source: str) -> str:
    """A source in words, such as `predicted, calibrated on published measurements`.

    Empty for values that the run measured and for exact ones, the normal case.
    """
    return "" if is_measured_here(source) else _OR.join(map(_describe_one, source.split(_OR)))


def _describe_one(source: str) -> str:
    return _QUALIFIER.join(_DESCRIPTIONS.get(part) or _plain_words(part) for part in _parts(source))


def _parts(source: str) -> list[str]:
    """The source and its qualifiers, with `not calibrated` for predictions without calibration."""
    first, *qualifiers = source.split(_QUALIFIER)
    is_raw = first == PREDICTED and not is_calibrated(source) and _NOT_CALIBRATED not in qualifiers
    return [first, *([_NOT_CALIBRATED] if is_raw else []), *qualifiers]


def _plain_words(part: str) -> str:
    """A text of a package or a log without punctuation, because labels are Markdown."""
    return part if part in _EXPLANATIONS else _PUNCTUATION.sub(" ", part)[:_LONGEST].strip()


def source_headline(source: str) -> str:
    """The shortest description of a source, such as `predicted`, `measured or imported`.

    The part of `describe_source` that fits into a label.
    """
    headlines = dict.fromkeys(s.split(_QUALIFIER)[0] for s in describe_source(source).split(_OR))
    return _OR.join(headlines)


def is_mixed(source: str) -> bool:
    """Whether a column with this source has values that differ in more than calibration."""
    return _OR in source_headline(source)


def describe_sources(sources: Iterable[str]) -> str:
    """`describe_source` of all these sources together; `measured` if they need no description."""
    return describe_source(combine_sources(map(without_extrapolation, sources))) or "measured"


def combined_headline(sources: Iterable[str]) -> str:
    """The headline of something that consists of values with these sources, such as a front.

    Exact values are ignored.
    """
    return source_headline(combine_sources(s for s in sources if s != "exact")) or "measured"


def source_details(source: str, *, short: bool = False) -> str:
    """What the description adds to the headline: `calibrated on published measurements`.

    If it is to be `short`, it does not say on what: `calibrated`.
    """
    qualifiers = (s.split(_QUALIFIER)[1:] for s in describe_source(source).split(_OR))
    details = (_short(part) if short else part for parts in qualifiers for part in parts)
    return _QUALIFIER.join(dict.fromkeys(details))


def _short(part: str) -> str:
    return "calibrated" if is_calibrated(part) else part


def source_badge(source: str) -> str:
    """A source as a badge beside a value: `measured`, `predicted, calibrated`."""
    parts = (describe_source(source) or source).split(_QUALIFIER)
    return _QUALIFIER.join(map(_short, parts))


def source_explanation(source: str) -> str:
    """Sentences on how values with this source were obtained, for a tooltip."""
    parts = dict.fromkeys(part for s in source.split(_OR) for part in _parts(s))
    return " ".join(_EXPLANATIONS[part] for part in parts if part in _EXPLANATIONS)


def combine_sources(sources: Iterable[str]) -> str:
    """The source of a column whose values have these sources, in a fixed order."""
    distinct = {source or "measured" for source in sources}
    kinds = sorted({without_extrapolation(s) for s in distinct}, key=_measured_first)
    return _OR.join(_with_extrapolation(kind, distinct) for kind in kinds)


def without_extrapolation(source: str) -> str:
    """The source of a single value without the qualifier `extrapolated`."""
    return source.removesuffix(_QUALIFIER + EXTRAPOLATED)


def _with_extrapolation(kind: str, distinct: Collection[str]) -> str:
    extrapolated = f"{kind}{_QUALIFIER}{EXTRAPOLATED}"
    if extrapolated not in distinct:
        return kind
    return f"{kind}{_QUALIFIER}{_PARTLY}{EXTRAPOLATED}" if kind in distinct else extrapolated


def _measured_first(source: str) -> tuple[bool, str]:
    return not is_measured_here(source), source


def is_extrapolated(source: str) -> bool:
    """Whether the value lies outside the range of the measurements for its calibration."""
    return EXTRAPOLATED in source.split(_QUALIFIER)


def is_predicted(source: str) -> bool:
    """Whether the value is from a published predictor."""
    return source.split(_QUALIFIER)[0] == PREDICTED


def is_calibrated(source: str) -> bool:
    """Whether a predicted value was calibrated to the scale of measured ones."""
    return any(part.startswith("calibrated") for part in source.split(_QUALIFIER))


def common_source(source: str) -> str:
    """The part of a column's source that holds for each of its values."""
    return source.replace(f"{_QUALIFIER}{_PARTLY}{EXTRAPOLATED}", "")


def most_indirect(source: str) -> str:
    """Of the sources that `combine_sources` joined, the one farthest from a measurement."""
    return common_source(source).split(_OR)[-1]


def is_known_source(source: str) -> bool:
    """Whether this is the source of a single value as logs contain it, with its qualifiers."""
    return all(part in _EXPLANATIONS for part in source.split(_QUALIFIER))


def imported_source(source: str) -> str:
    """The source of an imported value to which a results file assigns `source`.

    The assigned source is kept if it is a known one.
    """
    if is_measured_here(source) or not is_known_source(source):
        return IMPORTED
    if IMPORTED in source.split(_QUALIFIER):
        return source
    end = _QUALIFIER + EXTRAPOLATED if is_extrapolated(source) else ""
    return f"{without_extrapolation(source)}{_QUALIFIER}{IMPORTED}{end}"


def labelled_metric(name: str, sources: Collection[str]) -> Metric:
    """The metric called `name`, with a label that names the `sources` of its values.

    Without `sources`, the metric's own source is used. If the values were not measured, the label
    says so, `source` is the combined source, and the description explains it. Raises ConfigError
    if there is no such metric.
    """
    definition = metric(name)
    source = combine_sources(sources or [definition.source])
    if not describe_source(source):
        return definition
    label = f"{definition.label}, {source_headline(source)}"
    description = f"{definition.description} {source_explanation(source)}".strip()
    return replace(definition, label=label, source=source, description=description)


def source_remarks(labelled_metrics: Iterable[Metric]) -> list[str]:
    """A sentence for each metric of `labelled_metric` whose values were not measured."""
    return [
        f"{m.name}: {describe_source(m.source)}."
        for m in labelled_metrics
        if describe_source(m.source)
    ]


def source_column(name: str) -> str:
    """The name of the CSV column with the sources of a metric."""
    return f"{name}{SOURCE_SUFFIX}"


def uncalibrated_column(name: str) -> str:
    """The name of the CSV column with the uncalibrated predictions of a metric."""
    return f"{name}{UNCALIBRATED_SUFFIX}"


def timed_on_column(name: str) -> str:
    """The name of the CSV column with the conditions of an imported latency."""
    return f"{name}{TIMED_ON_SUFFIX}"
