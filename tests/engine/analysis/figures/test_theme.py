import tomllib
from pathlib import Path

import pytest

from engine.analysis.figures.published import published_style
from engine.analysis.figures.theme import apply_theme, page_theme

CONFIG = tomllib.loads((Path(__file__).parents[4] / ".streamlit" / "config.toml").read_text())
TOKENS = {
    "background": "backgroundColor",
    "text": "textColor",
    "panel": "secondaryBackgroundColor",
    "border": "borderColor",
    "muted": "grayTextColor",
}


@pytest.mark.parametrize("style", ["light", "dark"])
def test_colours_are_those_of_the_pages(style):
    theme, of_pages = page_theme(style), CONFIG["theme"][style]
    assert {name: theme[name] for name in TOKENS} == {
        name: of_pages[token] for name, token in TOKENS.items()
    }
    assert theme["font"] == CONFIG["theme"]["font"]


def test_a_colour_stands_where_its_name_was():
    figure = {"data": [{"line": {"color": "@front"}, "name": "a@front", "x": [1]}], "at": ("@x",)}
    assert apply_theme(figure, {"front": "red"}) == {
        "data": [{"line": {"color": "red"}, "name": "a@front", "x": [1]}],
        "at": ["@x"],
    }


def test_the_published_style_has_every_colour_of_the_pages():
    assert published_style()["theme"].keys() == page_theme("light").keys()
