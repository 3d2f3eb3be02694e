"""The blocks of code in the documentation, and the shell commands in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[2]
SHELL = ("sh", "bash", "console")


@dataclass(frozen=True)
class Block:
    """A block of code: the page, the line of its fence, its language, its text.

    `language` is empty for a fence without one and for code that is indented.
    """

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def example(self) -> str:
        """The path of the file in `examples/` that the first line names; empty for other blocks."""
        named = re.match(r"# (examples/\S+)\n", self.text)
        return named[1] if named else ""

    @property
    def steps(self) -> list[tuple[str, str]]:
        """The commands of a shell block, each on one line, and what the page shows of its output.

        Of a `console` block, commands are the lines after `$`, and the first line below one is what
        it shows. There are no steps in other languages.
        """
        if self.language not in SHELL:
            return []
        lines = [line.strip() for line in re.sub(r"\\\n\s*", "", self.text).splitlines()]
        lines = [line for line in lines if line and not line.startswith("#")]
        if self.language != "console":
            return [(line, "") for line in lines]
        return [
            (line.removeprefix("$ "), "" if below.startswith("$ ") else below)
            for line, below in pairwise([*lines, ""])
            if line.startswith("$ ")
        ]

    @property
    def commands(self) -> list[str]:
        """The commands of a shell block, each on one line; none for other languages."""
        return [command for command, _ in self.steps]


def pages() -> list[str]:
    """Every page of the documentation, as a path from the root of the repository."""
    patterns = ("*.md", "docs/**/*.md", "examples/*/README.md")
    found = (path for pattern in patterns for path in ROOT.glob(pattern))
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


@cache
def blocks(page: str) -> tuple[Block, ...]:
    """The blocks of code of a page, in its order."""
    tokens = MarkdownIt("commonmark").parse((ROOT / page).read_text())
    return tuple(
        Block(page, token.map[0] + 1, (token.info.split() or [""])[0], token.content)
        for token in tokens
        if token.type in ("fence", "code_block") and token.map
    )


def all_blocks() -> Iterator[Block]:
    """The blocks of all pages."""
    for page in pages():
        yield from blocks(page)
