"""ChoiceSpace: a search space from a mapping of names to choices of any kind."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.errors import SpaceError
from engine.quoting import quoted
from engine.space.choice import is_choice, is_text, python_value
from engine.space.configs import Config
from engine.space.gene import Gene
from engine.space.gene_checks import is_label
from engine.space.search_space import Genotypes, SearchSpace

Choices = Mapping[str, Sequence[Any]]
"""The choices by name: numbers, texts, truth values, None, and lists of these."""

_MAX_QUOTED = 80


@dataclass(frozen=True)
class ChoiceSpace(SearchSpace):
    """A space whose configs are `{name: choice}`, such as `{"channels": 16, "norm": None}`.

    `values` holds the choices of each name in the order of its gene. Made by `choice_space`.
    """

    values: Mapping[str, Sequence[Any]] = field(default_factory=dict, compare=False)

    def to_config(self, genotype: Genotypes | Sequence[int]) -> Config:
        """The choices of a genotype by name; raises SpaceError as `SearchSpace.to_config`."""
        super().to_config(genotype)
        (row,) = self.rows(genotype).tolist()
        names_and_values = zip(self.values.items(), row, strict=True)
        return {name: values[index] for (name, values), index in names_and_values}

    def encode(self, config: Mapping[str, Any]) -> Genotypes:
        """`(genes,)` genotype of a config.

        A choice may also be given as JSON reads it, with a list in place of a tuple. Raises
        SpaceError that names what is missing, unknown or none of the choices.
        """
        names = ", ".join(self.values)
        if not isinstance(config, Mapping):
            raise SpaceError(f"The config is {quoted(config, _MAX_QUOTED)}. Give a mapping with "
                             f"{names}.")  # fmt: skip
        for name in config:
            if name not in self.values:
                raise SpaceError(f"The config has {quoted(name, _MAX_QUOTED)}, which is no choice "
                                 f"of this space. It has {names}.")  # fmt: skip
        genotype = np.zeros(len(self.genes), dtype=np.int64)
        for position, (name, values) in enumerate(self.values.items()):
            if name not in config:
                raise SpaceError(f"The config has no '{name}'. Give one of its choices.")
            genotype[position] = _index(name, config[name], values)
        return genotype


def choice_space(choices: Choices) -> ChoiceSpace:
    """The space of all combinations of `choices`.

    Numbers become genes with an order, in rising order; anything else is categorical. Raises
    SpaceError that names what is wrong.
    """
    if not isinstance(choices, Mapping) or not choices:
        raise SpaceError(
            f"The search space is {quoted(choices, _MAX_QUOTED)}. Give a mapping of names to "
            "choices, such as {'channels': [16, 32]}."
        )
    values = {name: _checked_values(name, given) for name, given in choices.items()}
    genes = tuple(_gene(name, given) for name, given in values.items())
    return ChoiceSpace(genes, values=values)


def plain_choices(space: ChoiceSpace) -> dict[str, list[Any]]:
    """The choices as JSON holds them; `choice_space` makes an equal space of them."""
    return {name: json.loads(json.dumps(list(values))) for name, values in space.values.items()}


def _checked_values(name: Any, given: Any) -> Sequence[Any]:
    if not is_text(name):
        raise SpaceError(f"The search space has the name {quoted(name, _MAX_QUOTED)}. Give a text.")
    if isinstance(given, set | frozenset):
        raise SpaceError(
            f"The choices of '{name}' are {quoted(given, _MAX_QUOTED)}, a set, which has no order. "
            "Give a list."
        )
    listed = given.tolist() if hasattr(given, "tolist") else given  # of numpy, pandas and torch
    if not isinstance(listed, list | tuple | range) or not len(listed):
        raise SpaceError(
            f"The choices of '{name}' are {quoted(given, _MAX_QUOTED)}. Give a list of one or more."
        )
    values = [_plain(value) for value in listed]
    for value in values:
        _check_choice(name, value)
    return sorted(values) if _are_numbers(values) else values


def _plain(value: Any) -> Any:
    """A choice with Python's own numbers and texts, also inside a list or tuple."""
    if not isinstance(value, list | tuple):
        return python_value(value)
    parts = map(python_value, value)
    return tuple(parts) if isinstance(value, tuple) else list(parts)


def _check_choice(name: str, value: Any) -> None:
    """Raise SpaceError unless the log of a run can hold the choice."""
    parts = value if isinstance(value, list | tuple) else [value]
    if not all(map(_is_plain_value, parts)):
        raise SpaceError(
            f"'{name}' has the choice {quoted(value, _MAX_QUOTED)}. Choices are numbers, texts, "
            "True, False, None, or lists of these: give a name, and look the value up in your "
            "function."
        )


def _is_plain_value(value: Any) -> bool:
    """Whether a value is None, a choice of a gene, or another text that can be encoded."""
    if isinstance(value, str):
        return value == value.encode(errors="replace").decode()
    return value is None or is_choice(value)


def _gene(name: str, values: Sequence[Any]) -> Gene:
    label = name if is_label(name) else ""  # names stand as they are written
    if _are_numbers(values):
        return Gene(name, tuple(values), label=label)
    if all(map(is_choice, values)):
        return Gene(name, tuple(values), kind="categorical", label=label)
    texts = (value if is_text(value) else json.dumps(value) for value in values)
    return Gene(name, tuple(texts), kind="categorical", label=label)


def _are_numbers(values: Sequence[Any]) -> bool:
    return all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)


def _index(name: str, value: Any, values: Sequence[Any]) -> int:
    plain_value = _plain(value)
    _check_choice(name, plain_value)
    text = json.dumps(plain_value)
    for index, candidate in enumerate(values):
        if json.dumps(candidate) == text:
            return index
    listed = ", ".join(map(repr, values[:12]))
    raise SpaceError(
        f"{name} = {quoted(value, _MAX_QUOTED)} is not in the space. Choose from {listed}."
    )
