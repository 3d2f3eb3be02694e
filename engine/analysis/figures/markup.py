"""Escapes markup in figures: Plotly interprets a subset of HTML in every text.

Names are escaped where they enter a figure (`engine.analysis.name_text.in_chart`). This is a second
barrier, for every text of every figure: only line breaks and the end of a hover text remain markup.
"""

import re
from typing import Any

from engine.analysis.name_text import JOINER

_MARK = re.compile(
    r"<(?=/?(?:a|b|em|i|s|span|strong|sub|sup|u)\b)|&(?=[A-Za-z][A-Za-z0-9]*;|#)", re.IGNORECASE
)


def escape_markup(part: Any) -> Any:
    """A figure, or a part of one, without markup in its texts; plain data in, plain data out."""
    if isinstance(part, str):
        return _MARK.sub(rf"\g<0>{JOINER}", part) if "<" in part or "&" in part else part
    if isinstance(part, dict):
        return {name: escape_markup(inner) for name, inner in part.items()}
    if isinstance(part, list | tuple):
        return [escape_markup(inner) for inner in part]
    return part
