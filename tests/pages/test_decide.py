import pytest

from app import session
from app.decide.limit_field import limit_choices
from engine.config import NASConfig
from engine.errors import EvaluationError
from engine.metrics import metric
from engine.supernets import registry
from tests.engine.runs.imported import import_text
from tests.long_log import write_long_log
from tests.pages.conftest import html_of
from tests.pages.decide_page import following, open_page, texts
from tests.pages.decide_page import front as front
from tests.pages.decide_page import run as run


def keys(app):
    return {button.key for button in app.button}


def measure(app, run, numbers):
    """Press the button and wait until the background has done all `numbers`."""
    app.button(key="decide_measure").click().run()
    assert not app.exception
    for number in numbers:
        job = session.jobs().get(("test", run, number))
        assert job is not None
        job.exception(timeout=60)
    app.run()


def test_without_a_run_the_next_step_is_offered(app):
    open_page(app)
    assert app.button(key="decide_new").label == "New search"


def test_a_run_whose_constraints_nothing_keeps_to_has_no_front(app, start):
    open_page(app, run=start(constraints=["acc >= 99"]))
    assert not app.exception
    assert "keeps to the constraints of this run yet" in texts(app)
    assert "which misses Top-1 accuracy ≥ 99 % (it has " in texts(app)
    assert app.button(key="decide_open_live")


