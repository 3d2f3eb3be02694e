"""What cannot be measured for want of data is refused, and leaves the run as it was."""

import pytest

from engine.config import NASConfig
from engine.data_dir import using
from engine.errors import DataError
from engine.runs.service import RunService
from engine.supernets import registry
from engine.supernets.requirement_records import RequirementRecords
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.imported import import_text
from tests.made_predictor import write_predictor

W10 = "ofa_mbv3_d234_e346_k357_w1.0"


@pytest.fixture
def service(tmp_path):
    service = RunService(tmp_path / "data", InstantEvaluator)
    yield service
    service.close()


@pytest.fixture
def imported(service):
    """A run of two rows of a supernet whose weights are missing."""
    space = registry.load(W10).space
    rows = [
        f'{acc},{macs},"{space.to_config(genotype)}"'
        for genotype, acc, macs in ((space.largest, 77, 566e6), (space.smallest, 71, 121e6))
    ]
    text = "\n".join(["acc,macs,config", *rows])
    dynas = {"supernet": W10, "metrics": ["acc", "macs"], "record": []}
    return import_text(service, text, "theirs.csv", NASConfig(dynas=dynas))


def events(service, run):
    return [event.kind for event in service.history(run).events]


def test_an_import_without_weights_is_not_extended_and_stays_finished(service, imported):
    before = events(service, imported)
    with pytest.raises(DataError, match=r"Run 'theirs.csv' cannot go on. There is no file .*"):
        service.extend(imported, 50)
    summary = service.history(imported).summary()
    assert (summary.state, summary.budget, events(service, imported)) == ("finished", 2, before)


@pytest.mark.parametrize("state", ["failed", "stopped", "interrupted"])
def test_nor_is_such_a_run_resumed(service, imported, state):
    service._append(imported, "state", {"state": state, "message": "it was so before"})
    before = events(service, imported)
    with pytest.raises(DataError, match="cannot go on"):
        service.resume(imported)
    history = service.history(imported)
    assert (history.state, history.message) == (state, "it was so before")
    assert events(service, imported) == before


def test_the_refusal_names_a_predictor_that_is_ready(service, imported, tmp_path):
    with pytest.raises(DataError) as refused:
        service.extend(imported, 1)
    assert "is ready" not in str(refused.value)
    supernet = registry.load(W10)
    requirement = next(r for r in supernet.requirements() if r.serves == "published predictor")
    with using(service.folder):
        RequirementRecords(service.data_dir).set_path(
            requirement, write_predictor(tmp_path / "predictor.pth")
        )
    with pytest.raises(DataError, match=r"The published predictor is ready: a new search that"):
        service.extend(imported, 1)
