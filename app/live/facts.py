"""The facts of a run and its progress bar. The browser keeps them up to date by itself.

It asks for the pulse of the run, tells the charts when the run has grown, and has the page drawn
anew when something else has changed.
"""

from dataclasses import asdict
from urllib.parse import urlencode

from app.components import component
from app.live.pulse import ADDRESS, pulse_of
from engine.runs.history import RunHistory

_HTML = """
<div class="dynas-pulse">
  <div class="dynas-facts"></div>
  <div class="dynas-bar" role="progressbar" aria-valuemin="0" aria-valuemax="100">
    <div style="width: 0"></div>
  </div>
</div>
"""

_mount = component("dynas_facts", html=_HTML, module="live/facts.js")


def facts_line(run: str, history: RunHistory, every: float) -> None:
    """Draw the facts; the browser asks for newer ones after `every` seconds."""
    address = f"{ADDRESS.lstrip('/')}?{urlencode({'run': run})}"
    _mount(
        key=f"facts_{run}",
        data={
            **asdict(pulse_of(history)),
            "run": run,
            "address": address,
            "every": round(1000 * every),
        },
        on_changed_change=lambda: None,
    )
