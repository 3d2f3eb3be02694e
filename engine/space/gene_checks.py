"""Checks of the choices, kind and needs of a gene.

Each check returns the validated value, and raises SpaceError that names the gene's group.
"""

import math
from collections.abc import Iterable, Sequence, Set
from itertools import pairwise
from typing import Any, TypeGuard

from engine.errors import SpaceError
from engine.quoting import quoted
from engine.space.choice import Choice, Kind, is_choice, is_text, python_value

MAX_CHOICES = 2**31
MAX_CATEGORIES = 10_000
"""Of a categorical gene: each choice is a feature."""
MAX_TEXT_LENGTH = 60
"""Characters of the name of a gene, or of the part that it belongs to."""


def wrong_gene(group: str, what: str) -> SpaceError:
    """The error for an invalid gene of a group."""
    return SpaceError(f"The gene '{group}' {what}")


def checked_choices(group: str, value: Any) -> Sequence[Choice]:
    """The choices as a tuple of Python's own values, or the range itself."""
    if isinstance(value, str | bytes | Set) or not isinstance(value, Iterable):
        raise wrong_gene(
            group, f"has the choices {quoted(value)}. Give a tuple or a range of them."
        )
    if isinstance(value, range):
        count = max(0, -((value.start - value.stop) // value.step))  # len fails for huge ones
        choices: Sequence[Choice] = value
    else:
        choices = tuple(python_value(choice) for choice in value)
        count = len(choices)
    if count == 0:
        raise wrong_gene(group, "has no choices. Give it one at least.")
    if count > MAX_CHOICES:
        raise wrong_gene(group, f"has {count:,} choices. {MAX_CHOICES:,} are the most.")
    _check_each(
        group, choices[:: count - 1] if isinstance(choices, range) and count > 1 else choices
    )
    return choices


def _check_each(group: str, choices: Sequence[Any]) -> None:
    distinct_choices: dict[Any, Any] = {}
    for choice in choices:
        if not is_choice(choice):
            raise wrong_gene(
                group,
                f"has the choice {quoted(choice)}. Choices are finite numbers, whole ones up "
                "to 2^53, truth values, or texts of printable characters.",
            )
        if choice in distinct_choices:
            duplicate = quoted(choice)
            duplicate += (
                f", as {quoted(distinct_choices[choice])}"
                if repr(choice) != repr(distinct_choices[choice])
                else ""
            )
            raise wrong_gene(group, f"has the choice {duplicate} twice. Give each choice once.")
        distinct_choices[choice] = choice


def checked_kind(group: str, kind: Kind | None, choices: Sequence[Choice]) -> Kind:
    """The declared kind, or the one that follows from the choices."""
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
        misplaced = next(b for a, b in pairwise(numbers) if (b > a) != (numbers[-1] > numbers[0]))
        raise wrong_gene(
            group,
            f"has the choice {quoted(misplaced)} out of order. Sort the choices, or add "
            "kind='categorical' if they have no order.",
        )
    return "ordinal"


def _check_categories(group: str, choices: Sequence[Choice]) -> None:
    if len(choices) > MAX_CATEGORIES:
        raise wrong_gene(
            group,
            f"is categorical with {len(choices):,} choices. {MAX_CATEGORIES:,} are the most: "
            "each is a feature of its own. Give numbers that have an order as a range.",
        )


def checked_needs(group: str, raw_needs: Any, switch: int | None) -> float | frozenset[Choice]:
    """The least value of the switch that turns the gene on, or the set of such values."""
    needs = python_value(raw_needs)
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


def checked_kept_from(
    group: str, value: Any, choices: Sequence[Choice], role: str
) -> tuple[int, ...]:
    """The smallest choice with which each block is there; empty where the first ones are."""
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise wrong_gene(group, f"has kept_from {quoted(value)}. Give a tuple of whole numbers.")
    least = tuple(map(python_value, value))
    if least and sorted(least, key=str) != sorted(range(1, len(least) + 1), key=str):
        raise wrong_gene(
            group,
            f"has kept_from {quoted(least)}. Give each number from 1 to that of its blocks once.",
        )
    if least and role != "depth":
        raise wrong_gene(group, "has kept_from, which is for a gene with the role depth.")
    counts = range(len(least) + 1)
    if least and (wrong := next((c for c in choices if c not in counts), None)) is not None:
        raise wrong_gene(group, f"has the choice {quoted(wrong)}, but counts {len(least)} blocks.")
    return least


def checked_part(group: str, value: Any) -> str:
    """The name of the part of the network that the gene belongs to; empty for the whole network."""
    return _checked_text(group, value, "is of the part", "'stage 2 block 3' or 'layer 4'")


def checked_label(group: str, value: Any) -> str:
    """The label of the gene itself; empty where it follows from role and part."""
    return _checked_text(group, value, "has the label", "'Stem width'")


def is_label(text: object) -> TypeGuard[str]:
    """Whether a text can be the label or the part of a gene."""
    return is_text(text) and len(text) <= MAX_TEXT_LENGTH and text == " ".join(text.split())


def _checked_text(group: str, value: Any, what: str, example: str) -> str:
    text: Any = python_value(value)
    if text == "":
        return ""
    if not is_label(text):
        raise wrong_gene(
            group,
            f"{what} {quoted(value)}. Name it in up to {MAX_TEXT_LENGTH} printable "
            f"characters without spaces around them, such as {example}.",
        )
    return text
