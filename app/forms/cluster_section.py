"""The part of the New search form for a cluster: its address, its options, and its workers."""

from html import escape

import streamlit as st

from app.access import policy as access
from app.formatting import escape_markdown
from app.forms import option_state
from app.forms.cells import Cell, draw_cells
from app.forms.cluster_look import Look, forget, look
from app.forms.cluster_workers import notes, summary, workers_html
from app.forms.keys import CLUSTER, HERE, key
from app.forms.number_field import number_field
from app.forms.option_fields import option_cells
from app.forms.option_owners import cluster_address, cluster_owner
from app.progress import POLL_SECONDS
from app.session import service
from engine import cluster_kinds

_PLACES = {HERE: "This machine", CLUSTER: "A cluster"}
_ADDRESS_WIDTH, _LIMIT_WIDTH = 2.6, 1.2
_MAX_FORMER = 10  # addresses of earlier runs that are offered


def place_field() -> None:
    """The choice between this machine and a cluster."""
    st.radio(
        "Where to run",
        list(_PLACES),
        format_func=_PLACES.__getitem__,
        horizontal=True,
        key=key("place"),
        persist_state="session",
        label_visibility="collapsed",
    )


def cluster_cells() -> list[Cell]:
    """The fields of address and limit."""
    return [Cell(_ADDRESS_WIDTH, _address), Cell(_LIMIT_WIDTH, _limit)]


def cluster_panel() -> None:
    """What the cluster answers, and its options."""
    rules, address = access.current().clusters, cluster_address()
    if not rules.any_address and not rules.addresses:
        st.caption(
            ":material/lock: This server connects to no cluster. Its operator names those that it "
            "may use when it is started: `--cluster ADDRESS`."
        )
    if not address:
        return
    if problem := cluster_kinds.address_problem(address):
        st.warning(escape_markdown(f"{problem}."), icon=":material/warning:")
        return
    current = look(address, option_state.cluster_options())
    is_awaited = not current.job.done()
    with st.container(key="new_cluster_answer", gap="small"):
        st.fragment(_answer, run_every=POLL_SECONDS if is_awaited else None)(current, is_awaited)
    owner = cluster_owner()
    if owner is not None and owner.drawn:
        is_changed = option_state.has_changes([owner])
        with st.expander(f"Options of {escape_markdown(owner.label)}", expanded=is_changed):
            draw_cells(option_cells(owner))


def _address() -> None:
    rules, current = access.current().clusters, st.session_state[key("cluster")]
    addresses = dict.fromkeys([*rules.addresses, *_former_addresses(), *filter(None, [current])])
    st.selectbox(
        "Address",
        list(addresses),
        index=None,
        key=key("cluster"),
        persist_state="session",
        accept_new_options=rules.any_address,
        placeholder="Such as tcp://scheduler:8786" if rules.any_address else "Choose a cluster",
        help="The address of the cluster: for Dask, that of its scheduler, which `dask scheduler` "
        "prints. Its workers measure; the search itself and its log stay here. A cluster can run "
        "code on this machine: name only one that you trust.",
    )


def _former_addresses() -> list[str]:
    """The clusters of earlier runs that this server may connect to, the newest first."""
    rules = access.current().clusters
    former = dict.fromkeys(summary.config.dynas.cluster or "" for summary in service().list())
    return [address for address in former if address and rules.allows(address)][:_MAX_FORMER]


def _limit() -> None:
    number_field(
        "Workers",
        "worker_limit",
        minimum=1,
        maximum=100_000,
        step=1,
        empty_text="all",
        help="The most measurements at a time. Left empty, the search takes all that the cluster "
        "has, also workers that come later.",
    )


def _answer(current: Look, was_awaited: bool) -> None:
    """What the cluster answered, or that it is awaited."""
    address = current.subject[0]
    if not current.job.done():
        text = f"Connecting to {address}"
        st.html(
            f'<div class="dynas-small">{escape(text)}</div>'
            '<div class="dynas-bar dynas-bar-moving" role="progressbar" '
            f'aria-label="{escape(text, quote=True)}"><div></div></div>'
        )
        return
    if was_awaited:
        st.rerun()
    state = current.state
    if state is None:
        st.warning(escape_markdown(current.problem), icon=":material/warning:")
        _again_button("Try again")
        return
    owner = cluster_owner()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(summary(state))
        if state.dashboard.startswith(("http://", "https://")):
            title = f"{owner.label} dashboard" if owner else "Dashboard"
            st.link_button(title, state.dashboard, icon=":material/open_in_new:", type="tertiary")
        _again_button("Refresh")
    if state.workers:
        st.html(workers_html(state))
    for note in notes(state):
        st.caption(note)


def _again_button(label: str) -> None:
    st.button(
        label, key="new_cluster_again", icon=":material/refresh:", type="tertiary", on_click=forget
    )
