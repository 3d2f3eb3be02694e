"""A table in HTML."""

from collections.abc import Sequence
from html import escape


def table_html(
    titles: Sequence[str], rows: Sequence[Sequence[str]], caption: str, hook: str
) -> str:
    """A table whose first column names the rows; long cells are cut, with the whole as title."""
    head = "".join(f'<th scope="col">{_cut(title)}</th>' for title in titles)
    body = "".join(
        f'<tr><th scope="row">{_cut(first)}</th>'
        + "".join(f"<td>{_cut(value)}</td>" for value in rest)
        + "</tr>"
        for first, *rest in rows
    )
    return (
        f'<div class="dynas-sheet" data-testid="{hook}" tabindex="0"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _cut(text: str) -> str:
    return f'<span class="dynas-cut" title="{escape(text, quote=True)}">{escape(text)}</span>'
