"""Names from visitors, files and packages as safe text for Markdown, lists and file names.

No name of a run, tag, supernet or metric may become a picture, a link, a formula or a colour, or
fill a page.
"""

import re
from collections.abc import Mapping

from app.formatting import escape_markdown
from engine.analysis.name_text import JOINER, MAX_LENGTH, distinct_names, on_one_line

_LINK_OR_ARROW = re.compile(
    r"(?<=:)(?=//)"  # an address becomes a link
    r"|(?<=\bwww)(?=\.)"
    r"|(?<=@)(?=[\w-])"
    r"|(?<=<)(?=[-=])|(?<=-)(?=[->])|(?<=[>~])(?=\\?=)"  # replaced by one character
)

_FILE_NAME_UNSAFE = re.compile(r'[/\\:*?"<>|\u2066-\u2069]+')

_PICTURE = re.compile(r"!(?=\[)")
_FENCE = re.compile(r"^([ \t>*+\-\d.)]*(?:`{3,}|~{3,}))[^`\n]*$", re.MULTILINE)


def distinct_labels(names_by_id: Mapping[str, str]) -> dict[str, str]:
    """The names by id, each on one line; equal ones are made distinct by the id behind them."""
    labels = distinct_names(list(names_by_id.values()), list(names_by_id))
    return dict(zip(names_by_id, labels, strict=True))


def name_markdown(name: str, max_length: int = MAX_LENGTH) -> str:
    """A name as escaped Markdown on one line."""
    return escape_markdown(_LINK_OR_ARROW.sub(JOINER, on_one_line(name, max_length)))


def name_code(name: str) -> str:
    """A name as inline code of Markdown."""
    line = on_one_line(name).replace("`", "'")
    return f"`{line}`"


def file_name(name: str, suffix: str) -> str:
    """A file name made from `name`; it has no folder and is not hidden."""
    stem = _FILE_NAME_UNSAFE.sub("-", on_one_line(name)).strip(" .-")
    return f"{stem or 'run'}.{suffix}"


def note_markdown(text: str) -> str:
    """A note as Markdown that loads nothing: pictures become links, diagrams their text."""
    return _FENCE.sub(r"\1", _PICTURE.sub(f"!{JOINER}", text))
