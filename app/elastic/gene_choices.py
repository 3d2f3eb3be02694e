"""The table of genes that a visitor edits, and the settings that follow from it."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import ConfigError
from engine.quoting import quoted
from engine.training.elastic.check_result import Check

BENDS, WHERE, WHAT, CHOICES = "Bends", "Where", "What", "Choices"
_WHAT = {"width": "channels", "depth": "blocks", "kernel size": "kernel size"}

Row = Mapping[str, Any]
"""A gene in the table, by column."""


def table_rows(checked: Check) -> list[dict[str, Any]]:
    """The genes of a network, one a row."""
    return [
        {
            BENDS: True,
            WHERE: key or row.where,
            WHAT: _WHAT.get(row.kind, row.kind),
            CHOICES: _text(row.choices),
        }
        for key, row in zip(checked.keys, checked.report.genes, strict=True)
    ]


def edited_settings(
    settings: Mapping[str, Any], checked: Check, rows: Sequence[Row]
) -> dict[str, Any]:
    """The settings of an analysis with what was edited in the rows of `table_rows`.

    Raises ConfigError for choices that are no numbers from 1 to the largest one.
    """
    rigid, choices = list(settings.get("rigid", ())), dict(settings.get("choices", {}))
    for key, gene, row in zip(checked.keys, checked.report.genes, rows, strict=True):
        if not key:
            continue
        if not row[BENDS]:
            rigid.append(key)
            choices.pop(key, None)
        elif row[CHOICES] != _text(gene.choices):
            choices[key] = _numbers(str(row[CHOICES] or ""), key, max(gene.choices))
    changes = {"rigid": sorted(set(rigid)), "choices": dict(sorted(choices.items()))}
    return {**settings, **{name: value for name, value in changes.items() if value}}


def _numbers(text: str, key: str, largest: int) -> list[int]:
    parts = text.replace(",", " ").split()
    numbers = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 9]
    if len(numbers) < len(parts) or not numbers or not 1 <= min(numbers) <= max(numbers) <= largest:
        raise ConfigError(
            f"{key}: {quoted(text)} are no choices. Give whole numbers from 1 to {largest}, with "
            "commas between them."
        )
    return sorted({*numbers, largest})


def _text(choices: Sequence[Any]) -> str:
    return ", ".join(map(str, choices))
