"""Names that somebody else gave, on one line and as a chart shows them: data, nothing more."""

import re
import unicodedata

JOINER = "\N{WORD JOINER}"
"""Nothing to see: it separates two characters that would mean something together."""


def cut(text: str, longest: int) -> str:
    """At most `longest` characters of it, with a mark where more would follow."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


LONGEST = 80
"""Characters of a name that are shown where there is no narrower limit."""


_TURNING = re.compile("[\N{ARABIC LETTER MARK}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}"
                      "\u202a-\u202e\u2066-\u2069]")  # fmt: skip
"""Characters without a look of their own that turn the direction of what follows."""


_IN_CHARTS = re.compile(r"(?<=<)(?=[/A-Za-z])|(?<=&)(?=[A-Za-z#])|(?<=%)(?=\{)|^(?=@)")
"""Where Plotly would find a tag, an entity or a variable, and our figures a colour."""


def on_one_line(name: str, longest: int = LONGEST) -> str:
    """A name where plain text is shown: at most `longest` characters, no breaks, no controls."""
    visible = "".join(c if unicodedata.category(c) not in ("Cc", "Cs") else " " for c in name)
    short = cut(" ".join(_TURNING.sub("", visible[: 4 * longest]).split()), longest)
    turned = any(unicodedata.bidirectional(c) in ("R", "AL") for c in short)
    return f"\N{FIRST STRONG ISOLATE}{short}\N{POP DIRECTIONAL ISOLATE}" if turned else short


def in_chart(name: str, longest: int = LONGEST) -> str:
    """A name in the title, the legend or the hover text of a chart."""
    return _IN_CHARTS.sub(JOINER, on_one_line(name, longest))
