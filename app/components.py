"""Parts of a page that draw themselves in the browser.

Streamlit sends a component's whole script again with every change of its data. What it sends here
is a few lines that import the component's module once from this server.
"""

import json
from collections.abc import Callable
from typing import Any

import streamlit as st

from app.browser_files import address

_ENTRY = """
const loaded = import(new URL(%s, document.baseURI).href)
export default function (component) {
  let ended = false
  let end
  loaded.then(
    ({ default: show }) => { if (!ended) end = show(component) },
    () => { component.parentElement.textContent = "This part did not load. Reload the page." },
  )
  return () => {
    ended = true
    end?.()
  }
}
"""


def component(name: str, *, html: str, module: str) -> Callable[..., Any]:
    """Declare a component; returns what mounts it.

    `module` is a file below `app`, such as `charts/chart.js`; its default export is called with
    what Streamlit gives a component, see `Component` in `browser/types.d.ts`. It adds the style
    sheets that it needs by itself.
    """
    entry = _ENTRY % json.dumps(address(module))
    mount: Callable[..., Any] = st.components.v2.component(
        name, html=html, js=entry, isolate_styles=False
    )
    return mount
