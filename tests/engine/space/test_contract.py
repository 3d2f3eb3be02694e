import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from engine.search.random_genotypes import biased_sample
from engine.supernets import registry
from tests.engine.space.contract import CONTRACT, LARGE, spaces

STORED = json.loads((Path(__file__).parent / "data" / "registered_spaces.json").read_text())


def holds_for(space):
    for clause in CONTRACT:
        clause(space)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(spaces())
def test_the_contract_holds_for_spaces_of_all_kinds(space):
    holds_for(space)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(spaces())
def test_the_contract_holds_for_ten_thousand_spaces(space):
    holds_for(space)


@pytest.mark.parametrize("clause", CONTRACT, ids=lambda clause: clause.__name__)
@pytest.mark.parametrize("name", LARGE)
def test_the_contract_holds_for_large_spaces(name, clause):
    clause(LARGE[name])


@pytest.mark.parametrize("clause", CONTRACT, ids=lambda clause: clause.__name__)
@pytest.mark.parametrize("name", registry.names())
def test_the_contract_holds_for_every_supernet(name, clause):
    clause(registry.load(name).space)


def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


@pytest.mark.parametrize("name", STORED)
def test_what_older_versions_stored_means_the_same(name):
    """Logs, and searches that go on from them: configs, genotypes, keys, draws and features."""
    space, stored = registry.load(name).space, STORED[name]
    assert str(space.size) == stored["size"]
    assert str(space.encodings) == stored["encodings"]
    assert space.choices.tolist() == stored["choices"]
    assert space.kinds.tolist() == stored["kinds"]
    samples, genotypes = np.array(stored["drawn"]), np.array(stored["genotypes"])
    assert space.canonical(samples).tolist() == stored["genotypes"]
    assert [key.hex() for key in space.keys(samples)] == stored["keys"]
    assert [space.to_config(row) for row in samples] == stored["configs"]
    assert [space.encode(c).tolist() for c in stored["configs"]] == stored["genotypes"]
    assert (
        space.genotypes_from_keys([bytes.fromhex(k) for k in stored["keys"]]).tolist()
        == genotypes.tolist()
    )
    assert [space.smallest.tolist(), space.largest.tolist()] == [
        stored["smallest"],
        stored["largest"],
    ]
    sample = space.sample(200, np.random.default_rng(5))
    assert space.features_with_totals(sample).shape[1] == stored["totals"]
    assert stored["sha256"] == {
        "features": digest(space.features(sample)),
        "sample": digest(sample),
        "leaning": digest(biased_sample(space, 200, np.random.default_rng(6), 3.0)),
        "new": digest(space.sample_new(50, np.random.default_rng(8), set())),
    }
