"""The header of a run: state, progress and facts, as plain data and as HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from app.formatting import duration, rate
from engine.analysis.number_text import NO_VALUE, hypervolume_text
from engine.runs.history import RunHistory
from engine.runs.run_summary import ACTIVE, RunSummary
from engine.runs.times.time_range import TimeRange

_STATE_COLOURS = {
    "running": "green",
    "queued": "blue",
    "pausing": "orange",
    "paused": "orange",
    "stopping": "orange",
    "interrupted": "orange",
    "failed": "red",
    "damaged": "red",
    "unreadable": "red",
    "finished": "blue",
    "imported": "blue",
    "stopped": "gray",
}


@dataclass(frozen=True)
class Fact:
    """A name and a value as text; `hook` is its `data-testid`."""

    name: str
    value: str
    hook: str


@dataclass(frozen=True)
class HeaderInfo:
    """Plain data of a run's header; unknown values are empty.

    `count` is what is spent and what of, `progress` the share in [0, 1]. `kept` is how many of the
    sub-networks that were computed are in the log.
    """

    name: str
    state: str
    count: str
    progress: float
    failed: int
    rate: str
    elapsed: str
    remaining: str
    hypervolume: str
    unit: str = "evaluations"
    kept: int | None = None


def has_measurements(summary: RunSummary) -> bool:
    """Whether an evaluation of the run has succeeded: without one it has no hypervolume."""
    return summary.evaluations > summary.failed


def header_info(
    summary: RunSummary, history: RunHistory, remaining: TimeRange | None = None
) -> HeaderInfo:
    """Plain data of the header of a run; `remaining` is how long it goes on, if that is known."""
    running = summary.state in ("running", "pausing", "stopping")
    return HeaderInfo(
        summary.name,
        summary.state,
        summary.count_text(),
        summary.progress,
        summary.failed,
        rate(history.rate) if running and summary.computed is None and history.rate else "",
        duration(history.elapsed) if running or history.elapsed else "",
        str(remaining) if running and remaining is not None else "",
        hypervolume_text(summary.hypervolume) if has_measurements(summary) else NO_VALUE,
        summary.unit,
        None if summary.computed is None else summary.evaluations,
    )


def state_colour(state: str) -> str:
    """The name of the colour that stands for a state."""
    return _STATE_COLOURS.get(state, "gray")


def state_html(state: str) -> str:
    """A run's state as a pill: colour and word."""
    colour = state_colour(state)
    return (
        f'<span class="dynas-state dynas-{colour}" data-testid="run-state">{escape(state)}</span>'
    )


def head_words(state: str, imported: bool) -> tuple[str, ...]:
    """What the head of a run says of it.

    >>> head_words("running", False), head_words("finished", False), head_words("finished", True)
    (('live', 'running'), ('finished',), ('imported',))
    """
    if state in ACTIVE:
        return "live", state
    return ("imported",) if imported and state == "finished" else (state,)


def shown_state(summary: RunSummary) -> str:
    """The state of a run in a word; that of a file of results is `imported`."""
    return head_words(summary.state, summary.imported)[-1]


def head_html(summary: RunSummary) -> str:
    """Pills that say whether a run is live, finished or imported, and its state."""
    words = head_words(summary.state, summary.imported)
    live = '<span class="dynas-live" data-testid="run-live">live</span>' if len(words) > 1 else ""
    return f'<span class="dynas-head-state">{live}{state_html(words[-1])}</span>'


def bar_html(progress: float, label: str) -> str:
    """A thin progress bar with a text alternative."""
    percent = round(100 * progress, 1)
    return (
        f'<div class="dynas-bar" role="progressbar" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{percent}" aria-label="{escape(label, quote=True)}">'
        f'<div style="width:{percent}%"></div></div>'
    )


def facts(info: HeaderInfo) -> tuple[Fact, ...]:
    """Count, speed, time, hypervolume and failures; those without a value are left out."""
    all_facts = (
        Fact(info.unit, info.count, "run-count"),
        Fact("kept", "" if info.kept is None else f"{info.kept:,}", "run-kept"),
        Fact("elapsed", info.elapsed, "run-elapsed"),
        Fact("left", info.remaining, "run-remaining"),
        Fact("speed", info.rate, "run-rate"),
        Fact("hypervolume", info.hypervolume, "run-hypervolume"),
        Fact("failed", f"{info.failed:,}" if info.failed else "", "run-failed"),
    )
    return tuple(fact for fact in all_facts if fact.value)


def facts_html(shown: Sequence[Fact]) -> str:
    """Facts in a line, as those of the header; those without a value are left out."""
    spans = "".join(
        f'<span><span class="dynas-name">{escape(fact.name)}</span>'
        f'<b data-testid="{fact.hook}">{escape(fact.value)}</b></span>'
        for fact in shown
        if fact.value
    )
    return f'<div class="dynas-facts">{spans}</div>'
