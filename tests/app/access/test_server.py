"""The real server, with raw requests that no browser would send."""

import base64
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.server import Server

TOKEN = "a-token-for-the-tests-of-the-server"


def send(server: Server, request: str) -> tuple[int, str]:
    """The status and the text of the response to a raw request."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(request.replace("PORT", str(server.port)).encode("latin-1"))
        answer = b""
        while b"\r\n\r\n" not in answer and (part := connection.recv(65536)):
            answer += part
        status, _, _ = answer.partition(b"\r\n")
        return int(status.split()[1]), answer.decode("latin-1")


def get(
    server: Server, *lines: str, method: str = "GET", target: str = "/", http: str = "1.1"
) -> int:
    """The status of a request with these header lines alone."""
    head = "".join(f"{line}\r\n" for line in lines)
    return send(server, f"{method} {target} HTTP/{http}\r\n{head}Connection: close\r\n\r\n")[0]


def connect(server: Server, *lines: str) -> int:
    """The status with which a WebSocket is answered: 101 is the only one that opens it."""
    key = base64.b64encode(os.urandom(16)).decode()
    upgrade = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
               f"Sec-WebSocket-Key: {key}")  # fmt: skip
    head = "".join(f"{line}\r\n" for line in (*lines, *upgrade))
    return send(server, f"GET /_stcore/stream HTTP/1.1\r\n{head}\r\n")[0]


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("local") / "data", "--allowed-host", "localhost")
    yield server
    server.kill()


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Others can reach it: it was given a token by the environment."""
    folder = tmp_path_factory.mktemp("remote")
    server = Server(
        folder / "data", "--address", "0.0.0.0",
        environment={"DYNAS_TOKEN": TOKEN}, printed=folder / "printed.txt",
    )  # fmt: skip
    yield server
    server.kill()


OWN_HOSTS = ["localhost:PORT", "127.0.0.1:PORT", "LOCALHOST:PORT", "localhost.:PORT", "localhost",
        "[::1]:PORT", "127.0.0.1:1", "127.9.9.9"]  # fmt: skip
FOREIGN_HOSTS = [
    "evil.example", "evil.example:PORT", "user@localhost:PORT", "localhost:PORT@evil.example",
    "localhost.evil.example", "2130706433:PORT", "0x7f.1", "10.0.0.1:PORT", "[::ffff:10.0.0.1]",
    "localhost evil.example", "localhost,evil.example", "localhost:PORT/", "", "[::1", "0.0.0.0",
]  # fmt: skip


@pytest.mark.parametrize("host", OWN_HOSTS)
def test_names_of_this_machine_are_answered(local, host):
    assert get(local, f"Host: {host}", target="/_stcore/health") == 200


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
@pytest.mark.parametrize("target", ["/", "/_stcore/health"])
def test_other_hosts_are_refused(local, host, target):
    assert get(local, f"Host: {host}", target=target) in (400, 403)


def test_a_request_without_a_host_or_with_two_is_refused(local):
    assert get(local) == 400
    assert get(local, http="1.0") == 403
    assert get(local, "Host: localhost", "Host: evil.example") == 400
    assert get(local, "Host: localhost", "host: localhost", http="1.0") in (400, 403)


def test_a_target_with_a_host_of_its_own_is_refused(local):
    assert get(local, "Host: localhost", target="http://evil.example/") == 403
    assert get(local, "Host: localhost", target="http://localhost/") == 403


def test_a_forwarded_host_that_was_not_named_is_ignored(local):
    forwarded = ("X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https")
    assert get(local, "Host: localhost:PORT", *forwarded) == 200
    foreign_origin = ("Host: localhost:PORT", "Origin: https://evil.example")
    assert connect(local, *foreign_origin, *forwarded) == 403


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:1"])
def test_another_origin_is_refused_by_every_method(local, method, origin):
    lines = ("Host: localhost:PORT", f"Origin: {origin}", "Content-Length: 0")
    assert get(local, *lines, method=method, target="/_stcore/upload_file/a/b") == 403


def test_only_pages_of_the_same_origin_open_the_websocket(local):
    host = "Host: localhost:PORT"
    assert connect(local, host, "Origin: http://localhost:PORT") == 101
    assert connect(local, host) == 101, "a program"
    for origin in ("http://evil.example", "null", "http://localhost:1", "http://127.0.0.1:PORT"):
        assert connect(local, host, f"Origin: {origin}") == 403
    rebound = ("Host: evil.example:PORT", "Origin: http://evil.example:PORT")
    assert connect(local, *rebound) == 403
    twice = ("Origin: http://localhost:PORT", "Origin: http://evil.example")
    assert connect(local, host, *twice) == 400


PROTECTED_PATHS = [
    "/", "/runs", "/_stcore/host-config", "/_stcore/metrics", "/_stcore/upload_file/a/b",
    "/_stcore/agent/interact", "/media/abc.png", "/static/js/index.js", "/vendor/plotly.min.js",
    "/browser/x/charts/chart.js", "/component/x/y", "/_stcore/bidi-components/x/y",
    "/feed/points?run=x", "/feed/pulse?run=x", "/auth/login", "/oauth2callback", "/favicon.png",
]  # fmt: skip


@pytest.mark.parametrize("target", PROTECTED_PATHS)
def test_without_the_token_nothing_is_answered(remote, target):
    for method in ("GET", "HEAD", "PUT", "OPTIONS"):
        lines = ("Host: localhost:PORT", "Content-Length: 0")
        assert get(remote, *lines, method=method, target=target) == 401
    assert connect(remote, "Host: localhost:PORT", "Origin: http://localhost:PORT") == 403


def test_the_health_is_answered_to_anybody(remote):
    assert get(remote, "Host: 127.0.0.1:PORT", target="/_stcore/health") == 200


def cookie(server: Server) -> str:
    request = f"GET /runs?a=b&token={TOKEN} HTTP/1.1\r\nHost: localhost:PORT\r\n\r\n"
    status, answer = send(server, request)
    assert status == 303
    assert "location: /runs?a=b\r\n" in answer
    match = re.search(r"set-cookie: ([^;]+); HttpOnly", answer)
    assert match
    return match[1]


def test_the_cookie_is_valid_after_a_restart_with_the_same_token(remote):
    lines = ("Host: localhost:PORT", f"Cookie: {cookie(remote)}")
    assert get(remote, *lines) == 200
    assert connect(remote, *lines, "Origin: http://localhost:PORT") == 101
    assert connect(remote, *lines, "Origin: http://evil.example") == 403
    remote.kill()
    remote.start()
    assert get(remote, *lines, target="/vendor/plotly.min.js") == 200


def test_the_token_is_printed_once_a_start_and_never_again(remote):
    starts = Path(remote.printed).read_text().count("DyNAS Studio is at")
    cookie(remote)
    get(remote, "Host: localhost:PORT", target=f"/absent/x?token={TOKEN}")
    get(remote, "Host: localhost:PORT", target=f"/?token={TOKEN}wrong")
    get(remote, "Host: evil.example", target=f"/?token={TOKEN}")
    connect(remote, "Host: evil.example", f"Cookie: token={TOKEN}")
    printed = Path(remote.printed).read_text()
    assert printed.count(f"http://localhost:{remote.port}/?token={TOKEN} ") == starts
    assert printed.count(TOKEN) == starts
