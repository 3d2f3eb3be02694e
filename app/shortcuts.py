"""Keyboard shortcuts: which keys do what, told to the browser, where `shortcuts.js` listens."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from app import navigation
from app.components import component

_HTML = '<span class="dynas-shortcuts"></span>'

_mount = component("dynas_shortcuts", html=_HTML, module="browser/shortcuts.js")


@dataclass(frozen=True)
class Shortcut:
    """Keys pressed one after another, and what they do: one of the other fields.

    `address` is that of a page; of `click` and `focus`, classes of this page's elements, the first
    that is there and enabled is clicked or focused.
    """

    keys: str
    text: str
    address: str = ""
    click: tuple[str, ...] = ()
    focus: tuple[str, ...] = ()


_PAGES = {
    "l": "live", "e": "explore", "d": "decide", "s": "subnetwork", "c": "compare", "r": "runs",
    "u": "supernets",
}  # fmt: skip

SHORTCUTS = (
    Shortcut("n", "New search", address=navigation.relative_address("new")),
    *(
        Shortcut(f"g {key}", navigation.title(name), address=navigation.relative_address(name))
        for key, name in _PAGES.items()
    ),
    Shortcut("p", "Pause or resume the run", click=("live_pause", "live_resume")),
    Shortcut("/", "Filter or search", focus=("filter", "find")),
    Shortcut("?", "Show these shortcuts"),
)


def listen(shortcuts: Sequence[Shortcut] = SHORTCUTS) -> None:
    """Have the browser listen to the shortcuts; draws nothing until `?` is pressed."""
    _mount(key="shortcuts", data={"shortcuts": [asdict(shortcut) for shortcut in shortcuts]})
