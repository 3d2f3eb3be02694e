"""Above the table of runs: search and filters, and what can be done with those picked."""

from collections.abc import Callable, Sequence

import streamlit as st

from app import navigation
from app.formatting import counted, plain
from app.names import distinct, named
from app.run_list import actions
from app.run_list.rows import NEWEST_FIRST, Query, RunRow, choices, known_order
from engine.supernets import registry

_SHOWN = ("Active", "Archived", "Trash")
_ORDER = "order"  # in the address, as are the keys of the widgets below

BULK: dict[str, Callable[[Sequence[str]], None]] = {
    "archive": actions.archive,
    "unarchive": actions.unarchive,
    "delete": actions.delete,
}
"""What a button does with all runs that are picked."""


def remember_order(order: str) -> None:
    """Put the order into the address, unless it is the usual one."""
    if order == NEWEST_FIRST:
        st.query_params.pop(_ORDER, None)
    else:
        st.query_params[_ORDER] = order


def filters(rows: Sequence[RunRow]) -> tuple[Query, bool]:
    """Draw search and filters; what they ask for, and whether it is the trash."""
    states, supernets, tags = choices(rows)
    with st.container(horizontal=True, vertical_alignment="center", key="runs_filters"):
        words = st.text_input(
            "Search",
            key="find",
            type="search",
            bind="query-params",
            live=True,
            placeholder="Name, tag, note, supernet",
            label_visibility="collapsed",
            icon=":material/search:",
            width=230,
        )
        chosen_states = _filter("state", "All states", states)
        chosen_supernets = _filter("supernet", "All supernets", supernets, registry.title)
        chosen_tags = _filter("tag", "All tags", tags)
        shown = st.segmented_control(
            "Show",
            _SHOWN,
            default="Active",
            required=True,
            key="show",
            bind="query-params",
            label_visibility="collapsed",
        )
    query = Query(
        words=words or "",
        states=chosen_states,
        supernets=chosen_supernets,
        tags=chosen_tags,
        archived=shown == "Archived",
        order=known_order(st.query_params.get(_ORDER, NEWEST_FIRST)),
    )
    return query, shown == "Trash"


def _filter(
    name: str, everything: str, there: Sequence[str], called: Callable[[str], str] = str
) -> tuple[str, ...]:
    labels = distinct({choice: called(choice) for choice in there})
    chosen = st.multiselect(
        everything,
        there,
        format_func=lambda choice: labels.get(choice, choice),
        key=name,
        bind="query-params",
        placeholder=everything,
        label_visibility="collapsed",
        width=152,
    )
    return tuple(chosen)


def bulk(matching: Sequence[RunRow], of: int) -> None:
    """Say how many runs there are, and offer what can be done with those that are picked."""
    there = {row.id: row for row in matching}
    picked = [run for run in actions.selected() if run in there]
    with st.container(horizontal=True, vertical_alignment="center", key="runs_bulk"):
        every = counted(of, "run")
        count = every if len(matching) == of else f"{len(matching)} of {every}"
        st.caption(f"**{len(picked)} selected** · {count}" if picked else count, width="content")
        if st.button(
            "Compare", key="runs_compare", icon=":material/stacked_line_chart:", disabled=not picked
        ):
            navigation.open_compare(picked)
        with st.popover("Tag", icon=":material/label:", key="runs_tag", disabled=not picked):
            tags = st.multiselect(
                "Tags to add",
                choices(matching)[2],
                key="runs_tag_new",
                accept_new_options=True,
                placeholder="Type a tag and press Enter",
            )
            if st.button("Add", key="runs_tag_apply", type="primary", disabled=not tags):
                actions.tag(picked, tags)
                st.rerun(scope="fragment")
        archived = bool(matching) and matching[0].labels.archived
        _button("unarchive" if archived else "archive", picked)
        _button("delete", [run for run in picked if "delete" in there[run].actions])


_LONGEST_NOTICE = 300  # characters
_LABELS = {
    "archive": ("Archive", ":material/archive:"),
    "unarchive": ("Unarchive", ":material/unarchive:"),
    "delete": ("Delete", ":material/delete:"),
}


def _button(action: str, runs: Sequence[str]) -> None:
    label, icon = _LABELS[action]
    st.button(
        label,
        key=f"runs_{action}",
        icon=icon,
        disabled=not runs,
        on_click=BULK[action],
        args=(runs,),
        help="Only runs that have ended can be deleted" if action == "delete" else None,
    )


def notice() -> None:
    """Say what was done last, with the button that takes it back."""
    last = actions.notice()
    if last is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="runs_notice"):
        if last.text:
            st.markdown(f":material/check: {named(last.text, _LONGEST_NOTICE)}")
        if last.undo:
            st.button("Undo", key="runs_undo", on_click=actions.UNDO[last.undo], args=(last.runs,))
        st.button("Dismiss", key="runs_dismiss", type="tertiary", on_click=actions.dismiss)
    for problem in last.problems:
        st.error(plain(problem), icon=":material/error:")


def nothing(rows: Sequence[RunRow], query: Query) -> None:
    """Say why the table is empty, and what to do."""
    with st.container(border=True, key="runs_nothing"):
        if query.archived and not any(row.labels.archived for row in rows):
            st.markdown("**Nothing is archived.** *Archive* keeps a run out of sight.")
        elif any(row.labels.archived == query.archived for row in rows):
            st.markdown("**No run fits.** Change the words or the filters.")
            st.button("Clear them", key="runs_clear", on_click=_clear)
        else:
            st.markdown(
                "**All runs are archived or deleted.** They are under *Archived* and *Trash*."
            )


def _clear() -> None:
    st.session_state["find"] = ""
    for name in ("state", "supernet", "tag"):
        st.session_state[name] = []
