"""What genes are of: the words of a part of a network, taken apart."""

import re
from dataclasses import dataclass

_NUMBERED = re.compile(
    r"(?:(?P<where>.+) )?(?P<unit>block|layer) (?P<number>\d{1,9})(?: (?P<inside>.+))?",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True)
class Part:
    """A part such as `encoder layer 4 query`: `where`, the numbered `unit` in it, what is inside.

    `unit` is `block` or `layer`, and empty with the number None where the part names neither, as
    `stage 2` and the whole network do.
    """

    where: str
    unit: str = ""
    number: int | None = None
    inside: str = ""

    @classmethod
    def read(cls, words: str) -> "Part":
        """The part that a gene's `part` names; the last block or layer in it counts."""
        found = _NUMBERED.fullmatch(words)
        if found is None:
            return cls(words)
        where, inside = found["where"] or "", found["inside"] or ""
        return cls(where, found["unit"].lower(), int(found["number"]), inside)
