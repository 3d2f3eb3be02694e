"""Searches that begin with a run whose numbers are not theirs."""

import pytest

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.log.decoding import event_of
from engine.python_api.front import Front
from engine.runs.service import RunService
from engine.runs.sibling_source import sibling_start
from engine.runs.sibling_start import KIND, sibling_rows
from engine.supernets.registry import load
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_service import finished
from tests.engine.runs.test_warm_start import config
from tests.long_log import write_long_log

MBV3 = "ofa_mbv3_d234_e346_k357_w1."


@pytest.fixture
def service(tmp_path):
    service = RunService(tmp_path / "data", InstantEvaluator)
    yield service
    service.close()


@pytest.fixture
def retrained(service):
    """A run of the supernet before its weights changed."""
    first = finished(service, config(14, "random"))
    first.fingerprint = "other"
    return first


@pytest.mark.parametrize("approach", ["dynas", "evolutionary"])
def test_its_numbers_are_measured_again(service, retrained, approach):
    second = finished(service, config(10, approach, warm_start=retrained.id))
    assert (second.state, len(second.evaluations), second.budget) == ("finished", 10, 10)
    assert second.warm_start_count == 0
    assert not any(e.reused and e.cycle < 0 for e in second.evaluations)
    assert second.evaluations[0].genotype in {e.genotype for e in retrained.front()}
    assert second.fingerprint != "other"


def test_the_log_has_what_was_taken_and_a_resume_goes_on_with_it(service, retrained):
    whole = finished(service, config(12, warm_start=retrained.id))
    run_id = service.start(config(7, warm_start=retrained.id))
    service.wait(run_id, 120)
    service.delete(retrained.id)
    service.extend(run_id, 5)
    service.wait(run_id, 120)
    again = service.history(run_id)
    assert [e.genotype for e in again.evaluations[:7]] == [
        e.genotype for e in whole.evaluations[:7]
    ]
    assert len({e.genotype for e in again.evaluations}) == 12
    genotypes, values = sibling_rows(again.log.events())
    assert {tuple(g) for g in genotypes.tolist()} == {e.genotype for e in retrained.evaluations}
    assert values["acc"].tolist() == [e.metrics["acc"] for e in retrained.evaluations]
    assert set(values) == {"acc"}  # MACs are computed
    (event,) = (event for event in again.events if event.kind == KIND)
    assert event.data["genotypes"] == []  # kept in the log alone
    assert "14 evaluations of" in event.data["sentence"]
    assert Front(again).remarks[-1] == event.data["sentence"]


def test_an_approach_that_does_not_learn_refuses_it(service, retrained):
    with pytest.raises(ConfigError, match=r"the approach random does not learn from another"):
        service.start(config(4, "random", warm_start=retrained.id))
    assert len(service.list()) == 1


def of_another_supernet(tmp_path, count=120):
    service = RunService(tmp_path / "long", InstantEvaluator)
    return service.history(write_long_log(tmp_path / "long", count, f"{MBV3}0"))


def test_a_supernet_of_another_width_is_a_sibling(tmp_path):
    history, supernet = of_another_supernet(tmp_path), load(f"{MBV3}2")
    start = sibling_start(
        NASConfig(dynas={"supernet": supernet.name}), history, supernet, ["acc", "macs"]
    )
    assert (
        len(start.genotypes) == sum(e.ok for e in history.evaluations) == len(start.values["acc"])
    )
    assert start.sentence == (
        f"The predictions and the first sub-networks follow 119 evaluations of {MBV3}0, whose "
        "search space is the same, from the run 'long run of 120': members of its front are "
        "measured again first, and none of its numbers is taken over."
    )


def test_of_a_long_run_the_front_and_an_even_part_is_taken(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.runs.sibling_source._MOST", 40)
    history, supernet = of_another_supernet(tmp_path), load(f"{MBV3}2")
    start = sibling_start(
        NASConfig(dynas={"supernet": supernet.name}), history, supernet, ["acc", "macs"]
    )
    taken = {tuple(genotype) for genotype in start.genotypes}
    assert len(start.genotypes) == 40
    assert {e.genotype for e in history.front()} <= taken


@pytest.mark.parametrize(
    ("name", "required", "sentence"),
    [
        ("ofa_resnet50", ["acc", "macs"], r"search spaces differ: .*w1\.0 has 45 genes, not \d+"),
        (f"{MBV3}2", ["acc", "lat"], r"and has no sub-network with acc and lat.* It has"),
    ],
)
def test_what_cannot_be_learnt_from_is_refused_with_the_reason(tmp_path, name, required, sentence):
    history, supernet = of_another_supernet(tmp_path, 12), load(name)
    searched = NASConfig(dynas={"supernet": name, "metrics": required})
    with pytest.raises(ConfigError, match=sentence):
        sibling_start(searched, history, supernet, required)


def test_damage_of_the_entry_is_found():
    data = {
        "run": "a",
        "name": "b",
        "supernet": "c",
        "genotypes": [[-1]],
        "values": {},
        "sentence": "",
    }
    with pytest.raises(ValueError, match="genotypes"):
        event_of({"number": 1, "time": 1.0, "kind": KIND, "data": data}, 1)
