"""A damaged run is shown as such, and all pages keep working for the other runs."""

import pytest

from app import navigation
from engine.config import NASConfig
from engine.runs.service import RunService
from tests.engine.log.tampering import DAMAGES
from tests.engine.runs.fakes import InstantEvaluator

PAGES = [file for file, *_ in navigation._PAGES.values()]


@pytest.fixture
def finished_run(service):
    """A run of twelve evaluations that this server has not looked at yet."""
    other_service = RunService(service.data_dir, InstantEvaluator)
    dynas = {"population": 4, "num_evals": 12, "workers": 1}
    run = other_service.start(NASConfig(approach="random", dynas=dynas), "broken")
    other_service.wait(run, 60)
    other_service.close()
    return run


@pytest.fixture
def damaged(finished_run, service):
    """A run whose log has an unreadable record."""
    DAMAGES["a record of something else"](service.data_dir / "runs" / finished_run / "log")
    return finished_run


@pytest.mark.parametrize("page", PAGES)
def test_every_page_works_beside_a_damaged_run(app, start, damaged, page):
    intact_run = start("whole")
    app.query_params["run"] = intact_run
    app.switch_page(f"../pages/{page}").run()
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("page", ["live.py", "explore.py", "decide.py", "subnetwork.py"])
def test_a_page_of_the_damaged_run_says_why_and_repairs_it(app, damaged, page, service):
    app.query_params["run"] = damaged
    app.switch_page(f"../pages/{page}").run()
    assert not app.exception
    assert any("evaluation 7" in e.value for e in app.markdown)
    name = page.removesuffix(".py")
    app.button(key=f"{name}_repair_{damaged}").click().run()
    assert not app.exception
    assert len(service.history(damaged).evaluations) == 11
    assert [entry.run_id for entry in service.trash.entries()] == [damaged]


def test_compare_says_that_a_run_which_it_is_to_show_cannot_be_read(app, start, damaged):
    start("whole")
    app.query_params["runs"] = damaged
    app.switch_page("../pages/compare.py").run()
    assert not app.exception
    assert "cannot be read" in app.warning[0].value


def test_the_list_shows_it_with_the_reason_and_what_can_be_done(app, start, damaged, service):
    start("whole")
    app.switch_page("../pages/runs.py").run()
    assert any("evaluation 7" in element.value for element in app.markdown)
    assert [summary.name for summary in service.list()] == ["whole"]
    assert app.get("download_button")
    app.button(key=f"runs_trash_{damaged}").click().run()
    assert not app.exception
    assert service.unreadable() == []
    assert any(f"Deleted '{damaged}'" in element.value for element in app.markdown)


def test_a_run_without_its_database_offers_no_repair(app, finished_run, service):
    run = finished_run
    (service.data_dir / "runs" / run / "log" / "cache.db").unlink()
    app.switch_page("../pages/runs.py").run()
    assert not app.exception
    assert any("has no database" in element.value for element in app.markdown)
    assert f"runs_repair_{run}" not in [button.key for button in app.button]


@pytest.fixture
def unlisted_damage(finished_run, service, monkeypatch):
    """A damaged run that the list of runs shows as intact."""
    before = service.list()
    assert [summary.id for summary in before] == [finished_run]
    DAMAGES["a record of something else"](service.data_dir / "runs" / finished_run / "log")
    summaries = {summary.id: summary for summary in before}
    monkeypatch.setattr(service, "list", lambda: list(summaries.values()))
    monkeypatch.setattr(service, "summary", summaries.__getitem__)
    return finished_run


@pytest.mark.parametrize("page", ["live.py", "explore.py", "decide.py", "subnetwork.py"])
def test_a_page_offers_repair_where_the_list_knows_of_no_damage(
    app, unlisted_damage, page, service
):
    app.query_params["run"] = unlisted_damage
    app.switch_page(f"../pages/{page}").run()
    assert not app.exception
    assert any("evaluation 7" in element.value for element in app.markdown)
    app.button(key=f"{page.removesuffix('.py')}_repair_{unlisted_damage}").click().run()
    assert not app.exception
    assert not app.error
    assert len(service.history(unlisted_damage).evaluations) == 11


def test_compare_says_so_of_a_run_whose_damage_is_found_late(app, unlisted_damage):
    app.query_params["runs"] = unlisted_damage
    app.switch_page("../pages/compare.py").run()
    assert not app.exception
    assert [warning.value for warning in app.warning] == [
        f"The log of the run '{unlisted_damage}' cannot be read. *Runs* says why, and what can be "
        "done."
    ]
