"""The component that shows inline SVG, in the theme's colours and with its text alternative."""

from app.components import component

_mount = component(
    "dynas_drawing", html='<div class="dynas-drawing"></div>\n', module="diagrams/drawing.js"
)


def drawing(svg: str, key: str) -> None:
    """Show `svg`, which is inserted unchanged: it must come from this package."""
    _mount(key=key, data={"svg": svg})
