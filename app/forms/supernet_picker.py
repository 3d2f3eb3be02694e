"""The choice of the supernet: those that are ready, and the requirements of the others."""

from dataclasses import dataclass

import streamlit as st

from app import navigation
from app.display_names import distinct_labels
from app.formatting import escape_markdown
from app.forms import search_form as form
from app.forms.keys import key
from app.supernets import checklist
from engine.errors import DynasError


@dataclass(frozen=True)
class SupernetChoices:
    """Names of the offered supernets, titles by name, and missing requirements by title.

    `load_errors` holds a sentence for each supernet that does not load.
    """

    names: list[str]
    titles: dict[str, str]
    missing_by_title: dict[str, str]
    load_errors: list[str]

    @property
    def sentences(self) -> list[str]:
        """A sentence for each missing requirement, with the supernets that need it."""
        groups: dict[str, list[str]] = {}
        for title, missing in self.missing_by_title.items():
            groups.setdefault(missing, []).append(title)
        unready = [f"Not ready, {missing}: {'; '.join(t)}." for missing, t in groups.items()]
        return [*unready, *self.load_errors]


def supernet_choices(names: list[str], selected: str) -> SupernetChoices:
    """Those of `names` that can be searched now; the `selected` one stays in any case."""
    names_offered, titles, missing_by_title, load_errors = [], {}, {}, []
    for name in dict.fromkeys([*names, selected]):
        try:
            supernet = form.load_supernet(name)
            rows = checklist.rows(supernet, 0.0)
        except DynasError as error:
            titles[name] = name
            load_errors.append(str(error))
            if name == selected:
                names_offered.append(name)
            continue
        titles[name] = supernet.title
        if name == selected or checklist.ready_sources(rows):
            names_offered.append(name)
        else:
            missing_by_title[supernet.title] = checklist.needs_text(rows)
    return SupernetChoices(names_offered, titles, missing_by_title, load_errors)


def supernet_picker() -> SupernetChoices:
    """Draw the select box of supernets; returns its choices."""
    choices = supernet_choices(form.supernet_names(), st.session_state[key("supernet")])
    st.selectbox(
        "Supernet",
        choices.names,
        format_func=distinct_labels(choices.titles).__getitem__,
        key=key("supernet"),
        persist_state="session",
        help="The super-network whose sub-networks are searched.",
    )
    return choices


def unready_supernets(choices: SupernetChoices) -> None:
    """Draw what the supernets that are not offered need, with a link to supply it."""
    if choices.missing_by_title or choices.load_errors:
        with st.container(key="new_not_ready", gap="xsmall"):
            st.caption("  \n".join(map(escape_markdown, choices.sentences)))
            st.page_link(
                navigation.page("supernets"),
                label="Supply it on the page Supernets & data",
                icon=":material/database:",
            )
