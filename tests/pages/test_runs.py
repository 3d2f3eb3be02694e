from app.views.runs import run_row
from tests.pages.conftest import html_of


def open_page(app):
    return app.switch_page("../pages/runs.py").run()


def test_without_a_run_the_next_step_is_offered(app):
    open_page(app)
    assert app.button(key="runs_new").label == "New search"


def test_every_run_is_listed_newest_first(app, start):
    older, newer = start("older"), start("newer")
    open_page(app)
    assert not app.exception
    keys = [button.key for button in app.button if (button.key or "").startswith("run_open_")]
    assert keys == [f"run_open_{newer}", f"run_open_{older}"]
    assert html_of(app).count("12 / 12 evaluations") == 4


def test_a_row_says_what_became_of_a_run(start, service):
    start()
    (summary,) = service.list()
    row = run_row(summary, summary.created + 240)
    assert (row.state, row.count, row.age) == ("finished", "12 / 12", "4 min ago")
    assert row.objectives == "Top-1 accuracy, MACs"
    assert row.hypervolume == f"{summary.hypervolume:.4f}"


def test_a_run_opens_on_the_live_page(app, start):
    run = start()
    open_page(app)
    app.button(key=f"run_open_{run}").click().run()
    assert app.session_state["current_run"] == run
    assert app.subheader[0].value == "twelve"
