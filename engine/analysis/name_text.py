"""Names from users or files, made safe for plain text and for charts."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

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


_PART_START = re.compile(r"(?:^|[,·(\[]\s*|\s)(?=[^\s,·(\[])")
"""Where a part of a name begins, such as `seed 4` or a single word."""

_MIN_START = 8  # characters of the beginning of a name that say something

_SEED_BEFORE = re.compile(r"\bseed\s*$", re.IGNORECASE)


def distinct_names(names: Sequence[str], ids: Sequence[str]) -> list[str]:
    """The names, each on one line; equal ones are made distinct by the ids behind them.

    The same name of the same id again has a number behind it.
    """
    lines = [on_one_line(name) for name in names]
    count = Counter(line for line, _ in set(zip(lines, ids, strict=True)))
    labels: Counter[str] = Counter()
    distinct = []
    for line, id_ in zip(lines, ids, strict=True):
        label = line if count[line] == 1 else f"{line} · {on_one_line(id_)}"
        labels[label] += 1
        distinct.append(label if labels[label] == 1 else f"{label} [{labels[label]}]")
    return distinct


def distinct_short_names(names: Sequence[str], longest: int = MAX_LENGTH) -> list[str]:
    """Names of at most `longest` characters that stay as distinct as they are.

    Names that would be equal if they were cut at their end lose what they have in common at their
    start instead: of `search, seed 1` and `search, seed 2` the seeds are left. A number or an id
    says nothing by itself: the beginning of the name stays before it where there is room.
    """
    cut = [on_one_line(name, longest) for name in names]
    members: dict[str, list[str]] = {}
    for name, short in zip(names, cut, strict=True):
        members.setdefault(short, []).append(name)
    short_names = [
        _without_start(name, _different_from(members[short]), longest)
        for name, short in zip(names, cut, strict=True)
    ]
    count = Counter(short_names)
    return [
        short if count[short] == 1 else _cut_in_the_middle(name, longest)
        for name, short in zip(names, short_names, strict=True)
    ]


def _without_start(name: str, start: int, longest: int) -> str:
    """A name from `start` on, at most `longest` characters."""
    end = name[start:]
    room = longest - len(end) - 2
    if start and end[:1].isdigit() and room >= _MIN_START:
        beginning = on_one_line(name[:start], room).rstrip(" ,·:…")
        return f"{beginning}… {end}"
    return on_one_line(end, longest)


def _different_from(names: Sequence[str]) -> int:
    """Where the part begins that differs between names; 0 if they are equal."""
    smallest, largest = min(names), max(names)
    if smallest == largest:
        return 0
    pairs = enumerate(zip(smallest, largest, strict=False))
    end = next((i for i, (a, b) in pairs if a != b), min(len(smallest), len(largest)))
    starts = [match.end() for match in _PART_START.finditer(smallest[: end + 1])]
    start = max((one for one in starts if one <= end), default=0)
    seed = _SEED_BEFORE.search(smallest[:start])
    return seed.start() if seed else start


def _cut_in_the_middle(name: str, longest: int) -> str:
    """At most `longest` characters of a name: its start and its end."""
    line = on_one_line(name, 4 * longest)
    end = (longest - 1) // 2
    if len(line) <= longest:
        return line
    return f"{line[: longest - 1 - end].rstrip()}…{line[-end:].lstrip()}"


def in_chart(name: str, longest: int = MAX_LENGTH) -> str:
    """A name for the title, the legend or the hover text of a chart."""
    return _PLOTLY_MARKUP.sub(JOINER, on_one_line(name, longest))
