"""Names that somebody else gave, as Markdown, a chart and a list show them: data, nothing more.

The names of runs, tags, supernets and metrics come from visitors, files and packages. None of them
may become a picture, a link, a formula or a colour, or spread over a page.
"""

import re
from collections import Counter
from collections.abc import Mapping

from app.formatting import plain
from engine.analysis.name_text import JOINER, MAX_LENGTH, on_one_line

_MEANT_TOGETHER = re.compile(
    r"(?<=:)(?=//)"  # an address becomes a link
    r"|(?<=\bwww)(?=\.)"
    r"|(?<=@)(?=[\w-])"
    r"|(?<=<)(?=[-=])|(?<=-)(?=[->])|(?<=[>~])(?=\\?=)"  # an arrow or a comparison, one character
)

_NOT_IN_FILES = re.compile(r'[/\\:*?"<>|\u2066-\u2069]+')

_PICTURE = re.compile(r"!(?=\[)")
_FENCE = re.compile(r"^([ \t>*+\-\d.)]*(?:`{3,}|~{3,}))[^`\n]*$", re.MULTILINE)


def distinct(called: Mapping[str, str]) -> dict[str, str]:
    """The names by id on one line; those that would read the same have the id behind them.

    A list to choose from tells its entries apart by what they read alone.
    """
    lines = {one: on_one_line(name) for one, name in called.items()}
    count = Counter(lines.values())
    return {
        one: line if count[line] == 1 else f"{line} · {on_one_line(one)}"
        for one, line in lines.items()
    }


def named(name: str, longest: int = MAX_LENGTH) -> str:
    """A name as Markdown that shows it as it is, on one line."""
    return plain(_MEANT_TOGETHER.sub(JOINER, on_one_line(name, longest)))


def as_code(name: str) -> str:
    """A name as Markdown that shows it in a typewriter's letters, in which nothing is a mark."""
    inside = on_one_line(name).replace("`", "'")
    return f"`{inside}`"


def file_name(name: str, ending: str) -> str:
    """What a file that a name goes into is called; no part of a path, nothing hidden."""
    stem = _NOT_IN_FILES.sub("-", on_one_line(name)).strip(" .-")
    return f"{stem or 'run'}.{ending}"


def note(text: str) -> str:
    """A note in Markdown that loads nothing: a picture becomes a link, a diagram its text."""
    return _FENCE.sub(r"\1", _PICTURE.sub(f"!{JOINER}", text))
