from engine.config import NASConfig
from tests.long_log import write_long_log
from tests.pages.conftest import data_of, html_of


def open_page(app, **address):
    for name, value in address.items():
        app.query_params[name] = value
    return app.switch_page("../pages/compare.py").run()


def search(service, approach, seed=0, metrics=("acc", "macs"), evaluations=10):
    config = NASConfig(
        approach=approach,
        search={"seed": seed},
        dynas={"population": 4, "num_evals": evaluations, "workers": 1, "metrics": list(metrics)},
    )
    run = service.start(config, f"{approach} run, seed {seed}")
    service.wait(run, timeout=120)
    return run


def texts(app):
    return "\n".join(element.value for element in [*app.markdown, *app.caption, *app.warning])


def test_without_a_run_the_next_step_is_offered(app):
    open_page(app)
    assert app.button(key="compare_new").label == "New search"


def test_with_runs_what_fits_is_suggested_and_taken(app, service):
    runs = [search(service, "random"), search(service, "dynas")]
    open_page(app)
    app.button(key="compare_suggested_0").click().run()
    assert not app.exception
    assert set(app.multiselect(key="compare_picks").value) == set(runs)
    assert set(app.query_params["runs"].split(",")) == set(runs)


def test_the_address_names_what_is_compared(app, service):
    runs = [search(service, "random"), search(service, "dynas"), search(service, "dynas", 1)]
    open_page(app, runs=f"{runs[2]}~,{runs[0]}")
    assert not app.exception
    assert app.multiselect(key="compare_picks").value == [f"{runs[1]}~", runs[0]]
    html = html_of(app)
    assert 'data-testid="compare-levels"' in html
    assert "dynas run (2 seeds)" in html
    assert "random's final hypervolume" in texts(app)


def test_a_run_that_is_not_there_is_named(app, service):
    run = search(service, "random")
    open_page(app, runs=f"{run},20260101-000000-abcdef")
    assert "'20260101-000000-abcdef', which is not here" in texts(app)
    assert app.multiselect(key="compare_picks").value == [run]


def test_runs_that_cannot_be_compared_are_left_out_with_the_reason(app, service):
    runs = [search(service, "random"), search(service, "random", metrics=("acc", "params"))]
    open_page(app, runs=",".join(runs))
    assert "it optimises Top-1 accuracy and Parameters, not Top-1 accuracy and MACs" in texts(app)
    assert 'data-testid="compare-levels"' not in html_of(app)
    assert "dynas.metrics" in html_of(app)


def test_the_same_search_with_another_approach_takes_one_click(app, service):
    run = search(service, "dynas")
    open_page(app, runs=run)
    app.button(key="compare_launch_random").click().run()
    assert not app.exception
    (new_run,) = (s for s in service.list() if s.id != run)
    service.wait(new_run.id, timeout=120)
    assert (new_run.config.approach, new_run.config.dynas.num_evals) == ("random", 10)
    assert app.query_params["runs"] == f"{run},{new_run.id}"


def test_four_more_seeds(app, service):
    run = search(service, "random", evaluations=6)
    open_page(app, runs=run)
    app.button(key="compare_launch_seeds").click().run()
    assert not app.exception
    for summary in service.list():
        service.wait(summary.id, timeout=120)
    assert sorted(s.config.search.seed for s in service.list()) == [0, 1, 2, 3, 4]
    assert app.query_params["runs"] == f"{run}~"
    assert app.selectbox(key="compare_anchor").options == ["random run (5 seeds)"]


def test_all_settings_are_one_switch_away(app, service):
    open_page(app, runs=search(service, "random"))
    assert "One configuration: no differences." in texts(app)
    app.toggle(key="all_settings").set_value(True).run()
    assert "dynas.population" in html_of(app)


def test_small_multiples_draw_any_number_of_runs(app, service, data_dir):
    runs = [write_long_log(data_dir, count) for count in range(30, 57)]
    open_page(app, runs=",".join(runs))
    assert not app.exception
    assert data_of(app, "chart")["name"] == "multiples"
    assert len(data_of(app, "chart")["figure"]["layout"]["annotations"]) == 24
    app.button_group(key="panels").set_value(2).run()
    assert len(data_of(app, "chart")["figure"]["layout"]["annotations"]) == 3
    app.button_group(key="arrangement").set_value("One chart").run()
    assert not app.exception
    assert data_of(app, "chart")["name"] == "fronts"
    assert any("the first 8 are drawn" in element.value for element in app.info)
