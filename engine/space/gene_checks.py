"""What the choices, the kind and the needs of a gene can be; the gene itself is built from them.

Each check returns what the gene keeps, and raises SpaceError that names the gene's group.
"""

import math
from collections.abc import Iterable, Sequence, Set
from itertools import pairwise
from typing import Any

from engine.errors import SpaceError
from engine.quoting import quoted
from engine.space.choice import Choice, Kind, is_choice, is_text, python_value

MOST_CHOICES = 2**31
MOST_CATEGORIES = 10_000
"""Choices of a categorical gene: each is a feature of its own."""
LONGEST_WORDS = 60
"""Characters that name a gene, or the part of the network that it is of."""


def wrong_gene(group: str, what: str) -> SpaceError:
    """The error that says what is wrong with a gene of that group."""
    return SpaceError(f"The gene '{group}' {what}")


def checked_choices(group: str, given: Any) -> Sequence[Choice]:
    """The choices as a tuple of Python's own values, or the range that was given."""
    if isinstance(given, str | bytes | Set) or not isinstance(given, Iterable):
        raise wrong_gene(
            group, f"has the choices {quoted(given)}. Give a tuple or a range of them."
        )
    if isinstance(given, range):
        count = max(0, -((given.start - given.stop) // given.step))  # len fails for huge ones
        choices: Sequence[Choice] = given
    else:
        choices = tuple(python_value(choice) for choice in given)
        count = len(choices)
    if count == 0:
        raise wrong_gene(group, "has no choices. Give it one at least.")
    if count > MOST_CHOICES:
        raise wrong_gene(group, f"has {count:,} choices. {MOST_CHOICES:,} are the most.")
    _check_each(
        group, choices[:: count - 1] if isinstance(choices, range) and count > 1 else choices
    )
    return choices


def _check_each(group: str, choices: Sequence[Any]) -> None:
    seen: dict[Any, Any] = {}
    for choice in choices:
        if not is_choice(choice):
            raise wrong_gene(
                group,
                f"has the choice {quoted(choice)}. Choices are finite numbers, whole ones up "
                "to 2^53, truth values, or texts of printable characters.",
            )
        if choice in seen:
            twice = quoted(choice)
            twice += f", as {quoted(seen[choice])}" if repr(choice) != repr(seen[choice]) else ""
            raise wrong_gene(group, f"has the choice {twice} twice. Give each choice once.")
        seen[choice] = choice


def checked_kind(group: str, kind: Kind | None, choices: Sequence[Choice]) -> Kind:
    """The kind that is given, or the one that follows from the choices."""
    if kind == "categorical":
        _check_categories(group, choices)
        return kind
    if isinstance(choices, range):
        if kind not in (None, "range"):
            raise wrong_gene(group, f"is a range, but of kind {quoted(kind)}. Leave kind out.")
        return "range"
    if kind not in (None, "ordinal"):
        raise wrong_gene(
            group,
            f"has the kind {quoted(kind)}. Choose 'ordinal' or 'categorical', or give a range.",
        )
    text = next((choice for choice in choices if isinstance(choice, str)), None)
    if text is not None:
        raise wrong_gene(
            group,
            f"has the choice {quoted(text)}, and texts have no order. Add kind='categorical'.",
        )
    numbers = [choice for choice in choices if not isinstance(choice, str)]
    if numbers != sorted(numbers) and numbers != sorted(numbers, reverse=True):
        first = next(b for a, b in pairwise(numbers) if (b > a) != (numbers[-1] > numbers[0]))
        raise wrong_gene(
            group,
            f"has the choice {quoted(first)} out of order. Sort the choices, or add "
            "kind='categorical' if they have no order.",
        )
    return "ordinal"


def _check_categories(group: str, choices: Sequence[Choice]) -> None:
    if len(choices) > MOST_CATEGORIES:
        raise wrong_gene(
            group,
            f"is categorical with {len(choices):,} choices. {MOST_CATEGORIES:,} are the most: "
            "each is a feature of its own. Give numbers that have an order as a range.",
        )


def checked_needs(group: str, given: Any, switch: int | None) -> float | frozenset[Choice]:
    """The number that the switch's value has to reach, or the values of which it has to be one."""
    needs = python_value(given)
    if switch is None:
        if needs != 0:
            raise wrong_gene(group, "has needs, but no switch. Name the gene that switches it off.")
        return 0
    if isinstance(needs, str):
        needs = (needs,)
    if isinstance(needs, int | float):
        if not math.isfinite(needs):
            raise wrong_gene(group, f"needs {needs}. Give a finite number.")
        return needs
    if not isinstance(needs, Iterable):
        raise wrong_gene(group, f"needs {quoted(needs)}. Give a number, or a tuple of values.")
    values = tuple(python_value(value) for value in needs)
    for value in values:
        if not is_choice(value):
            raise wrong_gene(group, f"needs {quoted(value)}, which no gene can be.")
    return frozenset(values)


def checked_part(group: str, given: Any) -> str:
    """The words for the part of the network that the gene is of; empty for the whole one."""
    return _words(group, given, "is of the part", "'stage 2 block 3' or 'layer 4'")


def checked_label(group: str, given: Any) -> str:
    """The words for the gene itself; empty where they follow from role and part."""
    return _words(group, given, "has the label", "'Stem width'")


def _words(group: str, given: Any, what: str, example: str) -> str:
    words = python_value(given)
    if words == "":
        return ""
    if not is_text(words) or len(words) > LONGEST_WORDS or words != " ".join(words.split()):
        raise wrong_gene(
            group,
            f"{what} {quoted(given)}. Name it in up to {LONGEST_WORDS} printable "
            f"characters without spaces around them, such as {example}.",
        )
    return words
