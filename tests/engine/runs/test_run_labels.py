from functools import partial

import pytest

from engine.errors import RunError
from engine.runs.run_labels import Labels, clean_tags
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_service import config, finished


@pytest.fixture
def service(tmp_path):
    service = RunService(tmp_path, InstantEvaluator)
    yield service
    service.close()


def test_a_run_has_none_at_first(service):
    assert service.labels(finished(service, config(3)).id) == Labels()


def test_tags_note_and_archive_outlive_a_restart_and_are_seen_by_other_servers(service, tmp_path):
    run_id = finished(service, config(3)).id
    other = RunService(tmp_path, InstantEvaluator)
    assert other.labels(run_id) == Labels()
    service.label(run_id, tags=["paper", " two  words ", "paper"], note=" **why** \n")
    service.label(run_id, archived=True)
    expected = Labels(("paper", "two words"), "**why**", True)
    assert service.labels(run_id) == other.labels(run_id) == expected
    other.close()
    again = RunService(tmp_path, InstantEvaluator)
    assert again.labels(run_id) == expected
    again.label(run_id, tags=[], archived=False)
    assert service.labels(run_id) == Labels((), "**why**", False)
    again.close()


def test_what_is_as_it_was_is_no_event(service):
    history = finished(service, config(3))
    service.label(history.id, tags=["a"], note="b", archived=False)
    service.history(history.id)
    count = len(history.events)
    service.label(history.id, tags=["a"], note="b", archived=False)
    service.history(history.id)
    assert len(history.events) == count


def test_they_change_nothing_of_the_search(service):
    history = finished(service, config(4))
    service.label(history.id, tags=["x"], note="y", archived=True)
    service.extend(history.id, 2)
    service.wait(history.id, 60)
    assert service.history(history.id).state == "finished"
    assert len(history.evaluations) == 6
    assert service.labels(history.id).archived


def test_what_is_too_long_is_refused_and_nothing_written(service):
    history = finished(service, config(3))
    for labels in ({"tags": ["x" * 41]}, {"tags": list("abcdefghijklmnopqrstuvwxyz")},
                   {"note": "x" * 20_001, "archived": True}):  # fmt: skip
        with pytest.raises(RunError, match=r"longer than|at most 20"):
            service.label(history.id, **labels)
    assert service.labels(history.id) == Labels()


def test_tags_are_cleaned():
    assert clean_tags([" a ", "b  c", "", "a"]) == ("a", "b c")


def test_a_shortlist_keeps_its_order_outlives_a_restart_and_is_seen_by_other_servers(
    service, tmp_path
):
    run_id = finished(service, config(6)).id
    other = RunService(tmp_path, InstantEvaluator)
    service.label(run_id, shortlist=[4, 2, 4])
    assert service.labels(run_id).shortlist == other.labels(run_id).shortlist == (4, 2)
    other.label(run_id, shortlist=[2, 6, 4])
    other.close()
    again = RunService(tmp_path, InstantEvaluator)
    assert again.labels(run_id).shortlist == (2, 6, 4)
    again.label(run_id, shortlist=[])
    again.close()
    assert service.labels(run_id) == Labels()


def test_what_was_not_measured_cannot_be_shortlisted(tmp_path):
    service = RunService(tmp_path, partial(InstantEvaluator, fail_every=3))
    run_id = finished(service, config(6)).id
    for number, reason in ((0, "no evaluation 0"), (7, "no evaluation 7"), (3, "failed")):
        with pytest.raises(RunError, match=reason):
            service.label(run_id, shortlist=[1, number])
    assert service.labels(run_id).shortlist == ()
    service.close()


def test_a_shortlist_is_short(service):
    run_id = finished(service, config(52)).id
    with pytest.raises(RunError, match="at most 50"):
        service.label(run_id, shortlist=range(1, 52))
