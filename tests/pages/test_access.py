"""What pages say and refuse where others can come in."""

import json
from pathlib import Path

import pytest
import streamlit as st

from app.access import policy as access
from app.access.files import FileRules
from app.access.login_door import Members
from app.access.policy import Policy
from engine.supernets.ofa.requirements import IMAGES
from tests.pages.conftest import html_of

PAGES = sorted(path.name for path in (Path(__file__).parents[2] / "pages").glob("*.py"))
OPEN = "Anyone who can reach this server can use this dashboard"


@pytest.fixture
def hold(monkeypatch):
    """Let a policy hold for the test."""
    monkeypatch.setattr(access, "_current", access.current())
    return access.use


@pytest.mark.parametrize("page", PAGES)
def test_an_open_door_is_told_on_every_page(dashboard, hold, page):
    assert OPEN not in html_of(dashboard.switch_page(f"../pages/{page}").run())
    hold(Policy(open_door=True))
    app = dashboard.run()
    assert not app.exception
    assert OPEN in html_of(app)


def test_whoever_signed_in_is_named_and_can_sign_out(app, hold, monkeypatch):
    assert not [button for button in app.button if button.label == "Sign out"]
    hold(Policy(members=Members(["ann@lab.example"])))
    monkeypatch.setattr(st, "user", {"email": "ann@lab.example"})
    out = []
    monkeypatch.setattr(st, "logout", lambda: out.append(True))
    app.run()
    assert ">ann@lab.example<" in html_of(app)
    next(button for button in app.button if button.label == "Sign out").click()
    app.run()
    assert out


@pytest.mark.parametrize(
    "field", ["task_options.dataset_path", "meter_options.latency.table", "results_csv_path"]
)
def test_the_form_names_no_file_outside(dashboard, hold, data_dir, field):
    hold(Policy(files=FileRules.of(data_dir, [], local=False)))
    app = dashboard.run()
    app.text_input(key=f"new_{field}").set_value("/etc/passwd").run()
    assert not app.exception
    assert field.rpartition(".")[2] in app.warning[0].value
    assert app.button(key="new_start").disabled


def test_pasted_yaml_names_none_either(dashboard, hold, data_dir):
    hold(Policy(files=FileRules.of(data_dir, [], local=False)))
    app = dashboard.run()
    app.text_area(key="new_yaml_text").set_value("nas: {dynas: {warm_start: /etc/passwd}}")
    app.button(key="new_yaml_apply").click()
    app.run()
    assert "warm_start" in app.warning[0].value
    assert app.button(key="new_start").disabled


def test_paths_of_a_supernet_are_not_looked_at_outside(dashboard, hold, data_dir, tmp_path):
    (tmp_path / "images").mkdir()
    hold(Policy(files=FileRules.of(data_dir, [], local=False)))
    app = dashboard.switch_page("../pages/supernets.py").run()
    field = next(one for one in app.text_input if one.label.startswith("Images"))
    field.set_value(str(tmp_path / "images"))
    app.button(key=field.key.replace("_text", "_apply")).click()
    app.run()
    assert not app.exception
    assert any("is outside the folders" in error.value for error in app.error)
    assert not (data_dir / "settings.json").exists()


def test_a_path_that_was_remembered_before_is_refused_in_its_row(dashboard, hold, data_dir):
    (data_dir / "settings.json").write_text(json.dumps({"paths": {IMAGES: "/etc"}}))
    hold(Policy(files=FileRules.of(data_dir, [], local=False)))
    app = dashboard.switch_page("../pages/supernets.py").run()
    assert not app.exception
    rows = [text.value for text in app.markdown if "is outside the folders" in text.value]
    assert rows
