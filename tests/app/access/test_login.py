"""Sign-in: which claims of a provider are accepted, with cookies signed by Streamlit."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from app.access import streamlit_login
from app.access.hosts import AllowedHosts
from app.access.listen_address import ListenAddress
from app.access.login_middleware import AllowedUsers
from app.access.options import AccessOptions, OptionError
from app.access.policy import Policy
from app.access.streamlit_login import LoginError
from app.compat.streamlit import USER_COOKIE
from tests.app.access.asgi import Client
from tests.app.access.test_authentication_middleware import HTML, PATHS, client
from tests.app.access.test_server import connect, get, send
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


def client_of(claims: dict[str, Any] | None = None, secret: str = SECRET) -> Client:
    allowed_users = AllowedUsers.from_options(["ann@lab.example", "Bob@Lab.Example"])
    hosts = AllowedHosts.from_names(["studio.example"])
    visitor = client(Policy(hosts, allowed_users=allowed_users).middleware(), HOME)
    if claims is not None:
        visitor.cookies[USER_COOKIE] = signed(claims, secret)
    return visitor


@pytest.mark.parametrize("email", ["ann@lab.example", "ANN@LAB.EXAMPLE", "bob@lab.example"])
def test_a_listed_user_is_authenticated(auth, email):
    visitor = client_of({**ANN, "email": email})
    for path in PATHS:
        assert visitor.get(path).status == 200
    assert visitor.connects(OURS)


REFUSED_CLAIMS = {
    "another address": {**ANN, "email": "eve@lab.example"},
    "not verified": {**ANN, "email_verified": False},
    "verified as a text": {**ANN, "email_verified": "true"},
    "nothing on whether it is verified": {k: v for k, v in ANN.items() if k != "email_verified"},
    "no address": {k: v for k, v in ANN.items() if k != "email"},
    "signed out": {**ANN, "is_logged_in": False},
    "of another server": {**ANN, "origin": "https://other.example"},
}


@pytest.mark.parametrize("claims", REFUSED_CLAIMS.values(), ids=REFUSED_CLAIMS.keys())
def test_other_users_are_refused(auth, claims):
    visitor = client_of(claims)
    for path in PATHS:
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
def test_a_cookie_without_a_valid_signature_is_refused(auth, cookie):
    visitor = client_of()
    visitor.cookies[USER_COOKIE] = cookie
    assert visitor.get("/").status == 401
    assert not visitor.connects(OURS)


def test_the_page_offers_each_provider_and_leads_there(auth):
    auth["google"] = {
        key: AUTH[key] for key in ("client_id", "client_secret", "server_metadata_url")
    }
    page = client_of().get("/runs", HTML)
    assert page.status == 401
    assert re.findall(r'href="([^"]+)"', page.text) == [
        "/access/sign-in?provider=default", "/access/sign-in?provider=google"
    ]  # fmt: skip
    answer = client_of().get("/access/sign-in?provider=google")
    assert (answer.status, answer.headers["location"]) == (303, "/auth/login?google")
    assert client_of().get("/access/sign-in?provider=evil").status == 401
    for path in ("/auth/login", "/auth/logout", "/oauth2callback"):
        assert client_of().get(path).status == 200, "they are Streamlit's"


def test_an_unlisted_user_sees_the_reason_and_can_sign_out(auth):
    page = client_of({**ANN, "email": "<b>eve</b>@lab.example"}).get("/", HTML)
    assert page.status == 403
    assert "&lt;b&gt;eve&lt;/b&gt;@lab.example is not on the list" in page.text
    assert 'href="/auth/logout"' in page.text


def test_the_list_may_be_a_file(tmp_path: Path):
    path = tmp_path / "people.txt"
    path.write_text("# the group\nann@lab.example  # head\n\n bob@lab.example\n")
    allowed_users = AllowedUsers.from_options([str(path), "cid@lab.example"])
    for name in ("ann", "bob", "cid"):
        assert allowed_users.rejection_reason({**ANN, "email": f"{name}@lab.example"}) == ""
    assert allowed_users.rejection_reason({**ANN, "email": "eve@lab.example"})


INVALID_SETTINGS = {
    "no authlib": (None, "pip install"),
    "no section": ({}, "--login cannot be used"),
    "no client": ({**AUTH, "client_secret": None}, "client_secret"),
    "no secret": ({k: v for k, v in AUTH.items() if k != "cookie_secret"}, "cookie_secret"),
    "a short secret": ({**AUTH, "cookie_secret": "short"}, "32"),
    "no address": ({**AUTH, "redirect_uri": "nowhere"}, "redirect_uri"),
}


@pytest.mark.parametrize(
    ("section", "words"), INVALID_SETTINGS.values(), ids=INVALID_SETTINGS.keys()
)
def test_settings_with_which_nobody_could_sign_in_are_refused_at_start(
    auth, monkeypatch, data_dir, section, words
):
    if section is None:
        monkeypatch.setitem(sys.modules, "authlib", None)
    else:
        auth_section = {name: value for name, value in section.items() if value is not None}
        give_secrets(monkeypatch, {"auth": auth_section} if auth_section else {})
    options = AccessOptions(login=True, allow_users=["ann@lab.example"])
    with pytest.raises(OptionError) as refusal:
        options.policy(ListenAddress("0.0.0.0", "0.0.0.0"), data_dir)
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_where_people_sign_in_is_a_name_of_the_server_and_no_token_is_asked_for(auth, data_dir):
    options = AccessOptions(login=True, allow_users=["ann@lab.example"])
    policy = options.policy(ListenAddress("127.0.0.1", "127.0.0.1"), data_dir)
    assert policy.token is None
    assert policy.allowed_users is not None
    assert policy.hosts.names >= {"studio.example"}
    assert policy.files.roots == (), "others can come in"


def test_an_empty_list_of_users_is_refused():
    with pytest.raises(LoginError, match="needs a list of users"):
        AllowedUsers.from_options([])


def test_the_real_server_accepts_users_signed_in_by_streamlit(tmp_path: Path):
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
        host, origin = "Host: localhost:PORT", "Origin: http://localhost:PORT"
        home = f"http://localhost:{server.port}"
        ann = f"Cookie: {USER_COOKIE}={signed({**ANN, 'origin': home})}"
        eve = f"Cookie: {USER_COOKIE}={signed({**ANN, 'origin': home, 'email': 'e@x.example'})}"
        for target in ("/", "/vendor/plotly.min.js", "/_stcore/host-config"):
            assert get(server, host, target=target) == 401
            assert get(server, host, eve, target=target) == 403
            assert get(server, host, ann, target=target) == 200
        status, _ = send(
            server,
            f"GET /access/sign-in?provider=default HTTP/1.1\r\n{host}\r\nConnection: close\r\n\r\n",
        )
        assert status == 500, "this Authlib is none"
        assert "Traceback" not in Path(server.printed).read_text()
        assert get(server, host, target="/feed/pulse?run=x") == 401
        assert get(server, host, ann, target="/feed/pulse?run=x") == 404, "there is no such run"
        assert connect(server, host, origin, ann) == 101
        assert connect(server, host, origin, eve) == 403
        assert connect(server, host, origin) == 403
    finally:
        server.kill()
