"""What stands in the place of charts and tables of a run that has measured nothing."""

from app.session import LIVE_STATES
from engine.runs.run_summary import RunSummary


def empty_state_text(summary: RunSummary, soon: str) -> str:
    """The words `soon` for what is still to come, or that nothing is, where the run has ended."""
    return soon if summary.state in LIVE_STATES else "Nothing was measured."
