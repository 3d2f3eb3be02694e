"""Notices and refusals of pages on a server that other machines can reach."""

import json
from pathlib import Path

import pytest
import streamlit as st

from app.access import policy as access
from app.access.files import FileRules
from app.access.login_middleware import AllowedUsers
from app.access.policy import Policy
from engine.supernets.ofa.requirements import IMAGES
from tests.pages.conftest import html_of

PAGES = sorted(path.name for path in (Path(__file__).parents[2] / "pages").glob("*.py"))
OPEN = "Anyone who can reach this server can use this dashboard"


@pytest.fixture
def set_policy(monkeypatch):
    """Let a policy hold for the test."""
    monkeypatch.setattr(access, "_current", access.current())
    return access.use


@pytest.mark.parametrize("page", PAGES)
def test_every_page_warns_of_an_unprotected_server(dashboard, set_policy, page):
    assert OPEN not in html_of(dashboard.switch_page(f"../pages/{page}").run())
    set_policy(Policy(is_unprotected=True))
    app = dashboard.run()
    assert not app.exception
    assert OPEN in html_of(app)


def test_the_signed_in_user_is_shown_and_can_sign_out(app, set_policy, monkeypatch):
    assert not [button for button in app.button if button.label == "Sign out"]
    set_policy(Policy(allowed_users=AllowedUsers(["ann@lab.example"])))
    monkeypatch.setattr(st, "user", {"email": "ann@lab.example"})
    out = []
    monkeypatch.setattr(st, "logout", lambda: out.append(True))
    app.run()
    assert ">ann@lab.example<" in html_of(app)
    next(button for button in app.button if button.label == "Sign out").click()
    app.run()
    assert out


@pytest.mark.parametrize(
    ("field", "named"),
    [
        ("task_options.dataset_path", "'Data folder'"),
        ("meter_options.latency.table", "table"),
        ("results_csv_path", "'Results file'"),
    ],
)
def test_the_form_names_no_file_outside(dashboard, set_policy, data_dir, field, named):
    set_policy(Policy(files=FileRules.for_server(data_dir, [], local=False)))
    app = dashboard.run()
    app.text_input(key=f"new_{field}").set_value("/etc/passwd").run()
    assert not app.exception
    assert named in app.warning[0].value
    assert app.button(key="new_start").disabled


def test_pasted_yaml_names_none_either(dashboard, set_policy, data_dir):
    set_policy(Policy(files=FileRules.for_server(data_dir, [], local=False)))
    app = dashboard.run()
    app.text_area(key="new_yaml_text").set_value("nas: {dynas: {warm_start: /etc/passwd}}")
    app.button(key="new_yaml_apply").click()
    app.run()
    assert "'Warm start'" in app.warning[0].value
    assert app.button(key="new_start").disabled


def test_paths_of_a_supernet_are_not_looked_at_outside(dashboard, set_policy, data_dir, tmp_path):
    (tmp_path / "images").mkdir()
    set_policy(Policy(files=FileRules.for_server(data_dir, [], local=False)))
    app = dashboard.switch_page("../pages/supernets.py").run()
    field = next(
        field_of_app for field_of_app in app.text_input if field_of_app.label.startswith("Images")
    )
    field.set_value(str(tmp_path / "images"))
    app.button(key=field.key.replace("_text", "_apply")).click()
    app.run()
    assert not app.exception
    assert any("is outside the folders" in error.value for error in app.error)
    assert not (data_dir / "settings.json").exists()


def test_a_path_that_was_remembered_before_is_refused_in_its_row(dashboard, set_policy, data_dir):
    (data_dir / "settings.json").write_text(json.dumps({"paths": {IMAGES: "/etc"}}))
    set_policy(Policy(files=FileRules.for_server(data_dir, [], local=False)))
    app = dashboard.switch_page("../pages/supernets.py").run()
    assert not app.exception
    rows = [text.value for text in app.markdown if "is outside the folders" in text.value]
    assert rows
