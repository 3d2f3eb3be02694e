"""How a run shows itself in a console and in a notebook."""

import html
from collections.abc import Mapping

from engine.quoting import quoted
from engine.runs.run_index import UnreadableRun
from engine.runs.run_summary import RunSummary

_NAME_LENGTH = 60  # characters of a name


def run_facts(summary: RunSummary | UnreadableRun) -> dict[str, str]:
    """What a reader wants to know of a run at a glance, in order, by the title of each fact."""
    if isinstance(summary, UnreadableRun):
        return {"state": summary.state, "message": summary.reason}
    facts = {
        "name": quoted(summary.name, _NAME_LENGTH),
        "state": summary.state,
        summary.unit: summary.count_text(" of "),
        "hypervolume": f"{summary.hypervolume:.4f}",
    }
    return {**facts, "message": summary.message} if summary.message else facts


def facts_line(facts: Mapping[str, str]) -> str:
    """Facts as one line of text, in which numbers have their titles."""
    numbers = {"evaluations", "sub-networks computed", "hypervolume"}
    return ", ".join(
        f"{title} {text}" if title in numbers else text for title, text in facts.items()
    )


def facts_table(facts: Mapping[str, str]) -> str:
    """Facts as an HTML table with a row for each; every text is escaped."""
    rows = "".join(
        f"<tr><th style='text-align:left'>{html.escape(title)}</th>"
        f"<td style='text-align:left'>{html.escape(text)}</td></tr>"
        for title, text in facts.items()
    )
    return f"<table>{rows}</table>"
