import csv
import io

import pytest

from engine.errors import ConfigError, RunError
from engine.export.table import run_csv
from engine.log.event import Event
from engine.python_api.run import Run
from engine.runs.evaluation_notes import MAX_LENGTH, evaluation_notes
from engine.runs.importing.columns import read_columns
from engine.runs.repair import _renumber
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_service import config, finished


@pytest.fixture
def service(tmp_path):
    service = RunService(tmp_path, InstantEvaluator)
    yield service
    service.close()


@pytest.fixture
def run_id(service):
    return finished(service, config(3)).id


def test_a_note_outlives_a_restart_and_is_seen_by_other_servers(service, run_id, tmp_path):
    other = RunService(tmp_path, InstantEvaluator)
    service.note_evaluation(run_id, 2, " two\nlines ")
    service.note_evaluation(run_id, 1, "first")
    expected = {1: "first", 2: "two\nlines"}
    assert evaluation_notes(other.history(run_id)) == expected
    other.close()
    again = RunService(tmp_path, InstantEvaluator)
    assert list(evaluation_notes(again.history(run_id)).items()) == list(expected.items())
    again.note_evaluation(run_id, 2, "")
    assert evaluation_notes(service.history(run_id)) == {1: "first"}
    again.close()


def test_the_same_note_is_no_event(service, run_id):
    service.note_evaluation(run_id, 1, "same")
    count = len(service.history(run_id).events)
    service.note_evaluation(run_id, 1, "same ")
    service.note_evaluation(run_id, 2, "")
    assert len(service.history(run_id).events) == count


@pytest.mark.parametrize("number", [0, -1, 4])
def test_an_evaluation_that_is_not_there_has_no_note(service, run_id, number):
    with pytest.raises(RunError, match=f"no evaluation {number}: it has numbers 1 to 3"):
        service.note_evaluation(run_id, number, "text")


def test_a_long_note_is_refused(service, run_id):
    with pytest.raises(RunError, match="longer than 2,000 characters"):
        service.note_evaluation(run_id, 1, "x" * (MAX_LENGTH + 1))


def test_a_csv_has_notes_that_no_spreadsheet_computes_and_that_can_be_imported(service, run_id):
    assert "note" not in next(csv.reader(io.StringIO(run_csv(service.history(run_id)))))
    service.note_evaluation(run_id, 2, "=1+1")
    header, *rows = csv.reader(io.StringIO(run_csv(service.history(run_id))))
    assert header[-1] == "note"
    assert [row[-1] for row in rows] == ["", "'=1+1", ""]
    assert read_columns(header, "file").unread_headings == ()


def test_python_writes_and_reads_notes(service, run_id, tmp_path):
    run = Run(run_id, tmp_path)
    assert "note" not in run.evaluations
    run.note(3, "the leanest")
    assert run.notes == {3: "the leanest"}
    assert run.evaluations["note"].tolist() == ["", "", "the leanest"]
    assert run.front().to_dataframe().columns[-1] == "note"
    run.note(3, "")
    assert run.notes == {}
    for number, text in ((9, "x"), ("1", "x"), (1, None)):
        with pytest.raises(ConfigError):
            run.note(number, text)


def test_a_repair_moves_notes_and_repeated_measurements_with_their_evaluations(service, run_id):
    evaluations = service.history(run_id).evaluations[1:]  # the first one is lost
    repeat = {"number": 3, "repeat": 1, "metrics": {"acc": 90.0}, "seconds": 1.0}
    events = [
        Event(1, 0.0, "noted", {"number": 1, "text": "lost"}),
        Event(2, 0.0, "noted", {"number": 3, "text": "kept"}),
        Event(3, 0.0, "confirmed", repeat),
        Event(4, 0.0, "confirmed", {**repeat, "number": 1}),
    ]
    renumbered = [_renumber(event, evaluations) for event in events]
    assert renumbered[0] is renumbered[3] is None
    assert renumbered[1].data == {"number": 2, "text": "kept"}
    assert renumbered[2].data == {**repeat, "number": 2}
