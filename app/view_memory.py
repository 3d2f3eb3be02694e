"""The view of each page as the visitor left it: axes, filter, order and tab survive other pages.

A page keeps its view in the query parameters of its address, which a click in the sidebar leaves
out. They are put back when the visitor returns to the page with the same run. An address that
names more than the run stands for itself. The zoom and the camera of charts are remembered by the
browser, see `charts/view_url.js`; the selection of a run is the same on all pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st

from app.charts.view_address import CAMERA, ZOOM
from app.selection import SELECTED

_STORE = "view_memory"
_RUN, _SUBNETWORK = "run", "n"
_NOT_KEPT = frozenset({_RUN, _SUBNETWORK, SELECTED, ZOOM, CAMERA})
_MOST_VIEWS = 200

Parameters = Mapping[str, list[str]]


@dataclass
class ViewMemory:
    """The parameters of pages, each by its address and the run that it showed.

    >>> memory = ViewMemory()
    >>> memory.remember("run", {"run": ["a"], "live_x": ["Parameters"], "zoom": ["macs:1~2"]})
    >>> memory.remember("explore", {"run": ["a"]})
    >>> memory.parameters("run", {"run": ["b"]})
    {}
    >>> memory.parameters("run", {"run": ["a"]})
    {'live_x': ['Parameters']}
    """

    page: str = ""
    run: str = ""
    views: dict[tuple[str, str], Parameters] = field(default_factory=dict)

    def remember(self, page: str, parameters: Parameters) -> None:
        """Keep the view of the page that is shown, as its address has it."""
        self.page, self.run = page, next(iter(parameters.get(_RUN, [])), self.run)
        kept = {name: values for name, values in parameters.items() if name not in _NOT_KEPT}
        self.views.pop((page, self.run), None)
        self.views[page, self.run] = kept
        while len(self.views) > _MOST_VIEWS:
            self.views.pop(next(iter(self.views)))

    def parameters(self, page: str, address: Parameters) -> Parameters:
        """The parameters to be put back into `address` where the visitor comes to `page`."""
        if page == self.page or address.keys() - {_RUN, SELECTED}:
            return {}
        run = next(iter(address.get(_RUN, [])), self.run)
        return self.views.get((page, run), {})


def _memory() -> ViewMemory:
    memory: ViewMemory = st.session_state.setdefault(_STORE, ViewMemory())
    return memory


def _address() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in st.query_params}


def restored(page: str) -> Parameters:
    """The whole address of `page` with the view that the visitor left; empty without one."""
    memory, address = _memory(), _address()
    found = memory.parameters(page, address)
    memory.page = page
    return {**found, **address} if found else {}


def remember(page: str | None = None) -> None:
    """Remember the view of the page that is shown; `page` may be left out below it."""
    memory = _memory()
    memory.remember(memory.page if page is None else page, _address())
