"""Converts configurations in a results CSV to genotypes and back.

Files may hold hundreds of thousands of configurations in a simple format. These are read as JSON
and encoded as arrays, about ten times as fast as one by one. `SearchSpace.encode` encodes all
others, with the same result.
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

_MAX_CONFIG_LENGTH = 10_000  # characters of a configuration
_MAX_QUOTE_LENGTH = 60  # characters of an invalid one in a message
_MAX_EXAMPLE_GROUPS = 4  # of a configuration, in an example
_MAX_REASON_LENGTH = 300  # characters
_BATCH_SIZE = 10_000  # configurations that are decoded at once
_MAX_CHOICES = 1_000  # of a gene, for encoding by lookup
_NUMBER = r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17})?"
_ENTRY = rf"'\w+': (?:None|{_NUMBER}|\[(?:{_NUMBER}(?:, {_NUMBER})*)?\])"
_SIMPLE_CONFIG = re.compile(rf"\{{{_ENTRY}(?:, {_ENTRY})*\}}", re.ASCII)


class ConfigProblem(NamedTuple):
    """Why a text is no sub-network, and whether it is a configuration at all."""

    is_config: bool
    reason: str


@dataclass(frozen=True)
class EncodedConfigs:
    """Genotypes `(n, genes)` of `n` texts, and the `problems` of texts without one, by index."""

    genotypes: Genotypes
    problems: dict[int, ConfigProblem]


def encode_configs(texts: Sequence[str], space: SearchSpace) -> EncodedConfigs:
    """The genotypes of configurations, canonical as `space.encode` gives them."""
    genotypes = np.zeros((len(texts), len(space.genes)), dtype=np.int64)
    problems: dict[int, ConfigProblem] = {}
    simple_configs: dict[int, Config] = {}
    other_configs: dict[int, Config] = {}
    for index, text in enumerate(texts):
        if (config := _read_simple_config(text)) is not None:
            simple_configs[index] = config
        elif (config := read_config(text)) is not None:
            other_configs[index] = config
        else:
            problems[index] = ConfigProblem(False, _unreadable_reason(text, space))
    indices, rows = _encode_by_lookup(simple_configs, space)
    genotypes[indices] = rows
    encoded_indices = set(indices.tolist())
    other_configs.update(
        (index, config) for index, config in simple_configs.items() if index not in encoded_indices
    )
    for index, config in other_configs.items():
        try:
            genotypes[index] = space.encode(config)
        except SpaceError as error:
            problems[index] = ConfigProblem(True, _truncate(str(error)))
    return EncodedConfigs(genotypes, problems)


def decode_genotypes(genotypes: Genotypes, space: SearchSpace) -> Iterator[Config]:
    """The configurations of `(n, genes)` canonical genotypes, equal to `space.to_config`."""
    groups = _groups(space)
    if not _is_plain(space):
        yield from (space.to_config(genotype) for genotype in genotypes)
        return
    template = space.to_config(space.smallest)
    for start in range(0, len(genotypes), _BATCH_SIZE):
        rows = genotypes[start : start + _BATCH_SIZE]
        columns = {group: _values(rows[:, genes], space, genes) for group, genes in groups.items()}
        for row in range(len(rows)):
            yield {
                key: columns[key][row] + template_value[len(groups[key]) :]
                if key in groups
                else template_value and list(template_value)
                for key, template_value in template.items()
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
    """The configuration in a Python dictionary literal; None if the text is none.

    A dictionary with a duplicate key is ambiguous and gives None.
    """
    if len(text) > _MAX_CONFIG_LENGTH:
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


def _read_simple_config(text: str) -> Config | None:
    """The result of `read_config` for a text in the simple format, else None."""
    if len(text) > _MAX_CONFIG_LENGTH or not _SIMPLE_CONFIG.fullmatch(text):
        return None
    plain = text.replace("'", '"').replace(": None", ": null")
    config: Config = json.loads(plain)
    return config if len(config) == text.count("':") else None


def _unreadable_reason(text: str, space: SearchSpace) -> str:
    if not text.strip():
        return "there is no sub-network. Repair or remove the line."
    groups = [*_groups(space)]
    entries = [f"{quoted(group)}: [...]" for group in groups[:_MAX_EXAMPLE_GROUPS]]
    example = ", ".join([*entries, *(["..."] if len(groups) > _MAX_EXAMPLE_GROUPS else [])])
    problem = f"{quoted(text, _MAX_QUOTE_LENGTH)} is no sub-network, such as {{{example}}}."
    return f"{problem} Repair or remove the line."


def _truncate(sentence: str) -> str:
    fits = len(sentence) <= _MAX_REASON_LENGTH
    return sentence if fits else f"{sentence[: _MAX_REASON_LENGTH - 1]}…"


def _encode_by_lookup(
    configs: Mapping[int, Config], space: SearchSpace
) -> tuple[npt.NDArray[np.int64], Genotypes]:
    """The indices of configs whose entries are all choices of their genes, and the genotypes."""
    groups = _groups(space)
    no_result = np.zeros(0, dtype=np.int64), np.zeros((0, len(space.genes)), dtype=np.int64)
    if not _is_plain(space):
        return no_result
    template = space.to_config(space.smallest)
    indices = np.array([p for p, c in configs.items() if _has_shape(c, template, groups)], np.int64)
    if not len(indices):
        return no_result
    genotypes = np.zeros((len(indices), len(space.genes)), dtype=np.int64)
    is_encoded = np.ones(len(indices), dtype=bool)
    for group, genes in groups.items():
        values = np.array(
            [configs[config_index][group][: len(genes)] for config_index in indices.tolist()]
        )
        for column, number in enumerate(genes):
            choices = np.array(space.genes[number].choices)
            if values.dtype != choices.dtype:
                return no_result
            order = np.argsort(choices)
            positions = np.searchsorted(choices, values[:, column], sorter=order)
            index = order[np.minimum(positions, len(choices) - 1)]
            is_encoded &= choices[index] == values[:, column]
            genotypes[:, number] = index
    return indices[is_encoded], space.canonical(genotypes[is_encoded])


def _is_plain(space: SearchSpace) -> bool:
    """Whether configs can be encoded and decoded as arrays, one per group.

    In a search of choices they cannot: a group is one value, which may be a number.
    """
    if not all(_has_plain_choices(gene) for gene in space.genes):
        return False
    kinds = {(gene.group, type(choice)) for gene in space.genes for choice in gene.choices}
    groups, config = _groups(space), space.to_config(space.smallest)
    has_lists = all(isinstance(config.get(group, []), list) for group in groups)
    return has_lists and len(kinds) == len(groups)


def _has_plain_choices(gene: Gene) -> bool:
    """Whether a number in a config means the choice that it is equal to.

    That is not so if an integer may be an index and the choices are ratios, as with 1 and 1.0.
    """
    if len(gene.choices) > _MAX_CHOICES:
        return False
    kinds = {type(choice) for choice in gene.choices}
    has_alias_choice = any(alias in gene.choices for alias, _ in gene.aliases)
    whole_ratio = kinds == {float} and any(float(c).is_integer() for c in gene.choices)
    return kinds in ({int}, {float}) and not whole_ratio and not has_alias_choice


def _has_shape(config: Config, template: Config, groups: Mapping[str, Sequence[int]]) -> bool:
    """Whether the config has all genes and otherwise only fixed values, which may be missing."""
    if not groups.keys() <= config.keys() <= template.keys():
        return False
    for key, values in config.items():
        template_value: Any = template[key]
        if key not in groups:
            if values != template_value:
                return False
            continue
        genes = len(groups[key])
        if not isinstance(values, list) or [len(values), values[genes:]] != [
            len(template_value),
            template_value[genes:],
        ]:
            return False
    return True
