"""The Decide page of a small run that has ended, and what it shows."""

import pytest


def open_page(app, **address):
    for name, value in address.items():
        app.query_params[name] = value
    return app.switch_page("../pages/decide.py").run()


def texts(app):
    return "\n".join(element.value for element in [*app.markdown, *app.caption, *app.error])


def following(widgets, name):
    """The widget that follows as `name`: its key ends with a count."""
    (widget,) = [widget for widget in widgets if widget.key.rpartition("_")[0] == name]
    return widget


@pytest.fixture
def front(start, service):
    """The front of a finished run, by its last objective."""
    return service.history(start()).front()


@pytest.fixture
def run(front, service):
    """That run's id."""
    return service.list()[0].id
