"""A search that takes no time, from Python, in the data folder of the test."""

from collections.abc import Callable
from functools import partial

import pytest

from engine.config import NASConfig
from engine.python_api.nas import NAS
from engine.python_api.services import close_services
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator, plan_quickly

Searches = Callable[..., NAS]


@pytest.fixture
def measured_by(monkeypatch):
    """Choose how sub-networks are measured, with the arguments of InstantEvaluator."""

    def choose(**arguments):
        admit_all = lambda config: None  # noqa: E731
        defaults = (partial(InstantEvaluator, **arguments), admit_all)
        monkeypatch.setattr(RunService.__init__, "__defaults__", defaults)

    return choose


@pytest.fixture(autouse=True)
def _instant(monkeypatch, measured_by):
    plan_quickly(monkeypatch.setattr)
    measured_by()
    yield
    close_services()


@pytest.fixture
def searches() -> Searches:
    """Make the NAS of a search of twelve evaluations, or with other settings."""

    def make(approach="random", **dynas):
        settings = {"population": 4, "num_evals": 12, "workers": 1, **dynas}
        return NAS(NASConfig(approach=approach, dynas=settings))

    return make
