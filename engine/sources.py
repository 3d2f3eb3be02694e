"""How numbers came about, and the words that say so wherever a number is shown or written.

A source is what an `Evaluation` keeps for each of its metrics: one of `engine.metrics.Source`, and
after it, each behind a comma, what else is true of the number: how it was calibrated, that it was
extrapolated, that it was imported. A column that holds both has the source `measured or imported`.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final

from engine.column_names import SOURCE_SUFFIX, UNCALIBRATED_SUFFIX
from engine.metrics import Metric, metric

PREDICTED: Final = "published predictor"
CALIBRATED_ON_PUBLISHED: Final = "published predictor, calibrated on published measurements"
CALIBRATED_ON_IMPORTED: Final = "published predictor, calibrated on imported measurements"
EXTRAPOLATED = "extrapolated"
IMPORTED = "imported"

_BESIDE, _OR, _PARTLY = ", ", " or ", "partly "
_RAW = "not calibrated"  # in words alone: logs keep what the predictor says as `PREDICTED`
_WORDS: dict[str, str] = {
    PREDICTED: "predicted",
    "lookup table": "from a lookup table",
}
_NO_WORDS = re.compile(r"[^\w -]+")
_LONGEST = 60  # characters
_MEASURED = ("measured", "exact", "")
_MEANINGS: dict[str, str] = {
    "measured": "Measured here by running the sub-network.",
    "exact": "Exact: it follows from the configuration.",
    PREDICTED: "Not measured: a published model tells it from the configuration alone.",
    "lookup table": "Not measured: the sum of the parts' times in a table.",
    IMPORTED: "Read from a results file, which does not tell how it was measured.",
    _RAW: "It was not brought to the scale of measurements, because no line to it is known or "
    "because that was switched off: it may read some points too high.",
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
    """Whether a number with this source needs no word beside it: measured by the run, or exact."""
    return source in _MEASURED


def describe_source(source: str) -> str:
    """A source as people read it, such as `predicted, calibrated on published measurements`.

    Empty for what was measured by the run or is exact, as that is what a number looks like.
    """
    return "" if is_measured_here(source) else _OR.join(map(_read, source.split(_OR)))


def _read(one: str) -> str:
    return _BESIDE.join(_WORDS.get(part) or _harmless(part) for part in _parts(one))


def _parts(one: str) -> list[str]:
    """What a source says, and that a prediction was not calibrated, which it says by silence."""
    first, *more = one.split(_BESIDE)
    raw = first == PREDICTED and not is_calibrated(one) and _RAW not in more
    return [first, *([_RAW] if raw else []), *more]


def _harmless(part: str) -> str:
    """What somebody else's package or log says, as plain words: labels are read as Markdown."""
    return part if part in _MEANINGS else _NO_WORDS.sub(" ", part)[:_LONGEST].strip()


def source_headline(source: str) -> str:
    """The shortest true word for a source, such as `predicted`, `measured or imported`.

    It is the part of `describe_source` that a label has room for.
    """
    firsts = dict.fromkeys(one.split(_BESIDE)[0] for one in describe_source(source).split(_OR))
    return _OR.join(firsts)


def is_mixed(source: str) -> bool:
    """Whether a column with this source holds numbers that differ in more than a calibration."""
    return _OR in source_headline(source)


def describe_sources(sources: Iterable[str]) -> str:
    """`describe_source` of all these sources together; `measured` if they need no description."""
    return describe_source(combine_sources(map(_within, sources))) or "measured"


def combined_headline(sources: Iterable[str]) -> str:
    """The word for something that is made of numbers with these sources, such as a front.

    What is exact says nothing of it.
    """
    return source_headline(combine_sources(one for one in sources if one != "exact")) or "measured"


def source_details(source: str) -> str:
    """What the description adds to the headline: `calibrated on published measurements`."""
    more = (one.split(_BESIDE)[1:] for one in describe_source(source).split(_OR))
    return _BESIDE.join(dict.fromkeys(part for parts in more for part in parts))


