import json

from engine.config import NASConfig
from tests.long_log import write_long_log
from tests.pages.conftest import data_of, html_of
from tests.sourced_run import write_sourced_run


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
    app.toggle(key="seeds_apart").set_value(True).run()
    assert "'20260101-000000-abcdef', which is not here" in texts(app)
    app.multiselect(key="compare_picks").set_value([]).run()
    assert "which is not here" not in texts(app)


def test_an_address_of_no_run_says_so_even_before_there_is_one(app, data_dir):
    open_page(app, runs="nope")
    assert "'nope', which is not here" in texts(app)
    write_long_log(data_dir, 30)
    app.run()
    assert "'nope', which is not here" in texts(app)


def test_runs_that_cannot_be_compared_are_left_out_with_the_reason(app, service):
    runs = [search(service, "random"), search(service, "random", metrics=("acc", "params"))]
    open_page(app, runs=",".join(runs))
    assert "it optimises Top-1 accuracy and Parameters, not Top-1 accuracy and MACs" in texts(app)
    assert 'data-testid="compare-levels"' not in html_of(app)
    assert "dynas.metrics" in html_of(app)


def test_runs_with_other_limits_are_told_apart_and_drawn_apart(app, data_dir):
    limits = {"free": (), "limited": ("macs <= 300M",), "second": ()}
    runs = [
        write_sourced_run(data_dir, name, [{}] * 4, 0.5, ("acc", "macs"), limits=of_run)
        for name, of_run in limits.items()
    ]
    open_page(app, runs=",".join(runs), seeds_apart="true")
    assert not app.exception
    assert "**limited**: it keeps to MACs ≤ 300 M, not to no limit." in texts(app)
    (levels,) = (element.body for element in app.get("html") if "compare-levels" in element.body)
    assert "free" in levels
    assert "limited" not in levels
    app.button_group(key="arrangement").set_value("Small multiples").run()
    assert not app.exception
    titles = [
        [a["text"].split("<br>")[0] for a in figure["layout"]["annotations"]]
        for figure in figures(app)
    ]
    assert titles == [["free", "second"], ["limited"]]


def figures(app):
    protos = [element.proto for element in app.get("bidi_component")]
    return [
        json.loads(proto.json)["figure"]
        for proto in protos
        if proto.component_name.endswith("dynas_chart")
    ]


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


def test_with_more_runs_than_looks_small_multiples_become_usual(app, data_dir):
    runs = [write_long_log(data_dir, count) for count in range(30, 39)]
    open_page(app, runs=",".join(runs[:3]))
    assert data_of(app, "chart")["name"] == "fronts"
    app.multiselect(key="compare_picks").set_value(runs).run()
    assert not app.exception
    assert data_of(app, "chart")["name"] == "multiples"
    app.multiselect(key="compare_picks").set_value(runs[:3]).run()
    assert data_of(app, "chart")["name"] == "fronts"