def test_the_count_that_remains_follows_the_limits(app, run, front):
    open_page(app, run=run)
    assert not app.exception
    assert f"**{len(front)} of {len(front)} remain**" in texts(app)
    options = limit_choices(metric("macs"), [e.metrics["macs"] for e in front], None).options
    limit = options[len(options) // 2]
    following(app.select_slider, f"decide_limit_{run}_macs_slider").set_value(limit).run()
    assert not app.exception
    assert float(app.query_params["limits"].removeprefix("macs:")) == limit
    remaining = [e for e in front if e.metrics["macs"] <= limit]
    assert 0 < len(remaining) < len(front)
    assert f"**{len(remaining)} of {len(front)} remain**" in texts(app)
    app.button(key="decide_reset").click().run()
    assert "limits" not in app.query_params
    assert f"**{len(front)} of {len(front)} remain**" in texts(app)


def test_the_address_sets_limits_weights_and_what_is_compared(app, run, front):
    first, second = front[0], front[-1]
    limit = (first.metrics["macs"] + front[1].metrics["macs"]) / 2
    open_page(
        app, run=run, limits=f"macs:{limit:.10g}", weights="acc:10,macs:0",
        compare=f"{second.number},{first.number}",
    )  # fmt: skip
    assert not app.exception
    assert following(app.select_slider, f"decide_limit_{run}_macs_slider").value == pytest.approx(
        limit
    )
    assert following(app.slider, f"decide_weight_{run}_acc").value == 10
    assert f"**1 of {len(front)} remain**" in texts(app)
    assert following(app.multiselect, f"decide_compared_{run}").value == [
        second.number,
        first.number,
    ]
    html = html_of(app)
    assert f'<th scope="col">#{second.number}</th><th scope="col">#{first.number}</th>' in html
    assert "better" in html
    assert "worse" in html


def test_weights_move_the_suggestion(app, run, front):
    open_page(app, run=run)
    following(app.slider, f"decide_weight_{run}_acc").set_value(10).run()
    following(app.slider, f"decide_weight_{run}_macs").set_value(0).run()
    assert app.query_params["weights"] == "acc:10,macs:0"
    best = max(front, key=lambda e: e.metrics["acc"])
    (entry,) = [m.value for m in app.markdown if "Best for your weights." in m.value]
    assert entry.startswith(f"**#{best.number}**\n")


def test_invalid_parameters_in_the_address_are_ignored(app, run):
    open_page(app, run=run, limits="macs:x,nope:3,acc", weights="acc:-7,macs:1e9", compare="0,99,x")
    assert not app.exception
    assert following(app.slider, f"decide_weight_{run}_macs").value == 10
    assert "two sub-networks or more" in texts(app)


def test_limits_that_nothing_keeps_to_say_so_and_name_the_nearest(app, run, front, service):
    open_page(app, run=run, limits="macs:1")
    assert not app.exception
    assert f"**0 of {len(front)} remain**" in texts(app)
    assert "Nothing is within the limits." in texts(app)
    assert "No sub-network keeps to MACs ≤ 1" in texts(app)
    assert "search where it holds" not in texts(app), "no search could find one"
    nearest = min((e for e in front), key=lambda e: e.metrics["macs"])
    assert f"The nearest is #{nearest.number}, which misses MACs ≤ 1 (it has " in texts(app)
    app.button(key="decide_answer_add_0").click().run()
    assert service.labels(run).shortlist == (nearest.number,)
    assert "Loosen one" in texts(app)


def test_a_suggestion_goes_onto_the_shortlist_and_stays_there(app, run, service):
    open_page(app, run=run)
    app.button(key="decide_suggested_0").click().run()
    (number,) = service.labels(run).shortlist
    assert app.button(key="decide_suggested_0").disabled
    assert f"decide_move_off_{number}" in keys(app)


def test_the_front_can_be_added_from_without_a_mouse(app, run, front, service):
    open_page(app, run=run)
    app.selectbox(key=f"decide_add_{run}").select(front[1].number).run()
    assert service.labels(run).shortlist == (front[1].number,)
    assert app.selectbox(key=f"decide_add_{run}").value is None


def test_the_shortlist_is_ordered_and_emptied(app, run, front, service):
    first, second, third = (e.number for e in front[:3])
    service.label(run, shortlist=[first, second, third])
    open_page(app, run=run)
    assert app.button(key=f"decide_move_up_{first}").disabled
    assert app.button(key=f"decide_move_down_{third}").disabled
    app.button(key=f"decide_move_down_{first}").click().run()
    assert service.labels(run).shortlist == (second, first, third)
    app.button(key=f"decide_move_up_{third}").click().run()
    app.button(key=f"decide_move_off_{second}").click().run()
    assert service.labels(run).shortlist == (third, first)
    assert following(app.multiselect, f"decide_compared_{run}").value == [third, first]


def test_a_dominated_sub_network_is_marked(app, start, service):
    run = start(metrics=["acc", "params"])
    members = service.history(run).front_numbers
    dominated = next(
        e for e in service.history(run).evaluations if e.ok and e.number not in members
    )
    service.label(run, shortlist=[dominated.number])
    open_page(app, run=run)
    assert "not on the front" in texts(app)


def test_other_pages_put_on_the_shortlist_and_lead_to_it(app, run, front, service):
    number = front[0].number
    app.query_params["run"], app.query_params["n"] = run, str(number)
    app.switch_page("../pages/subnetwork.py").run()
    app.button(key="subnetwork_shortlist").click().run()
    assert service.labels(run).shortlist == (number,)
    app.button(key="subnetwork_shortlist_open").click().run()
    assert app.title[0].value == "Decide"


def test_a_failed_evaluation_cannot_be_put_on_the_shortlist(app, run):
    app.query_params["run"], app.query_params["n"] = run, "5"
    app.switch_page("../pages/subnetwork.py").run()
    assert app.button(key="subnetwork_shortlist").disabled


def test_the_whole_shortlist_is_measured_on_the_test_images(app, run, front, service):
    numbers = [e.number for e in front[:2]]
    service.label(run, shortlist=numbers)
    open_page(app, run=run)
    assert "held out" not in html_of(app)
    measure(app, run, numbers)
    assert "All are measured on the test images." in texts(app)
    for number in numbers:
        quality = service.cached_held_out_quality(run, number)
        assert f"held out {quality:.2f} %" in texts(app)
    assert "Top-1 accuracy, held out ↑" in html_of(app)


def test_a_measurement_that_fails_says_why_and_can_be_repeated(
    app, run, front, service, monkeypatch
):
    def fail(*_):
        raise EvaluationError("The images are gone. Put them back.")

    numbers = [e.number for e in front[:2]]
    service.label(run, shortlist=numbers)
    open_page(app, run=run)
    with monkeypatch.context() as patch:
        patch.setattr(service, "held_out_quality", fail)
        measure(app, run, numbers)
    message = f"#{front[0].number}, #{front[1].number}: The images are gone. Put them back."
    assert [error.value for error in app.error] == [message]
    measure(app, run, numbers)
    assert not app.error


def test_no_test_accuracy_where_accuracy_was_predicted(app, service):
    predicted = {"supernet": "ofa_mbv3_d234_e346_k357_w1.0",
                 "accuracy_source": "published predictor"}  # fmt: skip
    space = registry.load(predicted["supernet"]).space
    rows = [f'"{space.to_config(space.smallest)}",0,,,,72.5']
    header = "Sub-network,Date,Model Parameters,Latency (ms),MACs,Top-1 Acc (%)"
    table = "\n".join([header, *rows])
    run = import_text(service, table, "published.csv", NASConfig(dynas=predicted))
    service.label(run, shortlist=[1])
    open_page(app, run=run)
    assert not app.exception
    assert "comes from a published predictor" in texts(app)
    assert "decide_measure" not in keys(app)


def test_what_was_measured_is_compared_also_where_the_weights_are_gone(app, data_dir):
    run = write_long_log(data_dir, 40, "ofa_resnet50", ["acc", "macs", "params"])
    open_page(app, run=run, compare="1,2")
    app.button(key="decide_suggested_0").click().run()
    assert not app.exception
    assert "A final test is not offered: " in texts(app)
    assert 'data-testid="compared-metrics"' in html_of(app)
    assert any("width" in title.lower() for title in html_of(app).split("<th"))


def test_equal_genes_are_shown_only_when_asked_for(app, run, front, service):
    service.label(run, shortlist=[front[1].number, front[2].number])
    open_page(app, run=run)
    few = html_of(app).count("<tr>")
    app.toggle(key="all_genes").set_value(True).run()
    assert html_of(app).count("<tr>") > few


def test_one_objective_needs_no_weights(app, start, service):
    run = start(metrics=["acc"])
    open_page(app, run=run)
    assert not app.exception
    assert "Best Top-1 accuracy" in texts(app)
    assert not [slider for slider in app.slider if slider.key.startswith("decide_weight")]
