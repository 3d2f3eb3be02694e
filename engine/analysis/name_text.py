"""Names from users or files, made safe for plain text and for charts."""

import re
import unicodedata

JOINER = "\N{WORD JOINER}"
"""An invisible character that separates two characters of markup."""


def truncate(text: str, longest: int) -> str:
    """At most `longest` characters of a text, with an ellipsis where more would follow."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


MAX_LENGTH = 80
"""Default limit of a name, in characters."""


_DIRECTION_MARKS = re.compile("[\N{ARABIC LETTER MARK}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}"
                      "\u202a-\u202e\u2066-\u2069]")  # fmt: skip
"""Invisible characters that change the direction of the following text."""


_PLOTLY_MARKUP = re.compile(r"(?<=<)(?=[/A-Za-z])|(?<=&)(?=[A-Za-z#])|(?<=%)(?=\{)|^(?=@)")
"""Positions where Plotly would find a tag, an entity or a variable, and a theme a colour."""


def on_one_line(name: str, longest: int = MAX_LENGTH) -> str:
    """A name for plain text: at most `longest` characters, no line breaks or control characters."""
    visible = "".join(c if unicodedata.category(c) not in ("Cc", "Cs") else " " for c in name)
    short = truncate(" ".join(_DIRECTION_MARKS.sub("", visible[: 4 * longest]).split()), longest)
    turned = any(unicodedata.bidirectional(c) in ("R", "AL") for c in short)
    return f"\N{FIRST STRONG ISOLATE}{short}\N{POP DIRECTIONAL ISOLATE}" if turned else short


def in_chart(name: str, longest: int = MAX_LENGTH) -> str:
    """A name for the title, the legend or the hover text of a chart."""
    return _PLOTLY_MARKUP.sub(JOINER, on_one_line(name, longest))
