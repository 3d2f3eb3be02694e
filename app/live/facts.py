"""The facts of a run and its progress bar, which the browser updates by polling.

The browser requests the progress of the run, tells the charts when the run has grown, and has the
page drawn again when something else has changed.
"""

from dataclasses import asdict
from urllib.parse import urlencode

from app.components import component
from app.live.run_progress import ADDRESS, run_progress
from app.session import service
from engine.runs.history import RunHistory

_HTML = """
<div class="dynas-pulse">
  <div class="dynas-facts"></div>
  <div class="dynas-bar" role="progressbar" aria-valuemin="0" aria-valuemax="100">
    <div style="width: 0"></div>
  </div>
  <div class="dynas-small" data-testid="run-activity"></div>
</div>
"""

_mount = component("dynas_facts", html=_HTML, module="live/facts.js")


def facts_line(run: str, history: RunHistory, every: float) -> None:
    """Draw the facts; the browser requests an update every `every` seconds."""
    address = f"{ADDRESS.lstrip('/')}?{urlencode({'run': run})}"
    _mount(
        key=f"facts_{run}",
        data={
            **asdict(run_progress(history, service().durations)),
            "run": run,
            "address": address,
            "every": round(1000 * every),
        },
        on_changed_change=lambda: None,
    )
