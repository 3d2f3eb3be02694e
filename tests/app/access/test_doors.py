"""What stands before the application, with an application that says what reached it."""

from collections.abc import Sequence
from urllib.parse import quote

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from app.access.hosts import AllowedHosts
from app.access.policy import Policy
from app.access.token import Token
from tests.app.access.asgi import Client

TOKEN = Token("a-token-of-some-length")
HOME = "http://localhost:8501"
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]
HEADERS = {
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}
HTML = ("accept", "text/html")
OURS = ("origin", HOME)


async def _say(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"reached {request.headers['host']}")


async def _talk(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close()


def client(middleware: Sequence[Middleware], home: str = HOME) -> Client:
    routes = [
        Route("/{path:path}", _say, methods=METHODS),
        WebSocketRoute("/_stcore/stream", _talk),
    ]
    return Client(Starlette(routes=routes, middleware=list(middleware)), home)


def local(*named: str) -> Client:
    return client(Policy(AllowedHosts.of(named)).middleware())


@pytest.fixture
def door() -> Client:
    return client(Policy(token=TOKEN).middleware())


EVERYTHING = ["/", "/runs", "/feed/points", "/_stcore/health", "/media/x", "/vendor/plotly.min.js"]


@pytest.mark.parametrize("path", EVERYTHING)
@pytest.mark.parametrize("method", METHODS)
def test_another_name_reaches_nothing(method, path):
    answer = local().request(method, path, ("host", "evil.example"))
    assert answer.status == 403
    assert "start it with --allowed-host evil.example" in answer.text


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:9999", ""])
def test_another_origin_reaches_nothing(origin):
    for method in METHODS:
        assert local().request(method, "/feed/points", ("origin", origin)).status == 403
    assert not local().connects(("origin", origin))


def test_a_name_that_was_made_to_lead_here_reaches_nothing_with_its_own_origin():
    rebound = (("host", "evil.example:8501"), ("origin", "http://evil.example:8501"))
    assert local().get("/", *rebound).status == 403
    assert not local().connects(*rebound)


def test_what_is_ours_reaches_everything():
    for method in METHODS:
        assert local().request(method, "/x", OURS).text == "reached localhost:8501"
    assert local().connects(OURS)
    assert local().connects(), "a program sends no origin"


@pytest.mark.parametrize("name", ["host", "origin"])
def test_two_hosts_or_two_origins_are_refused(name):
    values = [(name, "localhost:8501"), (name, "evil.example")]
    assert local().get("/", *values).status == 403
    assert not local().connects(*values)


@pytest.mark.parametrize("target", ["http://evil.example/", "*", "evil.example:80"])
def test_a_target_that_is_no_path_is_refused(target):
    assert local().get(target).status == 403


def test_a_forwarded_host_counts_only_where_it_was_named():
    headers = (
        ("host", "127.0.0.1:8501"),
        ("x-forwarded-host", "studio.example"),
        ("origin", "https://studio.example"),
    )
    assert local().get("/", *headers).status == 403
    named = local("studio.example")
    assert named.get("/", *headers).text == "reached studio.example"
    assert named.connects(*headers)
    assert named.get("/", *headers[:2], ("origin", "http://127.0.0.1:8501")).status == 403
    assert named.get("/", ("host", "evil.example"), *headers[1:]).status == 403
    twice = (*headers[:2], ("x-forwarded-host", "evil.example"), headers[2])
    assert named.get("/", *twice).status == 403


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", [path for path in EVERYTHING if path != "/_stcore/health"])
def test_without_the_token_nothing_is_reached_but_the_health(door, method, path):
    answer = door.request(method, path)
    assert answer.status == 401
    assert "reached" not in answer.text
    assert not door.connects(OURS)
    assert not door.connects()
    assert door.get("/_stcore/health").status == 200


@pytest.mark.parametrize(
    "path",
    ["/_stcore/health/", "//_stcore/health", "/_stcore/health/../x", "/_stcore/health%2f..",
     "/_stcore/Health", "/_stcore/health;x"],
)  # fmt: skip
def test_the_health_is_open_under_its_own_path_alone(door, path):
    assert door.get(path).status == 401


def test_every_answer_has_the_headers(door):
    for answer in (door.get("/"), door.get("/", HTML), door.get("/_stcore/health"),
                   door.get("/?token=wrong"), door.get(f"/?token={TOKEN.text}"),
                   local().get("/x"), local().get("/", ("host", "evil.example"))):  # fmt: skip
        assert HEADERS.items() <= dict(answer.headers).items()
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_the_address_with_the_token_leads_to_the_one_without_and_sets_the_cookie(door):
    answer = door.get(f"/runs?run=a%20b&token={TOKEN.text}&n=")
    assert answer.status == 303
    assert answer.headers["location"] == "/runs?run=a+b&n="
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("dynas_studio_8501=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert TOKEN.text not in str(answer.headers)
    assert door.get("/runs").text.startswith("reached")
    assert door.connects(OURS)
    again = door.get("/runs?token=whatever")
    assert (again.status, again.headers["location"]) == (303, "/runs"), "it does not stay there"


def test_under_https_the_cookie_is_secure_and_opens_the_websocket():
    secure = client(
        Policy(AllowedHosts.of(["a.example"]), token=TOKEN).middleware(), "https://a.example"
    )
    cookie = secure.get(f"/?token={TOKEN.text}").headers["set-cookie"]
    assert "Secure" in cookie
    assert cookie.startswith("dynas_studio_443=")
    assert secure.connects(("origin", "https://a.example"))


def test_two_servers_on_one_machine_do_not_take_each_others_cookies():
    first, other = (client(Policy(token=token).middleware()) for token in (TOKEN, Token.new()))
    other.home, other.cookies = "http://localhost:8502", first.cookies
    first.get(f"/?token={TOKEN.text}")
    assert other.get("/").status == 401
    assert first.get("/").status == 200


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example", "///evil.example", "/%2Fx",
                                  "/%5Cevil.example", "/%0d%0aset-cookie:x"])  # fmt: skip
