"""Part: the parsed name of the part of a network that a gene belongs to."""

import re
from dataclasses import dataclass

_NUMBERED = re.compile(
    r"(?:(?P<where>.+) )?(?P<unit>block|layer) (?P<number>\d{1,9})(?: (?P<inside>.+))?",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True)
class Part:
    """A part such as `encoder layer 4 query`: `where`, the numbered `unit` in it, and `inside`.

    `unit` is `block` or `layer`; it is empty, with the number None, where the text names neither,
    such as `stage 2` and the whole network.
    """

    where: str
    unit: str = ""
    number: int | None = None
    inside: str = ""

    @classmethod
    def read(cls, text: str) -> "Part":
        """The part in a gene's `part`; the last block or layer in it counts."""
        match = _NUMBERED.fullmatch(text)
        if match is None:
            return cls(text)
        where, inside = match["where"] or "", match["inside"] or ""
        return cls(where, match["unit"].lower(), int(match["number"]), inside)
