"""Streamlit components whose scripts the browser loads once.

Streamlit sends a component's script again with every change of its data. Here that script is a
few lines that import the component's module once from this server.
"""

import json
from collections.abc import Callable
from typing import Any

import streamlit as st

from app.browser_files import file_url

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
    """Declare a component; returns its mount function.

    `module` is a file below `app`, such as `charts/chart.js`; its default export is called with
    the argument that Streamlit gives a component, see `Component` in `browser/types.d.ts`. The
    module adds the style sheets that it needs.
    """
    entry = _ENTRY % json.dumps(file_url(module))
    mount: Callable[..., Any] = st.components.v2.component(
        name, html=html, js=entry, isolate_styles=False
    )
    return mount
