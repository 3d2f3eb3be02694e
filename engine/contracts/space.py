"""The rules for search spaces."""

import json
import math
from collections.abc import Iterator
from itertools import product

import numpy as np
import yaml

from engine.contracts.rules import CheckedSupernet, rule
from engine.errors import SpaceError
from engine.space import Genotypes, SearchSpace

_MAX_ENUMERATED = 2_000  # encodings of a space that is enumerated
_SAMPLES = 60


def _encodings(space: SearchSpace) -> Genotypes:
    """`(n, genes)` genotypes that are not canonical: all of a small space, or random ones."""
    if _is_small(space):
        return np.array(list(product(*map(range, space.choices.tolist()))), dtype=np.int64)
    rng = np.random.default_rng(0)
    return rng.integers(0, space.choices, (_SAMPLES, len(space.genes)))


def _is_small(space: SearchSpace) -> bool:
    encodings: int = math.prod(space.choices.tolist())
    return encodings <= _MAX_ENUMERATED


@rule("space", "its canonical form is one for each network")
def _canonical_form_is_unique(subject: CheckedSupernet) -> Iterator[str]:
    space = subject.supernet.space
    rows = _encodings(space)
    canonical = space.canonical(rows)
    if not np.array_equal(space.canonical(canonical), canonical):
        yield "canonical changes a genotype that is canonical already. It has to leave it as it is."
    active = space.active(rows)
    if not np.array_equal(canonical[active], rows[active]):
        yield "canonical changes genes that have an effect. It may change only those without."


@rule("space", "keys are equal for equal networks alone")
def _keys_are_unique(subject: CheckedSupernet) -> Iterator[str]:
    space = subject.supernet.space
    rows = _encodings(space)
    forms = [tuple(row) for row in space.canonical(rows).tolist()]
    keys = space.keys(rows)
    if not len(set(keys)) == len(set(forms)) == len(set(zip(keys, forms, strict=True))):
        yield (
            f"{len(set(forms))} networks have {len(set(keys))} keys: an evaluation would be taken "
            "for one of another network. Give every network a key of its own."
        )


@rule("space", "configs are read back as they were written, from JSON and YAML too")
def _configs_are_read_back(subject: CheckedSupernet) -> Iterator[str]:
    space = subject.supernet.space
    rows = _encodings(space)
    for row in rows[:: max(1, len(rows) // _SAMPLES)]:
        config, canonical = space.to_config(row), space.canonical(row)
        copies = json.loads(json.dumps(config)), yaml.safe_load(yaml.safe_dump(config))
        try:
            different = [
                copy for copy in copies if not np.array_equal(space.encode(copy), canonical)
            ]
        except SpaceError as error:
            yield f"The config {config} is refused when it is read back: {error}"
            return
        if different:
            yield f"The config {config} is read back as another network. Make its entries distinct."
            return


@rule("space", "its size is the number of its networks, and there is a choice")
def _size_is_correct(subject: CheckedSupernet) -> Iterator[str]:
    space = subject.supernet.space
    if space.size < 2:
        yield "It has only one sub-network: there is nothing to search. Give a gene more choices."
    if _is_small(space):
        count = len(np.unique(space.canonical(_encodings(space)), axis=0))
        if count != space.size:
            yield f"Its size is {space.size:,}, but {count:,} networks differ."
    last = space.genotypes_by_number([space.size - 1])
    if not np.array_equal(space.canonical(last), last):
        yield "The last network by number is not canonical. Correct genotypes_by_number."


RULES = (_canonical_form_is_unique, _keys_are_unique, _configs_are_read_back, _size_is_correct)
