"""Signing in: who is let in by what a provider says, with cookies that Streamlit has signed."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from app.access import streamlit_login
from app.access.hosts import AllowedHosts
from app.access.listening import Listening
from app.access.login_door import Members
from app.access.options import OptionError, Options
from app.access.policy import Policy
from app.access.streamlit_login import LoginError
from app.compat.streamlit import USER_COOKIE
from tests.app.access.asgi import Client
from tests.app.access.test_doors import EVERYTHING, HTML, client
from tests.app.access.test_server import connect, get, say
from tests.app.compat import sign_in
from tests.app.compat.sign_in import give_secrets, pretend_authlib
from tests.browser.server import Server

SECRET = "0123456789abcdef0123456789abcdef"
HOME = "https://studio.example"
AUTH = {
    "redirect_uri": f"{HOME}/oauth2callback",
    "cookie_secret": SECRET,
    "client_id": "id",
    "client_secret": "secret",
    "server_metadata_url": "https://provider.example/.well-known/openid-configuration",
}
ANN = {"email": "ann@lab.example", "email_verified": True, "is_logged_in": True, "origin": HOME}
OURS = ("origin", HOME)


@pytest.fixture
def auth(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What `secrets.toml` says; a test may change it."""
    section = dict(AUTH)
    pretend_authlib(monkeypatch)
    give_secrets(monkeypatch, {"auth": section})
    monkeypatch.setattr(streamlit_login, "sign_in_address", lambda name: f"/auth/login?{name}")
    return section


def signed(claims: dict[str, Any], secret: str = SECRET) -> str:
    return sign_in.signed(secret, USER_COOKIE, json.dumps(claims))


def door(claims: dict[str, Any] | None = None, secret: str = SECRET) -> Client:
    members = Members.listed(["ann@lab.example", "Bob@Lab.Example"])
    hosts = AllowedHosts.of(["studio.example"])
    made = client(Policy(hosts, members=members).middleware(), HOME)
    if claims is not None:
        made.cookies[USER_COOKIE] = signed(claims, secret)
    return made


@pytest.mark.parametrize("email", ["ann@lab.example", "ANN@LAB.EXAMPLE", "bob@lab.example"])
def test_somebody_on_the_list_comes_in(auth, email):
    visitor = door({**ANN, "email": email})
    for path in EVERYTHING:
        assert visitor.get(path).status == 200
    assert visitor.connects(OURS)


OUTSIDE = {
    "another address": {**ANN, "email": "eve@lab.example"},
    "not verified": {**ANN, "email_verified": False},
    "verified as a text": {**ANN, "email_verified": "true"},
    "nothing on whether it is verified": {k: v for k, v in ANN.items() if k != "email_verified"},
    "no address": {k: v for k, v in ANN.items() if k != "email"},
    "signed out": {**ANN, "is_logged_in": False},
    "of another server": {**ANN, "origin": "https://other.example"},
}


@pytest.mark.parametrize("claims", OUTSIDE.values(), ids=OUTSIDE.keys())
def test_everybody_else_stays_outside(auth, claims):
    visitor = door(claims)
    for path in EVERYTHING:
        if path != "/_stcore/health":
            assert visitor.get(path).status in (401, 403)
    assert not visitor.connects(OURS)


@pytest.mark.parametrize(
    "cookie",
    ["", "x", json.dumps(ANN), signed(ANN, "another-secret-of-thirty-two-chars"), signed(ANN)[:-1],
     sign_in.signed(SECRET, "_another", json.dumps(ANN)),
     sign_in.signed(SECRET, USER_COOKIE, "[]"),
     sign_in.signed(SECRET, USER_COOKIE, "no json")],
    ids=["empty", "no cookie", "not signed", "signed with another secret", "cut off",
         "of another name", "no mapping", "no json"],
)  # fmt: skip
def test_a_cookie_that_streamlit_did_not_sign_for_this_opens_nothing(auth, cookie):
    visitor = door()
    visitor.cookies[USER_COOKIE] = cookie
    assert visitor.get("/").status == 401
    assert not visitor.connects(OURS)


def test_the_page_offers_each_provider_and_leads_there(auth):
    auth["google"] = {
        key: AUTH[key] for key in ("client_id", "client_secret", "server_metadata_url")
    }
    page = door().get("/runs", HTML)
    assert page.status == 401
    assert re.findall(r'href="([^"]+)"', page.text) == [
        "/access/sign-in?provider=default", "/access/sign-in?provider=google"
    ]  # fmt: skip
    answer = door().get("/access/sign-in?provider=google")
    assert (answer.status, answer.headers["location"]) == (303, "/auth/login?google")
    assert door().get("/access/sign-in?provider=evil").status == 401
    for path in ("/auth/login", "/auth/logout", "/oauth2callback"):
        assert door().get(path).status == 200, "they are Streamlit's"


