"""Packages that add supernets and metrics, as if they were installed."""

from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import EntryPoint

import pytest

from engine import metrics, plug_ins
from engine.supernets import registry

Install = Callable[..., None]


def _forget() -> None:
    for cached in (plug_ins.offered, metrics._added, registry._load):
        cached.cache_clear()


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Make entry points, name to `module:object`, those of installed packages."""

    def install(supernets: Mapping[str, str] = {}, metrics: Mapping[str, str] = {}) -> None:
        groups = {plug_ins.SUPERNETS: supernets, plug_ins.METRICS: metrics}
        monkeypatch.setattr(
            plug_ins,
            "entry_points",
            lambda group: [EntryPoint(n, v, group) for n, v in groups[group].items()],
        )
        _forget()

    yield install
    monkeypatch.undo()
    metrics._recalled.clear()
    _forget()
