"""Names that a visitor gives: what is wrong with one is said, instead of leaving it out.

A field with a limit of its own ignores a longer text that is pasted into it, without a word.
"""

from engine.analysis.name_text import MAX_LENGTH
from engine.errors import ConfigError


def entered_name(text: str | None, longest: int = MAX_LENGTH) -> str:
    """The name in a field without spaces around it; raises ConfigError if it is too long.

    >>> entered_name(" first ")
    'first'
    """
    name = (text or "").strip()
    if len(name) > longest:
        raise ConfigError(
            f"A name has at most {longest} characters, and this one has {len(name):,}. Shorten it."
        )
    return name
