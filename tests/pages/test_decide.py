import json

import pytest

from engine.config import NASConfig
from tests.pages.conftest import html_of


def open_page(app, **address):
    for name, value in address.items():
        app.query_params[name] = value
    return app.switch_page("../pages/decide.py").run()


def texts(app):
    return "\n".join(element.value for element in [*app.markdown, *app.caption, *app.error])


def plot(app):
    """The chart's figure as the browser gets it."""
    return next(
        json.loads(element.proto.json)["figure"]
        for element in app.get("bidi_component")
        if "choice" in element.proto.json
    )


def test_without_a_run_the_next_step_is_offered(app):
    open_page(app)
    assert app.button(key="decide_new").label == "New search"


def test_a_run_whose_constraints_nothing_keeps_to_has_no_front(app, start):
    run = start(constraints=["acc >= 99"])
    open_page(app, run=run)
    assert not app.exception
    assert "keeps to the constraints of this run yet" in texts(app)
    assert app.button(key="decide_open_live")


def test_the_count_that_remains_follows_the_limits(app, start, service):
    run = start()
    front = service.history(run).front()
    open_page(app, run=run)
    assert not app.exception
    assert f"**{len(front)} of {len(front)}** on the front remain" in texts(app)
    slider = app.select_slider(key=f"decide_limit_{run}_macs")
    assert slider.value is None
    middle = slider.options[len(slider.options) // 2]
    slider.set_value(limits_of(app, run)[len(slider.options) // 2]).run()
    assert not app.exception
    limit = float(app.query_params["limits"].removeprefix("macs:"))
    assert middle.startswith("≤")
    remaining = [e for e in front if e.metrics["macs"] <= limit]
    assert f"**{len(remaining)} of {len(front)}** on the front remain" in texts(app)


def limits_of(app, run):
    from app.decide.wishes import limit_choices
    from app.session import service
    from engine.metrics import metric

    values = [e.metrics["macs"] for e in service().history(run).front()]
    return limit_choices(metric("macs"), values, None).options