def test_somebody_who_is_not_on_the_list_is_told_and_can_sign_out(auth):
    page = door({**ANN, "email": "<b>eve</b>@lab.example"}).get("/", HTML)
    assert page.status == 403
    assert "&lt;b&gt;eve&lt;/b&gt;@lab.example is not on the list" in page.text
    assert 'href="/auth/logout"' in page.text


def test_the_list_may_be_a_file(tmp_path: Path):
    path = tmp_path / "people.txt"
    path.write_text("# the group\nann@lab.example  # head\n\n bob@lab.example\n")
    members = Members.listed([str(path), "cid@lab.example"])
    for name in ("ann", "bob", "cid"):
        assert members.why_not({**ANN, "email": f"{name}@lab.example"}) == ""
    assert members.why_not({**ANN, "email": "eve@lab.example"})


BROKEN = {
    "no authlib": (None, "pip install"),
    "no section": ({}, "--login cannot be used"),
    "no client": ({**AUTH, "client_secret": None}, "client_secret"),
    "no secret": ({k: v for k, v in AUTH.items() if k != "cookie_secret"}, "cookie_secret"),
    "a short secret": ({**AUTH, "cookie_secret": "short"}, "32"),
    "no address": ({**AUTH, "redirect_uri": "nowhere"}, "redirect_uri"),
}


@pytest.mark.parametrize(("section", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_settings_with_which_nobody_could_sign_in_are_refused_at_start(
    auth, monkeypatch, data_dir, section, words
):
    if section is None:
        monkeypatch.setitem(sys.modules, "authlib", None)
    else:
        kept = {name: value for name, value in section.items() if value is not None}
        give_secrets(monkeypatch, {"auth": kept} if kept else {})
    options = Options(login=True, allow_users=["ann@lab.example"])
    with pytest.raises(OptionError) as refusal:
        options.policy(Listening("0.0.0.0", "0.0.0.0"), data_dir)
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_where_people_sign_in_is_a_name_of_the_server_and_no_token_is_asked_for(auth, data_dir):
    options = Options(login=True, allow_users=["ann@lab.example"])
    policy = options.policy(Listening("127.0.0.1", "127.0.0.1"), data_dir)
    assert policy.token is None
    assert policy.members is not None
    assert policy.hosts.named >= {"studio.example"}
    assert policy.files.roots == (), "others can come in"


def test_nobody_is_let_in_by_an_empty_list():
    with pytest.raises(LoginError, match="lets nobody in"):
        Members.listed([])


def test_the_real_server_lets_in_whom_streamlit_has_signed_in(tmp_path: Path):
    """Also a canary: the cookie, its name and its signature are not promised by Streamlit."""
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / "authlib").mkdir()
    (tmp_path / "authlib" / "__init__.py").write_text('__version__ = "1.6.0"\n')
    section = {**AUTH, "redirect_uri": "http://localhost:{port}/oauth2callback"}
    lines = "".join(f'{name} = "{value}"\n' for name, value in section.items())
    (tmp_path / ".streamlit" / "secrets.toml").write_text(f"[auth]\n{lines}")
    server = Server(
        tmp_path / "data", "--login", "--allow-user", "ann@lab.example",
        environment={"HOME": str(tmp_path), "PYTHONPATH": str(tmp_path)},
        printed=tmp_path / "printed.txt",
    )  # fmt: skip
    try:
        host, ours = "Host: localhost:PORT", "Origin: http://localhost:PORT"
        home = f"http://localhost:{server.port}"
        ann = f"Cookie: {USER_COOKIE}={signed({**ANN, 'origin': home})}"
        eve = f"Cookie: {USER_COOKIE}={signed({**ANN, 'origin': home, 'email': 'e@x.example'})}"
        for target in ("/", "/vendor/plotly.min.js", "/_stcore/host-config"):
            assert get(server, host, target=target) == 401
            assert get(server, host, eve, target=target) == 403
            assert get(server, host, ann, target=target) == 200
        begin, _ = say(
            server,
            f"GET /access/sign-in?provider=default HTTP/1.1\r\n{host}\r\nConnection: close\r\n\r\n",
        )
        assert begin == 500, "this Authlib is none"
        assert "Traceback" not in Path(server.printed).read_text()
        assert get(server, host, target="/feed/pulse?run=x") == 401
        assert get(server, host, ann, target="/feed/pulse?run=x") == 404, "there is no such run"
        assert connect(server, host, ours, ann) == 101
        assert connect(server, host, ours, eve) == 403
        assert connect(server, host, ours) == 403
    finally:
        server.kill()
