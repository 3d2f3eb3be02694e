import threading
from concurrent.futures import Future
from functools import partial

import pytest

from engine.config import NASConfig
from engine.errors import EvaluationError
from engine.log.evaluation_log import DiskLog
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_service import wait_for
from tests.pages.conftest import data_of, html_of


def open_live(app, run=None):
    if run is not None:
        app.query_params["run"] = run
    return app.switch_page("../pages/live.py").run()


def test_without_a_run_the_next_step_is_offered(app):
    open_live(app)
    assert "No run yet" in app.markdown[0].value
    assert app.button(key="live_new").label == "New search"


def test_the_header_says_what_has_happened(app, start):
    open_live(app, start())
    assert not app.exception
    text = html_of(app)
    assert 'data-testid="run-state">finished' in text
    assert 'data-testid="run-live"' not in text
    facts = {fact["name"]: fact["value"] for fact in data_of(app, "facts")["facts"]}
    assert facts["evaluations"] == "12 / 12"
    assert facts["failed"] == "2"
    assert app.subheader[0].value == "twelve"


def test_the_newest_run_is_shown_where_none_is_named(app, start):
    start("older")
    newest = start("newer")
    open_live(app)
    assert app.subheader[0].value == "newer"
    assert app.session_state["current_run"] == newest


def test_the_address_names_the_run(app, start):
    older = start("older")
    start("newer")
    open_live(app, older)
    assert app.subheader[0].value == "older"


def test_a_run_that_has_ended_can_be_extended_but_not_paused(app, start, service):
    run = start()
    open_live(app, run)
    assert app.button(key="live_pause").disabled
    keys = {button.key for button in app.button}
    assert "live_retry" in keys  # two have failed, and nothing is left to stop
    assert "live_stop" not in keys
    app.number_input(key=f"live_extra_{run}").set_value(3).run()
    app.button(key="live_extend_apply").click().run()
    service.wait(run, timeout=60)
    assert service.history(run).budget == 15


def test_an_extension_that_is_none_cannot_be_sent(app, start):
    run = start()
    open_live(app, run)
    for wrong in (-5, 0, 10**9):
        app.number_input(key=f"live_extra_{run}").set_value(wrong).run()
        button = app.button(key="live_extend_apply")
        assert (button.label, button.disabled) == ("Extend", True)
        assert any("Give a number from 1 to" in caption.value for caption in app.caption)


def test_a_name_that_is_too_long_is_refused_in_words(app, start, service):
    run = start()
    open_live(app, run)
    app.text_input(key=f"live_name_{run}").set_value("x" * 95)
    app.button(key="live_rename_apply").click().run()
    assert "at most 80 characters, and this one has 95" in app.error[0].value
    assert service.history(run).name == "twelve"


def test_a_run_can_be_renamed_in_place(app, start, service):
    run = start()
    open_live(app, run)
    app.text_input(key=f"live_name_{run}").set_value("better name")
    app.button(key="live_rename_apply").click().run()
    assert service.history(run).name == "better name"
    assert app.subheader[0].value == "better name"


def test_an_empty_name_is_refused_in_words(app, start, service):
    run = start()
    open_live(app, run)
    app.text_input(key=f"live_name_{run}").set_value(" ")
    app.button(key="live_rename_apply").click().run()
    assert app.error[0].value == "A run needs a name."
    assert service.history(run).name == "twelve"


def test_the_selected_sub_network_is_shown_with_its_downloads(app, start):
    run = start()
    app.session_state[f"selected_{run}"] = 2
    open_live(app, run)
    assert any("#2" in element.value for element in app.markdown)
    assert 'data-testid="subnetwork-metrics"' in html_of(app)
    labels = [button.label for button in app.get("download_button")]
    assert labels == ["JSON", "YAML", "Python"]


def test_how_predictions_are_judged_can_be_switched(app, start):
    run = start()
    open_live(app, run)
    views = app.segmented_control(key="predictions")
    assert views.value == "Ranking"
    for view in ("Error", "Scatter"):
        app.segmented_control(key="predictions").set_value(view).run()
        assert not app.exception
    assert any(c.value.startswith("Gaussian process, learnt from ") for c in app.caption)


def test_a_search_without_predictors_has_no_views_of_them(app, service):
    config = {"approach": "random", "dynas": {"population": 4, "num_evals": 6, "workers": 1}}
    run = service.start(NASConfig.from_dict(config))
    service.wait(run, timeout=120)
    open_live(app, run)
    assert not app.exception
    assert len(app.get("segmented_control")) == 0


