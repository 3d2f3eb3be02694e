"""What is registered of searches agrees with what implements it."""

import re
from pathlib import Path

import pytest

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.search import approaches
from engine.search.predictor_based import PredictorBasedSearch
from engine.search.strategy import Strategy
from engine.search_methods import (
    ALGORITHMS,
    APPROACHES,
    PREDICTORS,
    algorithms_for,
    implementation,
)


@pytest.mark.parametrize("entry", APPROACHES.values(), ids=lambda entry: entry.name)
def test_an_approach_is_a_strategy_that_does_what_its_entry_says(entry):
    kind = implementation(entry)
    assert issubclass(kind, Strategy)
    assert issubclass(kind, PredictorBasedSearch) == entry.uses_predictors
    assert approaches.APPROACHES[entry.name] is kind
    assert NASConfig(approach=entry.name).approach == entry.name


@pytest.mark.parametrize("entry", PREDICTORS.values(), ids=lambda entry: entry.name)
def test_a_predictor_calls_itself_as_it_is_registered(entry):
    assert implementation(entry).name == entry.name
    assert NASConfig(search={"predictor": entry.name}).search.predictor == entry.name


@pytest.mark.parametrize("entry", ALGORITHMS.values(), ids=lambda entry: entry.name)
def test_an_algorithm_fits_the_objectives_that_it_is_registered_for(entry):
    assert callable(implementation(entry))
    fits, other = (
        (["acc", "macs"], ["acc"]) if entry.is_multi_objective else (["acc"], ["acc", "macs"])
    )
    made = NASConfig(search_algorithm=entry.name, dynas={"metrics": fits})
    assert made.search_algorithm == entry.name
    with pytest.raises(ConfigError, match=f"'{entry.name}' does not search for {len(other)} "):
        NASConfig(search_algorithm=entry.name, dynas={"metrics": other}).check()


def test_the_first_algorithm_is_the_default():
    assert [algorithms_for(n)[0] for n in (1, 2, 3)] == ["ga", "nsga2", "nsga2"]


def test_what_is_not_registered_is_refused_with_what_is():
    for data, expected in (({"approach": "magic"}, "dynas"), ({"search_algorithm": "x"}, "nsga2")):
        with pytest.raises(ConfigError, match=expected):
            NASConfig(**data)


@pytest.mark.parametrize("page", ["method.md", "file-formats.md"])
def test_the_documents_name_what_is_registered(page):
    text = (Path(__file__).resolve().parents[2] / "docs" / page).read_text()
    known = [*APPROACHES, *PREDICTORS, *(ALGORITHMS if page == "method.md" else ())]
    assert [name for name in known if not re.search(rf"\b{name}\b", text)] == []
