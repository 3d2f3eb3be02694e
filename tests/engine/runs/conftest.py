import pytest

from tests.engine.runs.fakes import plan_quickly


@pytest.fixture(autouse=True)
def _quick_plans(monkeypatch):
    """What is proposed is tested elsewhere."""
    plan_quickly(monkeypatch.setattr)
