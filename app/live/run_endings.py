"""Tells a visitor who looks elsewhere that a run has ended: a notification, or a mark in the title.

The browser asks for permission only after a click on the button that this part draws, and once.
"""

from collections.abc import Iterable, Sequence

from app.components import component
from engine.errors import DynasError
from engine.runs.run_reader import RunReader
from engine.runs.run_summary import ACTIVE, RunSummary

ADDRESS = "/feed/endings"
_SECONDS = 3.0  # between two requests of a browser while runs are live
_MOST_RUNS = 50  # of one request
_WORDS = {"finished": "is finished", "failed": "has failed", "stopped": "is stopped"}
_OTHER_WORDS = "was interrupted"

_HTML = """
<div class="dynas-endings">
  <button type="button" class="dynas-small" data-testid="notify-me" hidden
    title="A notification of your browser, also while another tab or window is in front"
  >Notify me when a run ends</button>
</div>
"""

_mount = component("dynas_endings", html=_HTML, module="live/run_endings.js")


def run_endings(live: Sequence[RunSummary], page: str) -> None:
    """Let the browser follow the `live` runs of the data folder on whatever page it shows.

    `page` is the address of the page of a run.
    """
    _mount(
        key="run_endings",
        data={
            "live": [summary.id for summary in live[:_MOST_RUNS]],
            "address": ADDRESS.lstrip("/"),
            "page": page,
            "every": round(1000 * _SECONDS),
        },
    )


def endings(reader: RunReader, runs: Iterable[str]) -> list[dict[str, str]]:
    """Those of `runs` that have ended: id, a sentence, and what they have measured.

    A run that was deleted, or that cannot be read, has an empty sentence.
    """
    ended = []
    for run in list(dict.fromkeys(runs))[:_MOST_RUNS]:
        try:
            summary = reader.summary(run)
        except DynasError:
            ended.append({"run": run, "sentence": "", "detail": ""})
            continue
        if summary.state not in ACTIVE:
            words = _WORDS.get(summary.state, _OTHER_WORDS)
            detail = summary.message or f"{summary.count_text(' of ')} {summary.unit}"
            sentence = f"{summary.name} {words}"
            ended.append({"run": run, "sentence": sentence, "detail": detail})
    return ended
