"""A run that cannot succeed ends as failed, with the reason; mended, it goes on."""

import pytest

from engine.config import NASConfig
from engine.errors import ConfigError, RunError
from engine.evaluation.record import Evaluation
from engine.python_api.nas import NAS
from engine.runs.failures import FailureMonitor, failure_report
from engine.runs.service import RunService
from tests.engine.records import evaluation
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.logged import events_of
from tests.engine.runs.test_service import config, finished


class Broken(InstantEvaluator):
    """Fails if `broken` is set, or if the number of the evaluation is in `failing`."""

    broken = True
    failing: frozenset[int] = frozenset()

    def fails(self, number, config):
        return self.broken or number in self.failing


@pytest.fixture
def broken_service(tmp_path, monkeypatch):
    """A service whose evaluations fail, as set on `Broken`."""
    monkeypatch.setattr(Broken, "broken", True)
    service = RunService(tmp_path, Broken)
    yield service
    service.close()


def test_all_of_a_small_budget_failing_is_a_failed_run(broken_service):
    history = finished(broken_service, config(8))
    assert history.state == "failed"
    assert len(history.evaluations) == 4, "the initial sample"
    assert history.message.startswith(
        "All 4 evaluations of the initial sample failed, the first of them (number 1) with: acc is "
        "not a finite number. Fix the cause, then resume"
    )


def test_many_in_a_row_end_a_run_that_has_begun_well(broken_service, monkeypatch):
    monkeypatch.setattr(Broken, "broken", False)
    monkeypatch.setattr(Broken, "failing", frozenset(range(7, 100)))
    history = finished(broken_service, config(40))
    assert (history.state, len(history.evaluations)) == ("failed", 16)
    assert history.message.startswith(
        "10 evaluations in a row failed, the first of them (number 7)"
    )


def test_how_many_is_set_and_can_be_never(broken_service, monkeypatch):
    monkeypatch.setattr(Broken, "broken", False)
    monkeypatch.setattr(Broken, "failing", frozenset(range(3, 12)))
    assert len(finished(broken_service, config(14, max_failures=3)).evaluations) == 5
    other = config(14, max_failures=None, constraints=["acc >= 1"])
    assert finished(broken_service, other).state == "finished"


@pytest.mark.parametrize("max_failures", [None, 100])
def test_a_run_of_which_nothing_succeeded_never_finishes(broken_service, max_failures):
    history = finished(broken_service, config(6, max_failures=max_failures, population=100))
    assert (history.state, len(history.evaluations)) == ("failed", 6)
    assert history.message.startswith("All 6 evaluations ")


def test_a_success_ends_the_row(broken_service, monkeypatch):
    monkeypatch.setattr(Broken, "broken", False)
    monkeypatch.setattr(Broken, "failing", frozenset(n for n in range(100) if n % 3))
    assert finished(broken_service, config(30, max_failures=3)).state == "finished"


def test_the_python_interface_raises(tmp_path, monkeypatch):
    monkeypatch.setattr(Broken, "broken", True)
    monkeypatch.setattr(RunService.__init__, "__defaults__", (Broken, lambda config: None))
    with pytest.raises(RunError, match="All 4 evaluations of the initial sample failed"):
        NAS(config(8), tmp_path).search(progress=False)


def test_the_python_interface_raises_where_nothing_was_measured(tmp_path, monkeypatch):
    monkeypatch.setattr(
        RunService.__init__, "__defaults__", (InstantEvaluator, lambda config: None)
    )
    short = NASConfig(dynas={"num_evals": 8, "workers": 1}, stop={"seconds": 1e-9})
    with pytest.raises(RunError, match=r"ended before anything was measured\. The time limit of"):
        NAS(short, tmp_path).search(progress=False)


def test_what_failed_is_tried_again_when_the_cause_is_mended(broken_service, monkeypatch):
    failed = finished(broken_service, config(8))
    assert "retry" in failed.summary().actions
    monkeypatch.setattr(Broken, "broken", False)
    broken_service.resume(failed.id, retry_failed=True)
    broken_service.wait(failed.id, 60)
    history = broken_service.history(failed.id)
    assert (history.state, history.num_evals, len(history.evaluations)) == ("finished", 12, 12)
    first, again = history.evaluations[:4], history.evaluations[4:8]
    assert [e.genotype for e in again] == [e.genotype for e in first]
    assert all(e.ok and e.cycle == f.cycle for e, f in zip(again, first, strict=True))
    assert len({e.genotype for e in history.evaluations}) == 8
    assert history.front_numbers <= set(range(5, 13))
    assert not history.retriable_numbers()
    with pytest.raises(RunError, match="has no failed evaluation"):
        broken_service.resume(failed.id, retry_failed=True)


def test_resumed_without_it_the_count_starts_anew_and_the_search_goes_on(
    broken_service, monkeypatch
):
    failed = finished(broken_service, config(40))
    broken_service.resume(failed.id)
    broken_service.wait(failed.id, 60)
    again = broken_service.history(failed.id)
    assert (again.state, len(again.evaluations)) == ("failed", 8)
    monkeypatch.setattr(Broken, "broken", False)
    broken_service.resume(failed.id)
    broken_service.wait(failed.id, 60)
    history = broken_service.history(failed.id)
    assert (history.state, len(history.evaluations)) == ("finished", 40)
    assert len({e.genotype for e in history.evaluations}) == 40


