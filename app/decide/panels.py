"""The chart, the suggestions and the shortlist of the Decide page."""

from collections.abc import Mapping, Sequence

import streamlit as st

from app import navigation
from app.axis_choice import plane_choice
from app.charts.component import chart
from app.decide import shortlist
from app.decide.preferences import Preferences
from app.formatting import plain
from engine.analysis.charts.decision import decision_info
from engine.analysis.comparison.sub_networks import qualities_text
from engine.analysis.figures.decision import decision_figure
from engine.analysis.number_text import front_name, metric_value
from engine.analysis.suggestions import Suggestions
from engine.evaluation.record import Evaluation
from engine.runs.held_out import main_quality
from engine.runs.history import RunHistory

_HEIGHT = 410
_SHOWN_AT_ONCE = 4  # of the shortlist; of more, the rest is scrolled to
_LIST_HEIGHT = 440


def axes(history: RunHistory, names: Sequence[str], objectives: Sequence[str]) -> tuple[str, str]:
    """Draw the choice of the axes; the metrics of the horizontal and of the vertical one."""
    usual = list(dict.fromkeys([*objectives, *names]))
    labels = {name: history.metric(name).label for name in names}
    return plane_choice("decide", labels, (usual[min(1, len(usual) - 1)], usual[0]))


def front_chart(
    run: str,
    history: RunHistory,
    front: Sequence[Evaluation],
    picked: Sequence[Evaluation],
    preferences: Preferences,
    found: Suggestions,
    shown: tuple[str, str],
) -> None:
    """The front; a click on a point puts it on the shortlist or takes it off."""
    on_front = {evaluation.number for evaluation in front}
    info = decision_info(
        run,
        front,
        [e for e in picked if e.number not in on_front],
        {e.number for e in preferences.remaining},
        shown,
        {objective.name for objective in history.objectives},
        preferences.limits,
        found.marks,
        [e.number for e in picked],
        history.summary().budget,
    )
    chart(
        decision_figure(info),
        name="choice",
        title=f"The {front_name(history.provenance)}",
        description=info.description,
        height=_HEIGHT,
        key=f"decide_front_{run}",
        on_pick=lambda number: shortlist.toggle(run, number),
        note="A click on a point puts it on the shortlist, another one takes it off.",
    )


def suggestions(run: str, history: RunHistory, found: Suggestions, listed: Sequence[int]) -> None:
    """Each suggestion with its reason and a button that puts it on the shortlist."""
    with st.container(key="decide_suggestions", gap="small"):
        st.markdown(f"**Suggestions** from what remains of the {front_name(history.provenance)}")
        for place, one in enumerate(found.suggestions):
            words, button = st.columns([0.78, 0.22], vertical_alignment="center", gap="small")
            numbers = ", ".join(f"#{number}" for number in one.numbers)
            words.markdown(f"**{numbers} · {plain(one.title)}.** {plain(one.reason)}")
            there = set(one.numbers) <= set(listed)
            button.button(
                "Listed" if there else "Add",
                key=f"decide_suggested_{place}",
                icon=":material/check:" if there else ":material/playlist_add:",
                help=f"Put {numbers} on the shortlist",
                disabled=there,
                width="stretch",
                on_click=shortlist.add,
                args=(run, one.numbers),
            )
        for note in found.notes:
            st.caption(f":material/info: {plain(note)}")


def shortlist_panel(
    run: str,
    history: RunHistory,
    picked: Sequence[Evaluation],
    remaining: Sequence[Evaluation],
    tested: Mapping[int, float],
) -> None:
    """The shortlist in its order, each with its numbers and what can be done with it."""
    st.markdown(f"**Shortlist** · {len(picked)}" if picked else "**Shortlist**")
    if text := shortlist.problem():
        st.error(plain(text), icon=":material/error:")
    if not picked:
        st.caption(
            "Nothing is on it yet. Click a point of the chart, or add a suggestion. It is kept "
            "with the run, the same for everybody."
        )
    names = [objective.name for objective in history.objectives]
    front, within = history.front_numbers, {evaluation.number for evaluation in remaining}
    scrolls = len(picked) > _SHOWN_AT_ONCE
    with st.container(height=_LIST_HEIGHT if scrolls else "content", border=False):
        for place, evaluation in enumerate(picked):
            with st.container(border=True, gap=None, key=f"decide_listed_{evaluation.number}"):
                _head(run, evaluation.number, place, len(picked))
                values = [_value(evaluation, name) for name in names]
                st.caption(plain(" · ".join(values)))
                if evaluation.number in tested:
                    st.caption(qualities_text(evaluation, tested, main_quality(history.config)))
                if evaluation.number not in front:
                    st.caption(":material/info: not on the front")
                elif evaluation.number not in within:
                    st.caption(":material/info: beyond the limits")
    listed = {evaluation.number for evaluation in picked}
    _add_from_front(run, [e for e in remaining if e.number not in listed], names)


def _add_from_front(run: str, others: Sequence[Evaluation], names: Sequence[str]) -> None:
    """What a click in the chart does, without a mouse."""
    key = f"decide_add_{run}"
    labels = {
        e.number: " · ".join([f"#{e.number}", *(_value(e, n) for n in names[:2])]) for e in others
    }
    st.session_state[key] = None
    st.selectbox(
        "Add from the front",
        list(labels),
        format_func=labels.__getitem__,
        key=key,
        placeholder="Add from the front",
        label_visibility="collapsed",
        disabled=not labels,
        on_change=lambda: shortlist.add(run, [st.session_state[key]]),
    )


def _head(run: str, number: int, place: int, count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap=None):
        if st.button(
            f"**#{number}**", key=f"decide_open_{number}", type="tertiary", help="Open its page"
        ):
            navigation.open_subnetwork(run, number)
        st.space("stretch")
        for way, icon, off, by in (
            ("up", ":material/arrow_upward:", place == 0, -1),
            ("down", ":material/arrow_downward:", place == count - 1, 1),
        ):
            st.button(
                f"Move #{number} {way}",
                key=f"decide_move_{way}_{number}",
                icon=icon,
                type="tertiary",
                disabled=off,
                on_click=shortlist.move,
                args=(run, number, by),
            )
        st.button(
            f"Take #{number} off the shortlist",
            key=f"decide_move_off_{number}",
            icon=":material/close:",
            type="tertiary",
            on_click=shortlist.toggle,
            args=(run, number),
        )


def _value(evaluation: Evaluation, name: str) -> str:
    return metric_value(name, evaluation.metrics.get(name), evaluation.sources.get(name, ""))
