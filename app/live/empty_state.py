"""The text that replaces charts and tables of a run without measurements."""

from app.session import LIVE_STATES
from engine.runs.run_summary import RunSummary


def empty_state_text(summary: RunSummary, pending_text: str) -> str:
    """`pending_text` while the run may still measure, else a sentence that nothing was measured."""
    return pending_text if summary.state in LIVE_STATES else "Nothing was measured."
