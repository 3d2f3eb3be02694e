"""Inline SVG on a page, in the theme's colours and with its text alternative."""

from app.components import component

_mount = component(
    "dynas_drawing", html='<div class="dynas-drawing"></div>\n', module="diagrams/drawing.js"
)


def drawing(svg: str, key: str) -> None:
    """Show `svg`, which this package made: it is put into the page as it is."""
    _mount(key=key, data={"svg": svg})
