"""Choosing the supernet: those that can be searched now, and what the others lack."""

from dataclasses import dataclass

import streamlit as st

from app import navigation
from app.formatting import plain
from app.forms import search_form as form
from app.forms.keys import key
from app.names import distinct
from app.supernets import checklist
from engine.errors import DynasError


@dataclass(frozen=True)
class Offer:
    """The names that are offered, the title of each, and what others lack by their title.

    `unusable` holds a sentence for each supernet that does not load.
    """

    names: list[str]
    titles: dict[str, str]
    lacking: dict[str, str]
    unusable: list[str]

    @property
    def sentences(self) -> list[str]:
        """What is missing, and which supernets wait for it."""
        groups: dict[str, list[str]] = {}
        for title, needs in self.lacking.items():
            groups.setdefault(needs, []).append(title)
        waiting = [f"Not ready, {needs}: {'; '.join(t)}." for needs, t in groups.items()]
        return [*waiting, *self.unusable]


def offer(names: list[str], chosen: str) -> Offer:
    """Those of `names` that can be searched now; the `chosen` one stays in any case."""
    offered, titles, lacking, unusable = [], {}, {}, []
    for name in dict.fromkeys([*names, chosen]):
        try:
            supernet = form.supernet_of(name)
            rows = checklist.rows(supernet, 0.0)
        except DynasError as error:
            titles[name] = name
            unusable.append(str(error))
            if name == chosen:
                offered.append(name)
            continue
        titles[name] = supernet.title
        if name == chosen or checklist.ready_sources(rows):
            offered.append(name)
        else:
            lacking[supernet.title] = checklist.needs(rows)
    return Offer(offered, titles, lacking, unusable)


def supernet_picker() -> Offer:
    """The list of supernets that can be searched; returns what it offers."""
    known = offer(form.supernet_names(), st.session_state[key("supernet")])
    st.selectbox(
        "Supernet",
        known.names,
        format_func=distinct(known.titles).__getitem__,
        key=key("supernet"),
        persist_state="session",
        help="The super-network whose sub-networks are searched.",
    )
    return known


def not_ready(known: Offer) -> None:
    """What the supernets that are not offered need, and where to supply it."""
    if known.lacking or known.unusable:
        with st.container(key="new_not_ready", gap="xsmall"):
            st.caption("  \n".join(map(plain, known.sentences)))
            st.page_link(
                navigation.page("supernets"),
                label="Supply it on the page Supernets & data",
                icon=":material/database:",
            )
