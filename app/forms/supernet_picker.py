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
    """The names that are offered, the title of each, and what others lack by their title."""

    names: list[str]
    titles: dict[str, str]
    lacking: dict[str, str]

    @property
    def sentences(self) -> list[str]:
        """What is missing, and which supernets wait for it."""
        groups: dict[str, list[str]] = {}
        for title, needs in self.lacking.items():
            groups.setdefault(needs, []).append(title)
        return [f"Not ready, {needs}: {'; '.join(titles)}." for needs, titles in groups.items()]


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
            needs = "" if ready else checklist.needs(rows)
        if name == chosen or not needs:
            offered.append(name)
        else:
            lacking[titles[name]] = needs
    return Offer(offered, titles, lacking)


def supernet_picker() -> Offer:
    """The list of supernets that can be searched; returns what it offers."""
    known = offer(form.supernet_names(), st.session_state[key("supernet")])
    st.selectbox(
        "Supernet",
        known.names,
        format_func=known.titles.__getitem__,
        key=key("supernet"),
        persist_state="session",
        help="The super-network whose sub-networks are searched.",
    )
    return known


def not_ready(known: Offer) -> None:
    """What the supernets that are not offered need, and where to supply it."""
    if known.lacking:
        with st.container(key="new_not_ready", gap="xsmall"):
            st.caption("  \n".join(known.sentences))
            st.page_link(
                navigation.page("supernets"),
                label="Supply it on the page Supernets & data",
                icon=":material/database:",
            )
