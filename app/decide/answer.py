"""The answer to the goal of the Decide page, with a button for the shortlist at each line."""

from collections.abc import Sequence

import streamlit as st

from app.decide import shortlist
from app.downloads.button import download_button
from app.formatting import escape_markdown
from engine.analysis.goal import Answer, limit_remarks, nothing_fits_text
from engine.analysis.goal_text import AnswerEntry, answer_entries, subnetwork_entry
from engine.analysis.impossible_goal import impossible_text
from engine.count_text import count_text
from engine.gene_names import capitalised
from engine.runs.history import RunHistory

_SEARCH_THERE = "Loosen a limit, or search where it holds."


def answer_panel(
    run: str, history: RunHistory, answer: Answer, shortlisted_numbers: Sequence[int]
) -> None:
    """Draw the best within the limits and what other limits give, or what comes nearest."""
    with st.container(border=True, key="decide_answer", gap="small"):
        names = [objective.name for objective in history.objectives]
        entries = answer_entries(answer, names)
        for remark in limit_remarks(answer.goal.limits):
            st.caption(f":material/info: {escape_markdown(remark)}")
        if not entries:
            _nothing_fits(run, history, answer, shortlisted_numbers)
            return
        count = count_text(answer.measured, answer.known_as)
        fit = f"{answer.fitting:,} of {count} fit" if answer.fitting < answer.measured else count
        st.markdown(f"**{escape_markdown(capitalised(answer.goal.label))}** · {fit}")
        for index, entry in enumerate(entries):
            _entry(run, history, entry, index, shortlisted_numbers)
        if not answer.goal.limits:
            st.caption(
                ":material/info: Set a limit above to see what a little more or half of it gives."
            )


def _entry(
    run: str, history: RunHistory, entry: AnswerEntry, index: int, shortlisted: Sequence[int]
) -> None:
    """Draw a line; one without a sub-network has a sentence alone."""
    evaluation = entry.evaluation
    with st.container(key=f"decide_answer_{index}"):
        title, sentence = escape_markdown(entry.title), escape_markdown(entry.text)
        if evaluation is None:
            st.markdown(f"**{title}** · {sentence}")
            return
        text, buttons = st.columns([0.58, 0.42], vertical_alignment="center", gap="small")
        warning = f" · :material/warning: {escape_markdown(entry.warning)}" if entry.warning else ""
        text.markdown(f"**{title} · #{evaluation.number}** · {sentence}{warning}")
        with buttons, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
            is_listed = evaluation.number in shortlisted
            shortlist.add_button(run, evaluation.number, is_listed, f"decide_answer_add_{index}")
            download_button(run, history, evaluation, f"decide_answer_{index}")


def _nothing_fits(
    run: str, history: RunHistory, answer: Answer, shortlisted: Sequence[int]
) -> None:
    advice = impossible_text(history, answer.goal.limits) or _SEARCH_THERE
    st.markdown(
        f"**Nothing is within the limits.** {escape_markdown(nothing_fits_text(history, answer))} "
        f"{escape_markdown(advice)}"
    )
    if answer.nearest is not None:
        entry = subnetwork_entry("Nearest", answer.goal, answer.nearest)
        _entry(run, history, entry, 0, shortlisted)
