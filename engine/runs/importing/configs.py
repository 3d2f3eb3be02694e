"""Configurations as a results CSV writes them, and the genotypes that they mean.

Most files hold hundreds of thousands of configurations that are written alike. Those are read as
JSON and encoded as arrays, some ten times as fast as one by one; `SearchSpace.encode` has the word
on all others, and the result is the same.
"""

import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from engine.errors import SpaceError
from engine.quoting import quoted
from engine.space import Config, Gene, Genotypes, SearchSpace

_LONGEST = 10_000  # characters of a configuration
_TOLD = 60  # characters of one that cannot be read
_GROUPS_TOLD = 4  # of a configuration
_LONGEST_REASON = 300  # characters
_BATCH = 10_000  # configurations that are made at once
_MOST_CHOICES = 1_000  # of a gene whose choices are looked up in an array
_NUMBER = r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17})?"
_ENTRY = rf"'\w+': (?:None|{_NUMBER}|\[(?:{_NUMBER}(?:, {_NUMBER})*)?\])"
_WRITTEN_ALIKE = re.compile(rf"\{{{_ENTRY}(?:, {_ENTRY})*\}}", re.ASCII)


class ConfigProblem(NamedTuple):
    """Why a text stands for no sub-network, and whether it is a configuration at all."""

    is_config: bool
    reason: str


@dataclass(frozen=True)
class EncodedConfig:
    """Genotypes `(n, genes)` of `n` texts; `problems` say of those that have none why."""

    genotypes: Genotypes
    problems: dict[int, ConfigProblem]


def encoded(texts: Sequence[str], space: SearchSpace) -> EncodedConfig:
    """The genotypes of configurations, canonical as `space.encode` gives them."""
    genotypes = np.zeros((len(texts), len(space.genes)), dtype=np.int64)
    problems: dict[int, ConfigProblem] = {}
    alike: dict[int, Config] = {}
    others: dict[int, Config] = {}
    for place, text in enumerate(texts):
        if (config := _written_alike(text)) is not None:
            alike[place] = config
        elif (config := read_config(text)) is not None:
            others[place] = config
        else:
            problems[place] = ConfigProblem(False, _no_config(text, space))
    places, rows = _looked_up(alike, space)
    genotypes[places] = rows
    known = set(places.tolist())
    others.update((place, config) for place, config in alike.items() if place not in known)
    for place, config in others.items():
        try:
            genotypes[place] = space.encode(config)
        except SpaceError as error:
            problems[place] = ConfigProblem(True, _shortened(str(error)))
    return EncodedConfig(genotypes, problems)


def written_out(genotypes: Genotypes, space: SearchSpace) -> Iterator[Config]:
    """The configurations of `(n, genes)` canonical genotypes, as `space.to_config` has them."""
    groups = _groups(space)
    if not _is_plain(space):
        yield from (space.to_config(genotype) for genotype in genotypes)
        return
    template = space.to_config(space.smallest)
    for start in range(0, len(genotypes), _BATCH):
        rows = genotypes[start : start + _BATCH]
        columns = {group: _values(rows[:, genes], space, genes) for group, genes in groups.items()}
        for row in range(len(rows)):
            yield {
                key: columns[key][row] + fixed[len(groups[key]) :]
                if key in groups
                else fixed and list(fixed)
                for key, fixed in template.items()
            }


def _values(
    indices: npt.NDArray[np.int64], space: SearchSpace, genes: Sequence[int]
) -> list[list[Any]]:
    """The choices of `(n, k)` indices of the genes of a group."""
    columns = [
        np.array(space.genes[gene].choices)[indices[:, column]] for column, gene in enumerate(genes)
    ]
    values: list[list[Any]] = np.stack(columns, axis=1).tolist()
    return values


def _groups(space: SearchSpace) -> dict[str, list[int]]:
    """The genes of each group, by number."""
    groups: dict[str, list[int]] = {}
    for number, gene in enumerate(space.genes):
        groups.setdefault(gene.group, []).append(number)
    return groups


