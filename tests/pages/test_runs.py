import threading
from functools import partial

from app.run_list import actions
from app.tables.runs import RequestedAction
from engine.config import NASConfig
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_service import wait_for


def open_page(app, **address):
    for name, value in address.items():
        app.query_params[name] = value
    return app.switch_page("../pages/runs.py").run()


def ask(app, run, action):
    """What a click in the table's menu does."""
    app.session_state["runs_asked"] = RequestedAction(run, action)
    return app.run()


def notice_of(app):
    """What is said of the last action."""
    return app.session_state[actions._NOTICE]


def count_caption(app):
    return next(c.value for c in app.caption if "run" in c.value)


def test_without_a_run_the_next_step_is_offered(app):
    open_page(app)
    assert app.button(key="runs_new").label == "New search"


def test_all_runs_are_counted(app, start):
    start("older")
    start("newer")
    open_page(app)
    assert not app.exception
    assert count_caption(app) == "2 runs"
    assert app.button(key="runs_delete").disabled


def test_words_and_filters_of_the_address_narrow_the_table(app, start, service):
    first = start("alpha")
    start("beta")
    service.label(first, tags=["paper"])
    open_page(app, find="alp")
    assert app.text_input(key="find").value == "alp"
    assert count_caption(app) == "1 of 2 runs"
    app.text_input(key="find").set_value("").run()
    assert count_caption(app) == "2 runs"
    app.multiselect(key="tag").set_value(["paper"]).run()
    assert count_caption(app) == "1 of 2 runs"
    app.text_input(key="find").set_value("nothing like it").run()
    assert any("No run fits" in element.value for element in app.markdown)
    app.button(key="runs_clear").click().run()
    assert count_caption(app) == "2 runs"


def test_a_run_opens_on_the_live_page(app, start):
    run = start()
    open_page(app)
    ask(app, run, "open")
    assert app.session_state["current_run"] == run
    assert app.subheader[0].value == "twelve"


def test_several_are_deleted_at_once_and_the_deletion_undone(app, start, service):
    runs = [start("one"), start("two"), start("three")]
    open_page(app)
    app.session_state["runs_selected"] = runs[:2]
    app.run()
    assert count_caption(app) == "**2 selected** · 3 runs"
    app.button(key="runs_delete").click().run()
    assert [summary.id for summary in service.list()] == runs[2:]
    assert any("Deleted 2 runs." in element.value for element in app.markdown)
    app.button(key="runs_undo").click().run()
    assert {summary.id for summary in service.list()} == set(runs)
    assert any("Restored 2 runs." in element.value for element in app.markdown)
    assert count_caption(app) == "3 runs"


def test_the_trash_lists_what_was_deleted(app, start, service):
    run = start("gone")
    start("here")
    service.delete(run)
    open_page(app, show="Trash")
    assert any("gone" in element.value for element in app.markdown)
    app.button(key=f"runs_restore_{run}").click().run()
    assert {summary.name for summary in service.list()} == {"gone", "here"}
    assert any("The trash is empty" in element.value for element in app.markdown)


def test_where_all_are_deleted_the_page_says_where_they_are(app, start, service):
    service.delete(start("only"))
    open_page(app)
    assert any("All runs are archived or deleted" in element.value for element in app.markdown)


def test_archived_runs_are_out_of_sight_until_asked_for(app, start, service):
    run = start("old")
    start("new")
    open_page(app)
    ask(app, run, "archive")
    assert service.labels(run).archived
    assert count_caption(app) == "1 run"
    app.segmented_control(key="show").set_value("Archived").run()
    assert count_caption(app) == "1 run"
    ask(app, run, "unarchive")
    assert any("Nothing is archived" in element.value for element in app.markdown)
    assert not service.labels(run).archived


def test_tags_are_added_to_all_that_are_picked(app, start, service):
    runs = [start("one"), start("two")]
    service.label(runs[0], tags=["old"])
    open_page(app)
    app.session_state["runs_selected"] = runs
    app.run()
    app.multiselect(key="runs_tag_new").set_value(["new"]).run()
    app.button(key="runs_tag_apply").click().run()
    assert [service.labels(run).tags for run in runs] == [("old", "new"), ("new",)]


def test_failed_deletions_are_reported_and_the_others_done(service, start, app, monkeypatch):
    run = start("one")
    monkeypatch.setattr(actions.st, "session_state", {})
    actions.delete([run, "nothing"])
    last = actions.notice()
    assert last.text == "Deleted 'one'."
    assert "There is no run 'nothing'" in last.problems[0]


def test_tags_and_note_are_on_the_live_page(app, start, service):
    run = start()
    service.label(run, tags=["a*b"], note="**Why** not")
    app.query_params["run"] = run
    app.switch_page("../pages/live.py").run()
    texts = [element.value for element in app.markdown]
    assert any(r"a\*b" in text for text in texts)
    assert "**Why** not" in texts


def test_a_queued_run_can_be_put_first_or_beside_the_others(app, service, monkeypatch):
    monkeypatch.setattr(
        service._threads, "_make_evaluator", partial(InstantEvaluator, gate=threading.Event())
    )
    every_core = {"dynas": {"num_evals": 4, "workers": service._threads.max_workers}}
    holder = service.start(NASConfig.from_dict(every_core), "holder")
    wait_for(lambda: service.history(holder).state == "running")
    queued = service.start(NASConfig.from_dict(every_core), "queued")
    wait_for(lambda: service.summary(queued).message)
    open_page(app)
    ask(app, queued, "go_first")
    assert notice_of(app).text == "Next in the queue is 'queued'."
    ask(app, queued, "run_beside")
    assert notice_of(app).text == "Beside the others now runs 'queued'."
    wait_for(lambda: service.history(queued).state == "running")
    for run in (holder, queued):
        service.stop_now(run)
