"""What every search space must do."""

import json
import math
from collections.abc import Iterator
from itertools import product

import numpy as np
import yaml

from engine.contracts.rules import CheckedSupernet, rule
from engine.errors import SpaceError
from engine.space import Genotypes, SearchSpace

_ENUMERATED = 2_000  # encodings of a space that is counted through
_DRAWN = 60


def _raw(space: SearchSpace) -> Genotypes:
    """`(n, genes)` genotypes, genes without effect included; all of a small space."""
    if _is_small(space):
        return np.array(list(product(*map(range, space.choices.tolist()))), dtype=np.int64)
    rng = np.random.default_rng(0)
    return rng.integers(0, space.choices, (_DRAWN, len(space.genes)))


def _is_small(space: SearchSpace) -> bool:
    encodings: int = math.prod(space.choices.tolist())
    return encodings <= _ENUMERATED


@rule("space", "its canonical form is one for each network")
def _canonical(examined: CheckedSupernet) -> Iterator[str]:
    space = examined.supernet.space
    rows = _raw(space)
    once = space.canonical(rows)
    if not np.array_equal(space.canonical(once), once):
        yield "canonical changes a genotype that is canonical already. It has to leave it as it is."
    on = space.active(rows)
    if not np.array_equal(once[on], rows[on]):
        yield "canonical changes genes that have an effect. It may change only those without."


@rule("space", "keys are equal for equal networks alone")
def _keys(examined: CheckedSupernet) -> Iterator[str]:
    space = examined.supernet.space
    rows = _raw(space)
    forms = [tuple(row) for row in space.canonical(rows).tolist()]
    keys = space.keys(rows)
    if not len(set(keys)) == len(set(forms)) == len(set(zip(keys, forms, strict=True))):
        yield (
            f"{len(set(forms))} networks have {len(set(keys))} keys: an evaluation would be taken "
            "for one of another network. Give every network a key of its own."
        )


@rule("space", "configs are read back as they were written, from JSON and YAML too")
def _round_trip(examined: CheckedSupernet) -> Iterator[str]:
    space = examined.supernet.space
    rows = _raw(space)
    for row in rows[:: max(1, len(rows) // _DRAWN)]:
        config, form = space.to_config(row), space.canonical(row)
        written = json.loads(json.dumps(config)), yaml.safe_load(yaml.safe_dump(config))
        try:
            wrong = [one for one in written if not np.array_equal(space.encode(one), form)]
        except SpaceError as error:
            yield f"The config {config} is refused when it is read back: {error}"
            return
        if wrong:
            yield f"The config {config} is read back as another network. Make its entries distinct."
            return


@rule("space", "its size is the number of its networks, and there is a choice")
def _size(examined: CheckedSupernet) -> Iterator[str]:
    space = examined.supernet.space
    if space.size < 2:
        yield "It has but one sub-network, so there is nothing to search. Give a gene more choices."
    if _is_small(space):
        counted = len(np.unique(space.canonical(_raw(space)), axis=0))
        if counted != space.size:
            yield f"Its size is {space.size:,}, but {counted:,} networks differ."
    last = space.numbered([space.size - 1])
    if not np.array_equal(space.canonical(last), last):
        yield "The last network by number is not canonical. Correct numbered."


RULES = (_canonical, _keys, _round_trip, _size)
