"""`NAS`: a search that a script waits for, or one in the background."""

import pytest

from engine import script_objects
from engine.config import NASConfig
from engine.errors import ConfigError, EvaluationError, RunError
from engine.python_api.nas import NAS
from engine.python_api.run_list import runs


def test_it_has_no_run_before_it_searches(searches):
    nas = searches()
    assert nas.run is None
    front = nas.search(progress=False, name="mine")
    assert (nas.run.name, front) == ("mine", nas.run.front())
    assert runs() == [nas.run]


def test_a_call_searches_and_shows_its_progress(searches, capsys):
    assert len(searches()()) > 0
    assert capsys.readouterr() == ("", "searching: 12 of 12 evaluations\n")


def test_a_configuration_may_be_a_file(searches, tmp_path):
    path = tmp_path / "search.yaml"
    path.write_text(searches().config.to_yaml())
    for given in (path, str(path)):
        nas = NAS(given, tmp_path / "data")
        nas.search(False)
        assert nas.run.data_dir == tmp_path / "data"
        assert nas.run.config.dynas.num_evals == 12


def test_a_start_returns_at_once_and_its_run_is_that_of_the_search(searches):
    nas = searches(num_evals=40)
    run = nas.start("mine")
    assert run is nas.run
    assert run.wait()
    assert (run.state, run.name, len(run.evaluations)) == ("finished", "mine", 40)


def test_settings_without_effect_are_warnings_at_the_caller(searches):
    for call in (lambda nas: nas.search(progress=False), lambda nas: nas.start()):
        nas = searches(latency_batch=8)
        with pytest.warns(UserWarning, match="latency.batch has no effect") as warned:
            call(nas)
        assert warned[0].filename == __file__
        nas.run.wait()


def test_what_cannot_be_searched_starts_no_run(searches):
    nas = searches(constraints=["acc >= 900"])
    for call in (nas.search, nas.start):
        with pytest.raises(ConfigError, match="no sub-network keeps to Top-1 accuracy ≥ 900 %"):
            call()
    assert (nas.run, runs()) == (None, [])


def test_a_search_in_which_nothing_can_be_measured_fails_with_the_reason(searches, measured_by):
    measured_by(fail_every=1)
    nas = searches()
    with pytest.raises(RunError, match="acc is not a finite number"):
        nas.search(progress=False)
    assert nas.run.state == "failed"
    assert len(nas.run.front()) == 0


def test_the_configuration_can_be_changed_between_searches(searches):
    nas = searches()
    nas.search(progress=False)
    nas.config.dynas.num_evals = 3
    nas.search(progress=False)
    assert isinstance(nas.config, NASConfig)
    assert [len(run.evaluations) for run in runs()] == [3, 12]


def sum_of_choices(config):
    return {"score": sum(config.values())}


def test_a_second_search_of_the_same_choices_starts_while_the_first_goes_on(tmp_path):
    config = NASConfig(approach="grid", search_space={"a": [1, 2], "b": [3, 4]})
    config.dynas.metrics = ["score"]
    supernet = NAS(config, tmp_path, evaluate=sum_of_choices).offer().dynas.supernet
    with script_objects.held([supernet]):
        assert NAS(config, tmp_path, evaluate=sum_of_choices).offer().dynas.supernet == supernet
        with pytest.raises(RunError, match="evaluates the same choices by another func") as caught:
            NAS(config, tmp_path, evaluate=len).offer()
    assert supernet not in str(caught.value)


def test_a_first_config_that_fails_need_not_be_tried_where_objectives_are_named(tmp_path):
    config = NASConfig(approach="grid", search_space={"a": [1, 2, 3]})

    def fails_first(choices):
        return {"score": 1 / (choices["a"] - 1)}

    with pytest.raises(EvaluationError, match=r"ZeroDivisionError.*name them in dynas\.metrics"):
        NAS(config, tmp_path, evaluate=fails_first).start()
    config.dynas.metrics = ["score"]
    assert NAS(config, tmp_path, evaluate=fails_first).offer().dynas.metrics == ["score"]
