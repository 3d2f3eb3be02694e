"""Parts of a page that draw themselves in the browser.

Streamlit sends a component's whole script again with every change of its data. What it sends here
is a few lines that load the script once from this server.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

_FOLDER = "/components"
_LOADER = """
const loaded = import(new URL(%s, document.baseURI).href)
export default function (component) {
  let ended = false
  let end
  loaded.then(
    ({ default: draw }) => { if (!ended) end = draw(component) },
    () => { component.parentElement.textContent = "This part did not load. Reload the page." },
  )
  return () => {
    ended = true
    end?.()
  }
}
"""
_STYLED = """
const dynasStyle = document.createElement("style")
dynasStyle.textContent = %s
document.head.append(dynasStyle)
"""
_scripts: dict[str, str] = {}


def component(name: str, *, html: str, js: str, css: str = "") -> Callable[..., Any]:
    """Declare a component of a module script and a style sheet; returns what mounts it."""
    script = js + (_STYLED % json.dumps(css) if css else "")
    version = hashlib.sha256(script.encode()).hexdigest()[:12]
    _scripts[f"{name}-{version}.js"] = script
    address = f"{_FOLDER.lstrip('/')}/{name}-{version}.js"
    loader = _LOADER % json.dumps(address)
    mount: Callable[..., Any] = st.components.v2.component(
        name, html=html, js=loader, isolate_styles=False
    )
    return mount


def route() -> Route:
    """A route that answers with the script of each component."""

    async def answer(request: Request) -> Response:
        script = _scripts.get(request.path_params["file"])
        if script is None:
            return PlainTextResponse("There is no such script.", status_code=404)
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(script, media_type="text/javascript", headers=headers)

    return Route(f"{_FOLDER}/{{file}}", answer)
