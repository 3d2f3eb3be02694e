"""The list of pages, and functions that open one from another."""

from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import streamlit as st

_FOLDER = Path(__file__).resolve().parent.parent / "pages"

_PAGES = {
    "new": ("new_search.py", "New search", ":material/add_circle:", "Set up a search and start it"),
    "live": (
        "live.py",
        "Run",
        ":material/show_chart:",
        "One run: watch its front grow, steer it, see what it found",
    ),
    "explore": (
        "explore.py",
        "Explore",
        ":material/query_stats:",
        "Look into a run: fronts, replay, filters, what matters",
    ),
    "decide": (
        "decide.py",
        "Decide",
        ":material/checklist:",
        "Choose from a run's front: limits, weights, shortlist, comparison",
    ),
    "subnetwork": (
        "subnetwork.py",
        "Sub-network",
        ":material/account_tree:",
        "One sub-network: metrics, architecture, export",
    ),
    "compare": (
        "compare.py",
        "Compare",
        ":material/stacked_line_chart:",
        "Runs side by side: fronts, hypervolume, evaluations needed",
    ),
    "runs": ("runs.py", "Runs", ":material/list_alt:", "Every run: open, rename, delete, reuse"),
    "supernets": (
        "supernets.py",
        "Supernets & data",
        ":material/database:",
        "What can be searched, what it needs and what is there",
    ),
    "elastic": (
        "elastic.py",
        "Make a network elastic",
        ":material/expand:",
        "From a network of your own to one that can be searched",
    ),
}
_HIDDEN = frozenset({"elastic"})
"""Pages that others lead to, without an entry of their own in the navigation."""
_ADDRESSES = {
    "new": "start",
    "live": "run",
    "explore": "explore",
    "decide": "decide",
    "subnetwork": "sub-network",
    "compare": "compare",
    "runs": "runs",
    "supernets": "supernets",
    "elastic": "elastic",
}
_FURTHER_ADDRESSES = {"new-search": "new", "live": "live"}
"""New search is also at `/`, as the default page; the page of a run was once called Live."""


def page(name: str) -> st.Page:
    """The page called `name`, a key of `_PAGES`."""
    file, title, icon, text = _PAGES[name]
    return st.Page(
        _FOLDER / file,
        title=title,
        icon=icon,
        url_path=_ADDRESSES[name],
        help=text,
        default=name == "new",
        visibility="hidden" if name in _HIDDEN else "visible",
    )


def title(name: str) -> str:
    """The title of a page."""
    return _PAGES[name][1]


def relative_address(name: str) -> str:
    """The address of a page as seen from any other."""
    return "." if name == "new" else _ADDRESSES[name]


def page_name(address: str) -> str:
    """The key of `_PAGES` of the page at an address; an unknown address is that of New search."""
    names = {known: name for name, known in _ADDRESSES.items()} | _FURTHER_ADDRESSES
    return names.get(address, "new")


def pages() -> list[st.Page]:
    """All pages in the order of the navigation, and further addresses of some."""
    return [
        *(page(name) for name in _PAGES),
        *(_further_address(address, name) for address, name in _FURTHER_ADDRESSES.items()),
    ]


def _further_address(address: str, name: str) -> st.Page:
    """A page at `address` that redirects to the page called `name`, with the query parameters."""

    def lead() -> NoReturn:
        st.switch_page(page(name), query_params=st.query_params.to_dict())

    return st.Page(lead, title=_PAGES[name][1], url_path=address, visibility="hidden")


def open_live(run: str) -> NoReturn:
    """Go to the Run page of a run."""
    st.session_state["current_run"] = run
    st.switch_page(page("live"), query_params={"run": run})


def open_explore(run: str) -> NoReturn:
    """Go to the Explore page of a run."""
    st.session_state["current_run"] = run
    st.switch_page(page("explore"), query_params={"run": run})


def open_subnetwork(run: str, number: int) -> NoReturn:
    """Go to the page of one sub-network of a run."""
    st.session_state["current_run"] = run
    st.switch_page(page("subnetwork"), query_params={"run": run, "n": str(number)})


def open_decide(run: str) -> NoReturn:
    """Go to the Decide page of a run."""
    st.session_state["current_run"] = run
    st.switch_page(page("decide"), query_params={"run": run})


def open_compare(runs: Sequence[str]) -> NoReturn:
    """Go to the Compare page with these runs."""
    st.switch_page(page("compare"), query_params={"runs": ",".join(runs)})


def open_runs() -> NoReturn:
    """Go to the Runs page."""
    st.switch_page(page("runs"))


def open_new_search() -> NoReturn:
    """Go to the New search page."""
    st.switch_page(page("new"))


def open_supernets() -> NoReturn:
    """Go to the page Supernets & data."""
    st.switch_page(page("supernets"))


def open_elastic(training: str = "") -> NoReturn:
    """Go to the page Make a network elastic, or there to the training of a supernet."""
    st.switch_page(page("elastic"), query_params={"training": training} if training else {})