def test_a_finished_run_with_some_failures_can_try_them_again(broken_service, monkeypatch):
    monkeypatch.setattr(Broken, "broken", False)
    monkeypatch.setattr(Broken, "failing", frozenset({2, 5}))
    history = finished(broken_service, config(8))
    assert (history.state, history.retriable_numbers()) == ("finished", [2, 5])
    monkeypatch.setattr(Broken, "failing", frozenset())
    broken_service.resume(history.id, retry_failed=True)
    broken_service.wait(history.id, 60)
    history = broken_service.history(history.id)
    assert (history.state, len(history.evaluations)) == ("finished", 10)
    assert all(e.ok for e in history.evaluations[8:])


def test_what_fails_again_can_be_tried_once_more(broken_service):
    history = finished(broken_service, config(8))
    broken_service.resume(history.id, retry_failed=True)
    broken_service.wait(history.id, 60)
    history = broken_service.history(history.id)
    assert len(history.evaluations) == 8
    assert history.retriable_numbers() == [5, 6, 7, 8]


@pytest.mark.parametrize("approach", ["dynas", "evolutionary", "one_shot", "random"])
def test_tried_again_and_cut_off_anywhere_the_search_is_the_same(tmp_path, monkeypatch, approach):
    """Replayed from any length of its log, a run with a retry in it goes on as it did."""
    from engine.log.evaluation_log import DiskLog

    monkeypatch.setattr(Broken, "broken", False)
    monkeypatch.setattr(Broken, "failing", frozenset({2, 6, 7}))
    monkeypatch.setattr("engine.search.one_shot.OneShot.generations", 2)
    dynas = {"population": 5, "num_evals": 12, "workers": 1}
    service = RunService(tmp_path / "whole", Broken)
    run_id = finished(service, NASConfig(approach=approach, dynas=dynas)).id
    monkeypatch.setattr(Broken, "failing", frozenset())
    retried_after = 12
    service.resume(run_id, retry_failed=True)
    service.wait(run_id, 60)
    service.extend(run_id, 6)
    service.wait(run_id, 60)
    uninterrupted = service.history(run_id)
    expected = [e.genotype for e in uninterrupted.evaluations]
    assert (uninterrupted.state, len(expected)) == ("finished", 21)
    events, evaluations = events_of(uninterrupted), list(uninterrupted.evaluations)
    service.close()
    for length in range(retried_after, 21, 2):
        data = tmp_path / f"cut-{length}"
        log = DiskLog(data / "runs" / "cut" / "log")
        for event in events:
            planned_later = event.kind == "cycle" and event.data["after"] > length
            if event.kind in ("created", "cycle", "retry", "extended") and not planned_later:
                log.append_event(event.kind, event.data)
        log.append_all(evaluations[:length])
        log.append_event("state", {"state": "stopped", "message": ""})
        log.close()
        again = RunService(data, Broken)
        again.resume("cut")
        again.wait("cut", 60)
        assert [e.genotype for e in again.history("cut").evaluations] == expected, length
        again.close()


def test_the_report_says_what_the_worker_wrote(broken_service):
    history = finished(broken_service, config(8))
    assert failure_report(history) == history.message
    last = evaluation(ok=False, number=5, stderr="Segmentation fault")
    history.evaluations.append(last)
    assert failure_report(history).endswith(
        "The worker of evaluation 5 wrote at last:\nSegmentation fault"
    )


def monitor_of(max_failures, earlier_evaluations, new_evaluations):
    monitor = FailureMonitor(max_failures, earlier_evaluations)
    for new_evaluation in new_evaluations:
        monitor.add(new_evaluation)
    return monitor


def test_failures_of_earlier_times_do_not_count():
    failed = [evaluation(ok=False, number=n) for n in range(1, 10)]
    assert not monitor_of(10, failed, failed[:3]).failure_reason(initial_size=4)
    assert monitor_of(10, failed, failed[:4]).failure_reason(initial_size=4)


def test_known_sub_networks_make_a_failing_first_sample_no_end():
    known_evaluations: list[Evaluation] = [evaluation(number=1)]
    failed = [evaluation(ok=False, number=n) for n in range(2, 6)]
    assert not monitor_of(10, known_evaluations, failed).failure_reason(initial_size=4)
    assert not monitor_of(10, known_evaluations, failed).final_failure_reason()


def test_never_is_written_and_read_back():
    config = NASConfig(dynas={"max_failures": None})
    assert "max_failures: null" in config.to_yaml()
    assert NASConfig.from_yaml(config.to_yaml()).dynas.max_failures is None
    assert NASConfig.from_yaml(NASConfig().to_yaml()).dynas.max_failures == 10


@pytest.mark.parametrize("wrong", [0, -1, 1.5])
def test_a_number_of_failures_that_cannot_be_is_refused(wrong):
    with pytest.raises(ConfigError, match="max_failures"):
        NASConfig(dynas={"max_failures": wrong})