def lost_run(data_dir):
    """A run whose process was killed before the first evaluation; its id."""
    folder = data_dir / "runs" / "lost"
    folder.mkdir(parents=True)
    log = DiskLog(folder / "log")
    log.append_event("created", {"config": NASConfig().to_dict(), "name": "n" * 80})
    log.append_event("state", {"state": "running", "message": ""})
    log.close()
    return folder.name


def test_an_interrupted_run_says_what_to_do(app, data_dir):
    open_live(app, lost_run(data_dir))
    assert not app.exception
    assert app.button(key="live_resume").label == "Resume"
    assert any("before the first measurement" in caption.value for caption in app.caption)
    facts = {fact["name"]: fact["value"] for fact in data_of(app, "facts")["facts"]}
    assert facts == {"evaluations": "0 / 250", "hypervolume": "–"}


def test_tags_and_note_stand_in_one_line(app, start, service):
    run = start()
    service.label(run, tags=["phones"], note="Why: *this*.")
    open_live(app, run)
    assert any("phones" in element.value for element in app.markdown)
    assert any(element.value == "Why: *this*." for element in app.markdown)


def test_a_stop_that_waits_for_what_hangs_can_be_made_at_once(app, service, monkeypatch):
    never = threading.Event()
    hanging = partial(InstantEvaluator, gate=never)
    monkeypatch.setattr(service._threads, "_make_evaluator", hanging)
    run = service.start(NASConfig.from_dict({"dynas": {"num_evals": 4, "workers": 1}}))
    wait_for(lambda: service.history(run).state == "running")
    open_live(app, run)
    app.button(key="live_stop").click().run()
    wait_for(lambda: service.history(run).state == "stopping")
    app.run()
    app.button(key="live_stop_now").click().run()
    service.wait(run, timeout=30)
    assert service.history(run).state == "stopped"


def test_what_failed_can_be_tried_again_and_says_what_its_worker_wrote(app, service, monkeypatch):
    class Broken(InstantEvaluator):
        def submit(self, config, metrics, settings):
            future = Future()
            error = EvaluationError("The images are gone.")
            error.stderr = "no such file: val/*.jpg"
            future.set_exception(error)
            return future

    good = service._threads._make_evaluator
    monkeypatch.setattr(service._threads, "_make_evaluator", Broken)
    small = {"population": 4, "num_evals": 8, "workers": 1}
    run = service.start(NASConfig.from_dict({"dynas": small}))
    service.wait(run, timeout=60)
    open_live(app, run)
    assert any("All 4 evaluations of the initial sample failed" in e.value for e in app.error)
    assert not app.exception
    monkeypatch.setattr(service._threads, "_make_evaluator", good)
    app.button(key="live_retry").click().run()
    service.wait(run, timeout=60)
    assert not app.exception
    assert service.history(run).num_evals == 12


@pytest.fixture
def waiting(service, monkeypatch):
    """The id of a run that waits for the workers of another one."""
    monkeypatch.setattr(
        service._threads, "_make_evaluator", partial(InstantEvaluator, gate=threading.Event())
    )
    every_core = {"dynas": {"num_evals": 4, "workers": service._threads.max_workers}}
    holder = service.start(NASConfig.from_dict(every_core), "holder")
    wait_for(lambda: service.history(holder).state == "running")
    run = service.start(NASConfig.from_dict(every_core), "waiting")
    wait_for(lambda: service.summary(run).message)
    yield run
    service.stop_now(holder)
    service.stop_now(run)


def test_a_queued_run_says_for_what_it_waits_and_can_go_first(app, service, waiting):
    open_live(app, waiting)
    assert any("which 'holder' has" in caption.value for caption in app.caption)
    app.button(key="live_go_first").click().run()
    assert not app.exception
    wait_for(lambda: any(e.kind == "asked" for e in service.history(waiting).events))


def test_limit_and_priority_apply_at_once_and_follow_other_changes(app, service, waiting):
    def field(name, revision=0):
        fields = app.checkbox if name == "all" else app.number_input
        return fields(key=f"live_{name}_{waiting}_{revision}")

    open_live(app, waiting)
    field("priority").set_value(3).run()
    assert service.history(waiting).share.priority == 3
    assert any("priority 3." in caption.value for caption in app.caption)
    field("all").check().run()
    assert service.history(waiting).share.workers is None
    assert field("workers").disabled
    service.set_share(waiting, workers=1)
    app.run()
    assert (field("workers", 1).value, field("priority", 1).value) == (1, 3)
