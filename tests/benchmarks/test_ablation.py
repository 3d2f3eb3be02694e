"""The ablation: each variant is another search than the one that it is compared with."""

from functools import cache

import pytest

from benchmarks.ablation import VARIANTS
from benchmarks.suite_landscapes import landscape
from benchmarks.suite_methods import EngineSearch

_POPULATION, _BUDGET, _EVALUATIONS = 24, 140, 28
_OTHERS = [name for name in VARIANTS if name != "as it is"]


@cache
def _proposed(name: str) -> list[tuple[int, ...]]:
    """The genotypes that a variant measures first, in a search that is long enough for its ends."""
    where = landscape("synthetic-built-in")
    search = EngineSearch(VARIANTS[name](where.problem, _POPULATION, _BUDGET, 0))
    noise, genotypes = where.noise_generator(0), list[tuple[int, ...]]()
    while len(genotypes) < _EVALUATIONS and (proposal := search.ask()):
        search.tell(where.evaluate(len(genotypes) + 1, proposal, noise))
        genotypes.append(tuple(map(int, proposal.genotype)))
    return genotypes


@pytest.mark.parametrize("name", _OTHERS)
def test_a_variant_measures_other_sub_networks(name):
    assert len(_proposed(name)) == _EVALUATIONS
    assert _proposed(name) != _proposed("as it is")