def source_badge(source: str) -> str:
    """A source as a small mark beside a number: `measured`, `predicted, calibrated`."""
    parts = (describe_source(source) or source).split(_BESIDE)
    return _BESIDE.join("calibrated" if is_calibrated(part) else part for part in parts)


def source_explanation(source: str) -> str:
    """Sentences on how a number with this source came about, for a tooltip."""
    parts = dict.fromkeys(part for one in source.split(_OR) for part in _parts(one))
    return " ".join(_MEANINGS[part] for part in parts if part in _MEANINGS)


def combine_sources(sources: Iterable[str]) -> str:
    """The source of a column whose numbers have these sources, in an order that does not vary."""
    there = {one or "measured" for one in sources}
    kinds = sorted({_within(one) for one in there}, key=_measured_first)
    return _OR.join(_extent(kind, there) for kind in kinds)


def _within(source: str) -> str:
    """The source of a number that is as this one, but not extrapolated."""
    return source.removesuffix(_BESIDE + EXTRAPOLATED)


def _extent(kind: str, there: Collection[str]) -> str:
    beyond = f"{kind}{_BESIDE}{EXTRAPOLATED}"
    if beyond not in there:
        return kind
    return f"{kind}{_BESIDE}{_PARTLY}{EXTRAPOLATED}" if kind in there else beyond


def _measured_first(source: str) -> tuple[bool, str]:
    return not is_measured_here(source), source


def is_extrapolated(source: str) -> bool:
    """Whether the number lies beyond the measurements that it was calibrated on."""
    return EXTRAPOLATED in source.split(_BESIDE)


def is_predicted(source: str) -> bool:
    """Whether a published predictor told the number."""
    return source.split(_BESIDE)[0] == PREDICTED


def is_calibrated(source: str) -> bool:
    """Whether a predicted number was brought to the scale of measured ones."""
    return any(part.startswith("calibrated") for part in source.split(_BESIDE))


def common_source(source: str) -> str:
    """What holds for every number of a column with this source: not what is partly so."""
    return source.replace(f"{_BESIDE}{_PARTLY}{EXTRAPOLATED}", "")


def imported_source(source: str) -> str:
    """The source of a number that a results file gives and says this of.

    What the file says is believed if it is a source that there is.
    """
    parts = source.split(_BESIDE)
    if is_measured_here(source) or any(part not in _MEANINGS for part in parts):
        return IMPORTED
    if IMPORTED in parts:
        return source
    end = _BESIDE + EXTRAPOLATED if is_extrapolated(source) else ""
    return f"{_within(source)}{_BESIDE}{IMPORTED}{end}"


def labelled_metric(name: str, sources: Collection[str]) -> Metric:
    """The metric called `name` as it is labelled where its numbers have these `sources`.

    Without any it is labelled by the source that the metric itself names. What was not
    measured says so in its label; its `source` is that of all, and its description tells what that
    means. Raises ConfigError if there is no such metric.
    """
    known = metric(name)
    source = combine_sources(sources or [known.source])
    if not describe_source(source):
        return known
    label = f"{known.label}, {source_headline(source)}"
    about = f"{known.description} {source_explanation(source)}".strip()
    return replace(known, label=label, source=source, description=about)


def source_remarks(shown: Iterable[Metric]) -> list[str]:
    """A sentence for each of these metrics, as they are shown, that was not measured."""
    return [
        f"{one.name}: {describe_source(one.source)}."
        for one in shown
        if describe_source(one.source)
    ]


def source_column(name: str) -> str:
    """The column of a CSV that names the source of a metric."""
    return f"{name}{SOURCE_SUFFIX}"


def uncalibrated_column(name: str) -> str:
    """The column of a CSV that holds what a predictor said before it was calibrated."""
    return f"{name}{UNCALIBRATED_SUFFIX}"
