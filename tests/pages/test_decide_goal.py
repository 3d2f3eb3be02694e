"""Decide answers a goal: the best within limits, before any other way to choose."""

from tests.pages.decide_page import following, open_page, texts
from tests.pages.decide_page import front as front
from tests.pages.decide_page import run as run


def test_a_typed_goal_is_answered_before_any_theory(app, run, service):
    evaluations = [e for e in service.history(run).evaluations if e.ok]
    limit = sorted(e.metrics["macs"] for e in evaluations)[len(evaluations) // 2]
    open_page(app, run=run)
    following(app.text_input, f"decide_limit_{run}_macs").set_value(f"<= {limit / 1e6!r}M ").run()
    assert not app.exception
    assert app.query_params["limits"] == f"macs:{limit:.0f}"
    assert following(app.text_input, f"decide_limit_{run}_macs").value.endswith("M MACs")
    assert following(app.select_slider, f"decide_limit_{run}_macs_slider").value == limit
    fitting = [e for e in evaluations if e.metrics["macs"] <= limit]
    best = max(fitting, key=lambda e: e.metrics["acc"])
    page_text = texts(app)
    assert f"{len(fitting)} of {len(evaluations)} measured sub-networks fit" in page_text
    assert f"**Best · #{best.number}** · {best.metrics['acc']:.2f} %" in page_text
    for title in ("Runner-up · #", "10 % more MACs (≤ ", "Half the MACs (≤ "):
        assert title in page_text
    app.button(key="decide_answer_add_0").click().run()
    assert service.labels(run).shortlist == (best.number,)
    assert app.button(key="decide_answer_add_0").disabled


def test_a_limit_that_cannot_be_read_is_named_at_its_field(app, run):
    open_page(app, run=run, limits="macs:5000000")
    following(app.text_input, f"decide_limit_{run}_macs").set_value("5 ms").run()
    assert [error.value for error in app.error] == [
        "'5 ms' is not a number for MACs. Write one such as 300M or 300 M MACs. It is not applied."
    ]
    assert following(app.text_input, f"decide_limit_{run}_macs").value == "5 ms"
    assert app.query_params["limits"] == "macs:5000000"
    following(app.text_input, f"decide_limit_{run}_macs").set_value("").run()
    assert not app.error
    assert "limits" not in app.query_params


def test_the_metric_to_be_best_in_is_kept_in_the_address(app, run, service):
    open_page(app, run=run, limits="acc:80")
    assert following(app.selectbox, f"decide_best_{run}").value == "macs"
    evaluations = [e for e in service.history(run).evaluations if e.ok]
    best = min((e for e in evaluations if e.metrics["acc"] >= 80), key=lambda e: e.metrics["macs"])
    assert f"**Best · #{best.number}**" in texts(app)
    following(app.selectbox, f"decide_best_{run}").set_value("acc").run()
    assert app.query_params["best"] == "acc"
    assert "limits" not in app.query_params
