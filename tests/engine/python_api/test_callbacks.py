"""What a script is called with after each evaluation, how it stops a run, and where errors go."""

import pytest

from engine.errors import ConfigError, RunError
from engine.python_api.run import Run


def test_it_is_called_once_for_each_evaluation_in_the_order_of_the_log(searches):
    nas, seen = searches(), []
    nas.search(progress=False, on_evaluation=seen.append)
    assert seen == nas.run.history.evaluations
    assert [e.number for e in seen] == list(range(1, 13))


def test_failed_and_reused_evaluations_are_told_as_well(searches, measured_by):
    measured_by(fail_every=5)
    first, second = [], []
    searches().search(progress=False, on_evaluation=first.append)
    searches().search(progress=False, on_evaluation=second.append)
    assert [e.number for e in first if not e.ok] == [5, 10]
    assert len(second) == 12
    assert sum(e.reused for e in second) == 10


def test_an_evaluation_is_in_the_log_when_it_is_told(searches):
    nas, counts = searches(), []
    run = nas.start(on_evaluation=lambda e: counts.append((e.number, len(nas.run.evaluations))))
    run.wait()
    assert all(number == in_log for number, in_log in counts)


def test_a_search_ends_when_the_script_says_so(searches):
    nas = searches()
    front = nas.search(progress=False, stop_when=lambda run: len(run.evaluations) >= 5)
    assert (nas.run.state, len(nas.run.evaluations)) == ("stopped", 5)
    assert front.ending == nas.run.message == "stop_when ended the search after 5 evaluations."
    assert front == nas.run.front()
    nas.run.resume()
    nas.run.wait()
    assert (nas.run.state, len(nas.run.evaluations)) == ("finished", 12)


def test_it_is_stopped_on_its_last_evaluation_too(searches):
    nas = searches()
    nas.search(progress=False, stop_when=lambda run: len(run.evaluations) >= 12)
    assert nas.run.state == "stopped"


def test_what_runs_in_parallel_is_recorded_and_told_after_a_stop(searches):
    nas, told = searches(workers=2), []
    nas.search(progress=False, on_evaluation=told.append, stop_when=lambda run: True)
    assert len(told) == len(nas.run.evaluations) <= 3


@pytest.mark.parametrize("name", ["on_evaluation", "stop_when"])
def test_an_error_of_the_script_stops_the_run_and_is_raised_as_it_is(searches, name):
    nas, error, calls = searches(), ValueError("my mistake"), []

    def fail(argument):
        calls.append(argument)
        if len(calls) == 3:
            raise error

    with pytest.raises(ValueError, match="my mistake") as caught:
        nas.search(progress=False, **{name: fail})
    assert caught.value is error
    assert f"{name} failed after evaluation 3 of run {nas.run.id}" in error.__notes__[0]
    assert (nas.run.state, len(nas.run.evaluations)) == ("stopped", 3)
    assert nas.run.message == f"{name} failed after evaluation 3: ValueError: my mistake."
    assert len(calls) == 3
    nas.run.resume()
    nas.run.wait()
    assert nas.run.state == "finished"


def test_even_a_wish_to_exit_reaches_the_script(searches):
    def leave(evaluation):
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        searches().search(progress=False, on_evaluation=leave)


def test_the_error_of_a_run_in_the_background_is_raised_where_it_is_waited_for(searches):
    def fail(run):
        raise ZeroDivisionError

    run = searches().start(stop_when=fail)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            run.wait()
    assert run.message == "stop_when failed after evaluation 1: ZeroDivisionError."
    run.resume(on_evaluation=lambda evaluation: None)
    assert run.wait()
    assert run.state == "finished"


def test_functions_come_back_with_a_resume_and_an_extension(searches):
    nas, seen = searches(), []
    run = nas.start(
        on_evaluation=lambda e: seen.append(e.number), stop_when=lambda run: len(seen) == 4
    )
    run.wait()
    run.resume()
    run.wait()
    run.extend(2)
    run.wait()
    assert seen == list(range(1, 15))
    again = Run(run.id)
    again.extend(2)
    again.wait()
    assert (len(seen), len(run.evaluations)) == (14, 16)


def test_a_script_that_waits_for_the_run_that_waits_for_it_is_told(searches):
    nas = searches()
    with pytest.raises(RunError, match=r"wait\(\) cannot be called in on_evaluation"):
        nas.search(progress=False, on_evaluation=lambda e: Run(nas.run.id).wait())


@pytest.mark.parametrize("name", ["on_evaluation", "stop_when"])
def test_what_is_no_function_is_refused_before_anything_starts(searches, name):
    nas = searches()
    with pytest.raises(ConfigError, match=f"{name}: give a function, or None, not 5"):
        nas.search(**{name: 5})
    assert nas.run is None