def test_the_token_never_leads_to_another_host(door, path):
    location = door.get(f"{path}?token={TOKEN.text}").headers["location"]
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert "\n" not in location


def test_the_form_asks_and_leads_to_where_one_wanted_to_go(door):
    page = door.get("/runs?n=1", HTML)
    assert page.status == 401
    assert '<form method="post">' in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    answer = door.request("POST", "/runs?n=1", OURS, form={"token": TOKEN.text})
    assert (answer.status, answer.headers["location"]) == (303, "/runs?n=1")
    assert door.get("/runs?n=1").status == 200


@pytest.mark.parametrize("token", ["", "wrong", "x" * 100_000, "é", "\0", "<b>", TOKEN.text[:-1]])
def test_a_wrong_token_stays_outside_and_is_not_repeated(door, token):
    for answer in (door.request("POST", "/", HTML, form={"token": token}),
                   door.get(f"/?token={quote(token)}", HTML)):  # fmt: skip
        assert answer.status == 403
        assert "That is not the token of this dashboard." in answer.text
        assert not token or token in ("<b>", "é") or token not in answer.text
        assert "set-cookie" not in answer.headers


def test_whoever_is_wrong_too_often_has_to_wait(door):
    for _ in range(10):
        assert door.get("/?token=wrong").status == 403
    answer = door.get(f"/?token={TOKEN.text}")
    assert answer.status == 429
    assert 0 < int(answer.headers["retry-after"]) <= 61
    door.cookies["dynas_studio_8501"] = TOKEN.cookie("dynas_studio_8501")
    assert door.get("/").status == 200, "whoever is inside stays there"


def test_a_page_of_somebody_elses_cannot_sign_a_visitor_in(door):
    origin = ("origin", "http://evil.example")
    answer = door.request("POST", "/", origin, form={"token": TOKEN.text})
    assert answer.status == 403
    assert "set-cookie" not in answer.headers


def test_below_a_path_of_a_proxy_cookie_and_health_are_there():
    below = client(Policy(token=TOKEN).middleware("/studio"))
    assert below.get("/studio/_stcore/health").status == 200
    assert below.get("/_stcore/health").status == 401
    cookie = below.get(f"/studio/?token={TOKEN.text}").headers["set-cookie"]
    assert "Path=/studio" in cookie
