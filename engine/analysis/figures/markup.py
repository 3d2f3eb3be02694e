"""Keeps what a figure shows from becoming markup: Plotly reads a part of HTML in every text.

Names are made harmless where they enter a figure (`engine.analysis.name_text.in_chart`). This is
the door behind it, for every text of every figure: only line breaks and the end of a hover text
stay marks.
"""

import re
from typing import Any

from engine.analysis.name_text import JOINER

_MARK = re.compile(
    r"<(?=/?(?:a|b|em|i|s|span|strong|sub|sup|u)\b)|&(?=[A-Za-z][A-Za-z0-9]*;|#)", re.IGNORECASE
)


def without_marks(part: Any) -> Any:
    """A figure, or a part of one, in which texts are texts; plain data in, plain data out."""
    if isinstance(part, str):
        return _MARK.sub(rf"\g<0>{JOINER}", part) if "<" in part or "&" in part else part
    if isinstance(part, dict):
        return {name: without_marks(inner) for name, inner in part.items()}
    if isinstance(part, list | tuple):
        return [without_marks(inner) for inner in part]
    return part
