"""A disk that is full ends a run, loses nothing and is told in one sentence everywhere."""

import errno
import json
import re

import pytest

from engine.config import NASConfig
from engine.errors import ConfigError, DataError, LogError
from engine.runs.lease import Lease
from engine.runs.results_rows import PublishedRows
from engine.runs.results_writer import ResultsWriter
from engine.runs.search_run import SearchRun
from engine.runs.service import RunService
from engine.supernets import registry
from engine.supernets.requirement_records import RequirementRecords
from tests.engine.log.full_disk import LARGE_TEXT, fill_disk
from tests.engine.records import evaluation
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_service import config, finished

BUDGET = 60
SENTENCE = r"^The disk is full: .* Make room, then try again\.$"


@pytest.fixture
def service(tmp_path):
    service = RunService(tmp_path / "data", InstantEvaluator)
    yield service
    service.close()


@pytest.fixture
def stopped_by_it(service, monkeypatch):
    """A run that the full disk has ended, and what makes room."""
    made = {}

    def fill(evaluation):
        if evaluation.number == 5:
            made["room"] = fill_disk(monkeypatch)

    dynas = {"population": 4, "num_evals": BUDGET, "workers": 1}
    run = service.start(NASConfig(approach="random", dynas=dynas), on_evaluation=fill)
    service.wait(run, 120)
    return run, made["room"]


def test_the_run_ends_as_failed_with_the_sentence_and_frees_its_lease(service, stopped_by_it):
    run, _ = stopped_by_it
    (summary,) = service.list()
    assert (summary.state, summary.id) == ("failed", run)
    assert re.match(SENTENCE, summary.message)
    assert not Lease(service.data_dir / "runs" / run).is_held_elsewhere()


def test_a_resume_after_room_was_made_goes_on_in_the_same_process(service, stopped_by_it):
    run, make_room = stopped_by_it
    before = len(service.history(run).evaluations)
    assert 5 <= before < BUDGET
    make_room()
    assert service.history(run).state == "failed"
    fresh = RunService(service.data_dir, InstantEvaluator)
    assert fresh.summary(run).state == "failed"  # by now the log says so
    service.resume(run)
    service.wait(run, 120)
    history = service.history(run)
    assert (history.state, len(history.evaluations)) == ("finished", BUDGET)


def test_without_room_a_resume_says_why_and_leaves_the_run_as_it_was(service, stopped_by_it):
    run, _ = stopped_by_it

    def go_on():
        for _ in range(50):  # some events may still fit
            service.resume(run)
            service.wait(run, 60)

    with pytest.raises(LogError, match=SENTENCE):
        go_on()
    assert service.summary(run).state == "failed"
    assert not Lease(service.data_dir / "runs" / run).is_held_elsewhere()


def test_rename_tag_and_note_say_the_same_sentence_and_change_nothing(service, monkeypatch):
    run = finished(service, config(4)).id
    make_room = fill_disk(monkeypatch)
    with pytest.raises(LogError, match=SENTENCE):
        service.rename(run, LARGE_TEXT)
    with pytest.raises(LogError, match=SENTENCE):
        service.label(run, note="n" * 15_000)
    assert service.labels(run).note == ""
    make_room()
    service.rename(run, "another")
    assert service.summary(run).name == "another"


def test_a_start_that_fails_leaves_nothing_behind(service, monkeypatch):
    fill_disk(monkeypatch)
    with pytest.raises(LogError, match=SENTENCE):
        service.start(config(4), LARGE_TEXT)
    assert list((service.data_dir / "runs").iterdir()) == []
    assert service.survey() == ([], [])


def test_a_run_that_cannot_be_queued_leaves_nothing_behind(service, monkeypatch):
    def refuse(*_):
        raise LogError("The disk is full: the record cannot be written. Make room, then try again.")

    with monkeypatch.context() as patch:
        patch.setattr(SearchRun, "enter_state", refuse)
        with pytest.raises(LogError, match=SENTENCE):
            service.start(config(4))
    assert list((service.data_dir / "runs").iterdir()) == []
    assert finished(service, config(4)).state == "finished"


class _Full:
    """A file on a full disk."""

    def __init__(self, *args, **named):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_the_results_file_says_it(tmp_path, monkeypatch):
    file = ResultsWriter(tmp_path / "results.csv", PublishedRows(["MACs"], {}), [])
    monkeypatch.setattr("pathlib.Path.open", _Full)
    with pytest.raises(ConfigError, match="The disk is full"):
        file.write(evaluation())


def test_the_settings_say_it_and_keep_what_they_were(tmp_path, monkeypatch):
    remembered = RequirementRecords(tmp_path)
    requirement = registry.load("ofa_resnet50").requirements()[0]
    remembered.set_path(requirement, str(tmp_path))
    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.write_text", _Full)
        with pytest.raises(DataError, match="The disk is full"):
            remembered.set_path(requirement, "")
    assert json.loads((tmp_path / "settings.json").read_text())["paths"]
    assert remembered.path(requirement) == str(tmp_path)
