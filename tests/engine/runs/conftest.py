import pytest

from tests.engine.runs.fakes import plan_quickly


@pytest.fixture(autouse=True)
def _quick_plans(monkeypatch):
    """Make planning fast; proposals are tested elsewhere."""
    plan_quickly(monkeypatch.setattr)
