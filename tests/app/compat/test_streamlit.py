import inspect
import re
import sys
import tomllib
from contextlib import suppress
from pathlib import Path

import pytest
import streamlit as st
from streamlit import config, user_info
from streamlit.errors import StreamlitAuthError
from streamlit.web.server.starlette import starlette_app

from app.compat import streamlit as door
from tests.app.compat.sign_in import give_secrets, pretend_authlib, signed
from tests.browser import streamlit_parts
from tests.compat import changed

CHANGED = changed("streamlit", "app/compat/streamlit.py")
ROOT = Path(__file__).resolve().parents[3]
SECRET = "0123456789abcdef0123456789abcdef"
AUTH = {
    "redirect_uri": "https://studio.example/oauth2callback",
    "cookie_secret": SECRET,
    "client_id": "id",
    "client_secret": "secret",
    "server_metadata_url": "https://provider.example/.well-known/openid-configuration",
}


@pytest.fixture
def auth(monkeypatch):
    pretend_authlib(monkeypatch)
    give_secrets(monkeypatch, {"auth": AUTH})
    return monkeypatch


def test_settings_are_read_anew_and_stand_above_files(monkeypatch):
    monkeypatch.chdir(ROOT)  # it has a file of settings
    before = {name: st.get_option(name) for name in ("server.port", "client.toolbarMode")}
    try:
        door.configure({"server.port": 8765, "client.toolbarMode": "minimal"})
        assert st.get_option("server.port") == 8765, CHANGED
        assert st.get_option("client.toolbarMode") == "minimal", CHANGED
        assert st.get_option("runner.postScriptGC") is False, CHANGED
    finally:
        door.configure(before)


def test_there_is_every_setting_that_is_set():
    content = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    names = set(_names(content))
    named_in_code = set(re.findall(r'"(\w+\.\w+)": ', (ROOT / "app" / "__main__.py").read_text()))
    assert named_in_code
    unknown = (names | named_in_code) - set(door.setting_names())
    assert not unknown, f"{CHANGED} It does not know the settings {unknown} any more."


def test_a_setting_of_the_environment_stands_above_the_file(monkeypatch):
    file = ROOT / "app" / "streamlit.toml"
    assert door.settings_in(file)["server.maxUploadSize"] == 5
    monkeypatch.setenv("STREAMLIT_SERVER_MAX_UPLOAD_SIZE", "50")
    assert "server.maxUploadSize" not in door.settings_in(file)
    known = config.get_config_options()
    named = {name: door.variable(name) for name in door.settings_in(file)}
    assert named == {name: known[name].env_var for name in named}, CHANGED


def _names(table, before=""):
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _names(value, f"{before}{name}.")
        else:
            yield f"{before}{name}"


def test_a_script_is_given_the_arguments_of_the_program_unless_they_are_hidden(monkeypatch):
    source = inspect.getsource(starlette_app)
    assert "script_args = sys.argv[1:]" in source, f"{CHANGED} It may not be needed any more."
    monkeypatch.setattr(sys, "argv", ["app", "--port", "8501"])
    with suppress(ZeroDivisionError), door.without_arguments():
        assert sys.argv == ["app"]
        raise ZeroDivisionError
    assert sys.argv == ["app", "--port", "8501"]


def test_signing_in_needs_a_package(auth):
    assert door.can_sign_in(), CHANGED
    auth.setitem(sys.modules, "authlib", None)
    assert not door.can_sign_in(), CHANGED


def test_the_settings_of_providers_are_read_and_checked(auth):
    assert dict(door.sign_in_settings()) == AUTH, CHANGED
    assert door.redirect_origin() == "https://studio.example", CHANGED
    door.check_provider("default")
    with pytest.raises(door.StreamlitError) as refused:
        door.check_provider("google")
    assert "google" in str(refused.value), CHANGED
    assert "\n" not in str(refused.value)
    give_secrets(auth, {})
    assert door.sign_in_settings() == {}, CHANGED
    assert door.redirect_origin() is None, CHANGED


def test_signing_in_begins_at_an_address_of_the_server(auth):
    auth.setattr(user_info, "encode_provider_token", lambda provider: f"token-of-{provider}")
    assert door.sign_in_address("google") == f"{door.SIGN_IN}?provider=token-of-google", CHANGED

    def refuse(provider):
        raise StreamlitAuthError("The package\nis too old.")

    auth.setattr(user_info, "encode_provider_token", refuse)
    with pytest.raises(door.StreamlitError, match=r"^The package is too old\.$"):
        door.sign_in_address("google")


def test_the_cookie_about_who_signed_in_is_read_only_if_this_server_signed_it(auth):
    text = '{"email": "ann@lab.example"}'
    ours = {door.USER_COOKIE: signed(SECRET, door.USER_COOKIE, text)}
    assert door.signed_user(ours) == text.encode(), CHANGED
    for secret, name in ((SECRET[::-1], door.USER_COOKIE), (SECRET, "another")):
        assert door.signed_user({door.USER_COOKIE: signed(secret, name, text)}) is None, CHANGED
    assert door.signed_user({}) is None, CHANGED


def test_streamlit_has_the_addresses_that_stay_open():
    from streamlit.user_info import AUTH_LOGIN_ENDPOINT, AUTH_LOGOUT_ENDPOINT
    from streamlit.web.server.starlette import starlette_auth_routes, starlette_static_routes
    from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

    assert (door.SIGN_IN, door.SIGN_OUT) == (AUTH_LOGIN_ENDPOINT, AUTH_LOGOUT_ENDPOINT), CHANGED
    assert f"/{starlette_auth_routes._ROUTE_OAUTH_CALLBACK}" == door.SIGNED_IN, CHANGED
    assert door.HEALTH[1:] in inspect.getsource(starlette_static_routes), CHANGED
    assert door.USER_COOKIE == USER_COOKIE_NAME, CHANGED


def test_an_upload_has_what_is_read_of_it():
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    assert {"file_id", "name"} <= set(inspect.signature(UploadedFile.__init__).parameters) | set(
        re.findall(r"self\.(\w+) =", inspect.getsource(UploadedFile.__init__))
    ), CHANGED
    assert callable(UploadedFile.getvalue), CHANGED


def names_in(text):
    """What Streamlit names its parts for its own tests."""
    return set(re.findall(r'data-testid="?(st\w+)', text))


def test_streamlit_names_its_parts_as_the_style_sheet_and_the_tests_do():
    texts = [door.styles(), Path(streamlit_parts.__file__).read_text()]
    wanted = {name for text in texts for name in names_in(text)} | {"stMultiSelect"}
    assert len(wanted) > 15
    scripts = (Path(st.__file__).parent / "static").rglob("*.js")
    written = "\n".join(script.read_text() for script in scripts)
    gone = {name for name in wanted if not re.search(rf"[\"'`.]{name}\b", written)}
    assert not gone, f"{changed('streamlit', 'app/compat/streamlit.css')} It has no {gone}."
