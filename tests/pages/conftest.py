"""The real dashboard on a real data folder, with a fake evaluator."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app import session
from engine.config import NASConfig
from engine.runs.service import RunService
from engine.runs.side_measurements import Timed
from engine.runs.times.forecast import timed_times
from tests.app.compat.component_scan import components_sought_once as components_sought_once
from tests.engine.runs.fakes import InstantEvaluator, plan_quickly

MAIN = Path(__file__).resolve().parents[2] / "app" / "main.py"

Start = Callable[..., str]


@pytest.fixture
def service(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunService]:
    """The engine of the pages."""
    plan_quickly(monkeypatch.setattr)
    service = RunService(data_dir, partial(InstantEvaluator, fail_every=5))
    timed = Timed(timed_times([1.2, 0.6], 2), workers=2)
    monkeypatch.setattr(service.side_measurements, "timed", lambda config, cancelled: timed)
    monkeypatch.setattr(session, "RunService", lambda *_, **__: service)
    monkeypatch.setenv("DYNAS_DATA_DIR", str(data_dir))
    st.cache_resource.clear()
    st.cache_data.clear()
    yield service
    st.cache_resource.clear()
    service.close()


@pytest.fixture
def start(service: RunService) -> Start:
    """Start a small run and wait until it has ended; returns its id."""

    def run(name: str = "twelve", **dynas: object) -> str:
        small = {"population": 4, "num_evals": 12, "workers": 1, **dynas}
        run_id = service.start(NASConfig.from_dict({"dynas": small}), name)
        service.wait(run_id, timeout=120)
        return run_id

    return run


@pytest.fixture
def dashboard(service: RunService) -> AppTest:
    """The dashboard before the first run; it opens on New search."""
    return AppTest.from_file(str(MAIN), default_timeout=60)


@pytest.fixture
def app(dashboard: AppTest) -> AppTest:
    """The dashboard, drawn once: Runs, which takes a tenth of the time of New search."""
    return dashboard.switch_page("../pages/runs.py").run()


def html_of(app: AppTest) -> str:
    """All HTML of the page."""
    return "\n".join(element.proto.body for element in app.get("html"))


def data_of(app: AppTest, component: str) -> dict[str, Any]:
    """The data of the first component of that name, such as `facts`."""
    protos = (element.proto for element in app.get("bidi_component"))
    proto_of_component = next(
        proto for proto in protos if proto.component_name.endswith(f"dynas_{component}")
    )
    data: dict[str, Any] = json.loads(proto_of_component.json)
    return data