def read_config(text: str) -> Config | None:
    """The configuration that is written as Python writes a dictionary; None if there is none.

    One that gives a key twice is none: what it means depends on who reads it.
    """
    if len(text) > _LONGEST:
        return None
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        config = ast.literal_eval(tree)
        if not isinstance(config, dict) or not isinstance(tree, ast.Dict):
            return None
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    if len(config) < len(tree.keys) or not all(isinstance(key, str) for key in config):
        return None
    return config


def _written_alike(text: str) -> Config | None:
    """What `read_config` returns for a text that needs no more than JSON, else None."""
    if len(text) > _LONGEST or not _WRITTEN_ALIKE.fullmatch(text):
        return None
    plain = text.replace("'", '"').replace(": None", ": null")
    config: Config = json.loads(plain)
    return config if len(config) == text.count("':") else None


def _no_config(text: str, space: SearchSpace) -> str:
    if not text.strip():
        return "there is no sub-network. Repair or remove the line."
    groups = [*_groups(space)]
    entries = [f"{quoted(group)}: [...]" for group in groups[:_GROUPS_TOLD]]
    example = ", ".join([*entries, *(["..."] if len(groups) > _GROUPS_TOLD else [])])
    told = f"{quoted(text, _TOLD)} is no sub-network, such as {{{example}}}."
    return f"{told} Repair or remove the line."


def _shortened(sentence: str) -> str:
    fits = len(sentence) <= _LONGEST_REASON
    return sentence if fits else f"{sentence[: _LONGEST_REASON - 1]}…"


def _looked_up(
    configs: Mapping[int, Config], space: SearchSpace
) -> tuple[npt.NDArray[np.int64], Genotypes]:
    """The places of those whose every entry is a choice of its gene, and their genotypes."""
    groups = _groups(space)
    none = np.zeros(0, dtype=np.int64), np.zeros((0, len(space.genes)), dtype=np.int64)
    if not _is_plain(space):
        return none
    template = space.to_config(space.smallest)
    places = np.array([p for p, c in configs.items() if _has_shape(c, template, groups)], np.int64)
    if not len(places):
        return none
    genotypes = np.zeros((len(places), len(space.genes)), dtype=np.int64)
    fits = np.ones(len(places), dtype=bool)
    for group, genes in groups.items():
        values = np.array([configs[place][group][: len(genes)] for place in places.tolist()])
        for column, number in enumerate(genes):
            choices = np.array(space.genes[number].choices)
            if values.dtype != choices.dtype:
                return none
            order = np.argsort(choices)
            found = np.searchsorted(choices, values[:, column], sorter=order)
            index = order[np.minimum(found, len(choices) - 1)]
            fits &= choices[index] == values[:, column]
            genotypes[:, number] = index
    return places[fits], space.canonical(genotypes[fits])


def _is_plain(space: SearchSpace) -> bool:
    """Whether configs can be read and written as arrays, one a group."""
    if not all(_has_plain_choices(gene) for gene in space.genes):
        return False
    kinds = {(gene.group, type(choice)) for gene in space.genes for choice in gene.choices}
    return len(kinds) == len(_groups(space))


def _has_plain_choices(gene: Gene) -> bool:
    """Whether a number in a config is one of the choices exactly where it is equal to one.

    Not so where a whole number may be an index and the choice a ratio, as with 1 and 1.0.
    """
    if len(gene.choices) > _MOST_CHOICES:
        return False
    kinds = {type(choice) for choice in gene.choices}
    meant_otherwise = any(alias in gene.choices for alias, _ in gene.aliases)
    whole_ratio = kinds == {float} and any(float(c).is_integer() for c in gene.choices)
    return kinds in ({int}, {float}) and not whole_ratio and not meant_otherwise


def _has_shape(config: Config, template: Config, groups: Mapping[str, Sequence[int]]) -> bool:
    """Whether the config has all genes and nothing else but what is fixed, which may be missing."""
    if not groups.keys() <= config.keys() <= template.keys():
        return False
    for key, given in config.items():
        fixed: Any = template[key]
        if key not in groups:
            if given != fixed:
                return False
            continue
        genes = len(groups[key])
        if not isinstance(given, list) or [len(given), given[genes:]] != [
            len(fixed),
            fixed[genes:],
        ]:
            return False
    return True
