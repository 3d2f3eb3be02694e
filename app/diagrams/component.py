"""Inline SVG on a page, in the theme's colours and with its text alternative."""

from app.components import component

_JS = """
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".dynas-drawing")
  if (root && data && root.drawn !== data.svg) {
    root.drawn = data.svg
    root.innerHTML = data.svg
  }
}
"""

_mount = component(
    "dynas_drawing",
    html='<div class="dynas-drawing"></div>\n',
    js=_JS,
)


def drawing(svg: str, key: str) -> None:
    """Show `svg`, which this package made: it is put into the page as it is."""
    _mount(key=key, data={"svg": svg})
