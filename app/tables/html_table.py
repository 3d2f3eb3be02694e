"""A static table as HTML."""

import re
from collections.abc import Sequence
from html import escape

_WORD_OF_NAME = re.compile(r"(?<=[_.])(?=[a-zA-Z])")


def table_html(
    titles: Sequence[str], rows: Sequence[Sequence[str]], caption: str, hook: str
) -> str:
    """A table whose first column has the row titles; long cells are cut and have a tooltip."""
    head = "".join(f'<th scope="col">{_cell_html(title)}</th>' for title in titles)
    body = "".join(
        f'<tr><th scope="row">{_cell_html(first)}</th>'
        + "".join(f"<td>{_cell_html(value)}</td>" for value in values)
        + "</tr>"
        for first, *values in rows
    )
    return (
        f'<div class="dynas-sheet" data-testid="{hook}" tabindex="0"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell_html(text: str) -> str:
    """The text in full as a tooltip; the name of a setting may be broken between its words."""
    shown = _WORD_OF_NAME.sub("<wbr>", escape(text))
    return f'<span class="dynas-cut" title="{escape(text, quote=True)}">{shown}</span>'
