"""Examples of docstrings as blocks of code: an extension that the generator loads by its path.

Markdown would read the lines of an example, which begin with `>>>`, as quotations.
"""

import re

import griffe

_EXAMPLE = re.compile(r"(?:^>>> .*\n?)(?:^(?=\S).*\n?)*", re.MULTILINE)


class DoctestExamples(griffe.Extension):
    """Puts the examples of every docstring into fenced blocks."""

    def on_object(self, *, obj: griffe.Object, **_: object) -> None:
        """Change the docstring of a module, class, function or attribute that was loaded."""
        if obj.docstring is not None:
            obj.docstring.value = fenced(obj.docstring.value)


def fenced(text: str) -> str:
    """The text with each example, up to the next empty line, in a block of its own."""
    return _EXAMPLE.sub(lambda example: f"```pycon\n{example[0].rstrip()}\n```\n", text)
