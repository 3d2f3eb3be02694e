"""Choosing the supernet: those that can be searched now, and what the others lack."""

from dataclasses import dataclass

import streamlit as st

from app import navigation
from app.forms import search_form as form
from app.forms.search_form import key
from app.supernets import checklist
from engine.errors import DynasError


@dataclass(frozen=True)
class Offer:
    """The names that are offered, the title of each, and what the others lack, by title."""

    names: list[str]
    titles: dict[str, str]
    lacking: dict[str, str]


def offer(names: list[str], chosen: str) -> Offer:
    """Those of `names` that can be searched now; the `chosen` one stays in any case."""
    offered, titles, lacking = [], {}, {}
    for name in dict.fromkeys([*names, chosen]):
        try:
            supernet = form.supernet_of(name)
            rows = checklist.rows(supernet, 0.0)
        except DynasError as error:
            titles[name], needs = name, str(error)
        else:
            titles[name] = supernet.title
            ready = checklist.ready_sources(rows)
            needs = "" if ready else f"needs {checklist.lacking(rows)}"
        if name == chosen or not needs:
            offered.append(name)
        else:
            lacking[titles[name]] = needs
    return Offer(offered, titles, lacking)


def supernet_picker() -> None:
    """The list of supernets that can be searched, and below it what the rest needs."""
    known = offer(form.supernet_names(), st.session_state[key("supernet")])
    st.selectbox(
        "Supernet",
        known.names,
        format_func=known.titles.__getitem__,
        key=key("supernet"),
        persist_state="session",
        help="The super-network whose sub-networks are searched.",
    )
    if known.lacking:
        with st.container(horizontal=True, vertical_alignment="center", key="new_not_ready"):
            st.caption(
                f"{len(known.lacking)} more need something first.",
                help="  \n".join(f"{title}: {needs}" for title, needs in known.lacking.items()),
                width="content",
            )
            st.page_link(
                navigation.page("supernets"),
                label="Supernets & data",
                icon=":material/database:",
                width="content",
            )
