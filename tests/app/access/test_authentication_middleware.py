"""The middleware of the dashboard, with an application that returns the host it was asked for."""

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


async def _echo_host(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"reached {request.headers['host']}")


async def _accept_websocket(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close()


def client(middleware: Sequence[Middleware], home: str = HOME) -> Client:
    routes = [
        Route("/{path:path}", _echo_host, methods=METHODS),
        WebSocketRoute("/_stcore/stream", _accept_websocket),
    ]
    return Client(Starlette(routes=routes, middleware=list(middleware)), home)


def local_client(*host_names: str) -> Client:
    return client(Policy(AllowedHosts.from_names(host_names)).middleware())


@pytest.fixture
def token_client() -> Client:
    return client(Policy(token=TOKEN).middleware())


PATHS = ["/", "/runs", "/feed/points", "/_stcore/health", "/media/x", "/vendor/plotly.min.js"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", METHODS)
def test_a_foreign_host_is_refused(method, path):
    answer = local_client().request(method, path, ("host", "evil.example"))
    assert answer.status == 403
    assert "start it with --allowed-host evil.example" in answer.text


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:9999", ""])
def test_a_foreign_origin_is_refused(origin):
    for method in METHODS:
        assert local_client().request(method, "/feed/points", ("origin", origin)).status == 403
    assert not local_client().connects(("origin", origin))


def test_dns_rebinding_is_refused():
    rebound = (("host", "evil.example:8501"), ("origin", "http://evil.example:8501"))
    assert local_client().get("/", *rebound).status == 403
    assert not local_client().connects(*rebound)


def test_requests_of_the_same_origin_are_passed_on():
    for method in METHODS:
        assert local_client().request(method, "/x", OURS).text == "reached localhost:8501"
    assert local_client().connects(OURS)
    assert local_client().connects(), "a program sends no origin"


@pytest.mark.parametrize("name", ["host", "origin"])
def test_two_hosts_or_two_origins_are_refused(name):
    values = [(name, "localhost:8501"), (name, "evil.example")]
    assert local_client().get("/", *values).status == 403
    assert not local_client().connects(*values)


@pytest.mark.parametrize("target", ["http://evil.example/", "*", "evil.example:80"])
def test_a_target_that_is_no_path_is_refused(target):
    assert local_client().get(target).status == 403


def test_a_forwarded_host_counts_only_where_it_was_named():
    headers = (
        ("host", "127.0.0.1:8501"),
        ("x-forwarded-host", "studio.example"),
        ("origin", "https://studio.example"),
    )
    assert local_client().get("/", *headers).status == 403
    client_of_name = local_client("studio.example")
    assert client_of_name.get("/", *headers).text == "reached studio.example"
    assert client_of_name.connects(*headers)
    assert client_of_name.get("/", *headers[:2], ("origin", "http://127.0.0.1:8501")).status == 403
    assert client_of_name.get("/", ("host", "evil.example"), *headers[1:]).status == 403
    two_hosts = (*headers[:2], ("x-forwarded-host", "evil.example"), headers[2])
    assert client_of_name.get("/", *two_hosts).status == 403


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", [path for path in PATHS if path != "/_stcore/health"])
def test_without_the_token_only_the_health_check_is_answered(token_client, method, path):
    answer = token_client.request(method, path)
    assert answer.status == 401
    assert "reached" not in answer.text
    assert not token_client.connects(OURS)
    assert not token_client.connects()
    assert token_client.get("/_stcore/health").status == 200


@pytest.mark.parametrize(
    "path",
    ["/_stcore/health/", "//_stcore/health", "/_stcore/health/../x", "/_stcore/health%2f..",
     "/_stcore/Health", "/_stcore/health;x"],
)  # fmt: skip
def test_only_the_exact_path_of_the_health_check_is_public(token_client, path):
    assert token_client.get(path).status == 401


def test_every_response_has_the_security_headers(token_client):
    for answer in (token_client.get("/"), token_client.get("/", HTML),
                   token_client.get("/_stcore/health"), token_client.get("/?token=wrong"),
                   token_client.get(f"/?token={TOKEN.text}"), local_client().get("/x"),
                   local_client().get("/", ("host", "evil.example"))):  # fmt: skip
        assert HEADERS.items() <= dict(answer.headers).items()
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_a_token_in_the_address_sets_the_cookie_and_redirects(token_client):
    answer = token_client.get(f"/runs?run=a%20b&token={TOKEN.text}&n=")
    assert answer.status == 303
    assert answer.headers["location"] == "/runs?run=a+b&n="
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("dynas_studio_8501=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert TOKEN.text not in str(answer.headers)
    assert token_client.get("/runs").text.startswith("reached")
    assert token_client.connects(OURS)
    again = token_client.get("/runs?token=whatever")
    assert (again.status, again.headers["location"]) == (303, "/runs"), "it does not stay there"


def test_under_https_the_cookie_is_secure_and_opens_the_websocket():
    secure = client(
        Policy(AllowedHosts.from_names(["a.example"]), token=TOKEN).middleware(),
        "https://a.example",
    )
    cookie = secure.get(f"/?token={TOKEN.text}").headers["set-cookie"]
    assert "Secure" in cookie
    assert cookie.startswith("dynas_studio_443=")
    assert secure.connects(("origin", "https://a.example"))


def test_two_servers_on_one_machine_do_not_take_each_others_cookies():
    first, second = (client(Policy(token=token).middleware()) for token in (TOKEN, Token.new()))
    second.home, second.cookies = "http://localhost:8502", first.cookies
    first.get(f"/?token={TOKEN.text}")
    assert second.get("/").status == 401
    assert first.get("/").status == 200


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example", "///evil.example", "/%2Fx",
                                  "/%5Cevil.example", "/%0d%0aset-cookie:x"])  # fmt: skip
def test_the_token_never_leads_to_another_host(token_client, path):
    location = token_client.get(f"{path}?token={TOKEN.text}").headers["location"]
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert "\n" not in location


def test_the_token_form_redirects_to_the_requested_page(token_client):
    page = token_client.get("/runs?n=1", HTML)
    assert page.status == 401
    assert '<form method="post">' in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    answer = token_client.request("POST", "/runs?n=1", OURS, form={"token": TOKEN.text})
    assert (answer.status, answer.headers["location"]) == (303, "/runs?n=1")
    assert token_client.get("/runs?n=1").status == 200


@pytest.mark.parametrize("token", ["", "wrong", "x" * 100_000, "é", "\0", "<b>", TOKEN.text[:-1]])
def test_a_wrong_token_is_refused_and_not_repeated(token_client, token):
    for answer in (token_client.request("POST", "/", HTML, form={"token": token}),
                   token_client.get(f"/?token={quote(token)}", HTML)):  # fmt: skip
        assert answer.status == 403
        assert "That is not the token of this dashboard." in answer.text
        assert not token or token in ("<b>", "é") or token not in answer.text
        assert "set-cookie" not in answer.headers


def test_repeated_failures_are_rate_limited(token_client):
    for _ in range(10):
        assert token_client.get("/?token=wrong").status == 403
    answer = token_client.get(f"/?token={TOKEN.text}")
    assert answer.status == 429
    assert 0 < int(answer.headers["retry-after"]) <= 61
    token_client.cookies["dynas_studio_8501"] = TOKEN.cookie("dynas_studio_8501")
    assert token_client.get("/").status == 200, "whoever is inside stays there"


def test_a_foreign_page_cannot_submit_the_token_form(token_client):
    origin = ("origin", "http://evil.example")
    answer = token_client.request("POST", "/", origin, form={"token": TOKEN.text})
    assert answer.status == 403
    assert "set-cookie" not in answer.headers


def test_cookie_and_health_check_use_the_base_path():
    visitor = client(Policy(token=TOKEN).middleware("/studio"))
    assert visitor.get("/studio/_stcore/health").status == 200
    assert visitor.get("/_stcore/health").status == 401
    cookie = visitor.get(f"/studio/?token={TOKEN.text}").headers["set-cookie"]
    assert "Path=/studio" in cookie
