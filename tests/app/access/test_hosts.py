"""Which hosts a server answers to, and which origins are its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.hosts import AllowedHosts, Host, is_loopback

NOT_HOSTS = [
    "", " ", ":", ":8501", "a b", "user@localhost", "user:word@localhost", "localhost/path",
    "localhost?x", "localhost#x", "localhost:port", "localhost:123456", "localhost:99999",
    "localhost:-1", "local\thost", "local\nhost", "[::1", "::1", "[localhost]", "[]", ".",
    "evil.example,localhost", "localhost localhost", "http://localhost", "é.example", "a" * 400,
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_HOSTS)
def test_invalid_hosts_are_none(text):
    assert Host.parse(text) is None


@pytest.mark.parametrize(
    ("text", "name", "port"),
    [
        ("localhost", "localhost", None),
        ("LocalHost:8501", "localhost", 8501),
        ("localhost.:8501", "localhost", 8501),
        ("127.0.0.1:80", "127.0.0.1", 80),
        ("[::1]:8501", "::1", 8501),
        ("[0:0:0:0:0:0:0:1]", "::1", None),
        ("[::ffff:127.0.0.1]", "127.0.0.1", None),
        ("xn--9ca.example", "xn--9ca.example", None),
    ],
)
def test_a_host_in_its_shortest_form(text, name, port):
    assert Host.parse(text) == Host(name, port)


LOOPBACK = ["localhost", "LOCALHOST.", "127.0.0.1", "127.8.9.10:1", "[::1]", "[::ffff:127.0.0.1]"]
FOREIGN_HOSTS = [
    "evil.example", "localhost.evil.example", "evil-localhost", "127.0.0.1.evil.example",
    "2130706433", "0x7f000001", "017700000001", "127.1", "0177.0.0.1", "10.0.0.1", "[fd00::2]",
    "evil.localhost", "0.0.0.0", "[::]",
]  # fmt: skip


@pytest.mark.parametrize("text", LOOPBACK)
def test_loopback_is_always_allowed(text):
    assert AllowedHosts().allows(Host.parse(text))


@pytest.mark.parametrize("text", FOREIGN_HOSTS)
def test_other_hosts_are_allowed_only_by_name(text):
    host = Host.parse(text)
    assert not AllowedHosts().allows(host)
    assert AllowedHosts.from_names([host.name]).allows(host)


def test_on_every_network_addresses_are_allowed_and_names_are_not():
    hosts = AllowedHosts.from_names([], any_address=True)
    assert hosts.allows(Host.parse("192.168.1.20:8501"))
    assert hosts.allows(Host.parse("[fd00::2]"))
    assert not hosts.allows(Host.parse("evil.example"))
    assert not hosts.allows(Host.parse("2130706433"))


@pytest.mark.parametrize("name", ["*", "*.example", "http://a.example", "a.example:80", "a b", ""])
def test_invalid_allowed_hosts_are_refused_in_a_sentence(name):
    with pytest.raises(ValueError, match="is no host"):
        AllowedHosts.from_names([name])


@given(st.text(max_size=80))
def test_any_text_is_a_host_or_none_and_what_is_allowed_is_loopback(text):
    host = Host.parse(text)
    if host is not None and AllowedHosts().allows(host):
        assert is_loopback(host.name)
        assert "@" not in text
        assert "/" not in text


OWN_ORIGINS = [
    ("localhost:8501", "http://localhost:8501"),
    ("studio.example", "https://studio.example"),  # the proxy ends TLS
    ("studio.example", "http://studio.example"),
    ("studio.example:443", "https://studio.example"),
    ("studio.example", "https://studio.example:443"),
    ("Studio.Example", "https://studio.example"),
    ("[::1]:8501", "http://[::1]:8501"),
]


@pytest.mark.parametrize(("host", "origin"), OWN_ORIGINS)
def test_the_origin_of_a_page_of_the_host(host, origin):
    assert Host.parse(host).is_origin(origin)


FOREIGN_ORIGINS = [
    ("localhost:8501", origin)
    for origin in [
        "null", "", "http://localhost", "http://localhost:9999", "http://127.0.0.1:8501",
        "http://evil.example", "http://localhost:8501.evil.example", "ftp://localhost:8501",
        "http://user@localhost:8501", "http://localhost:8501/", "localhost:8501", "http://[::1",
        "file://", "http://localhost:8501 http://evil.example", "chrome-extension://abc",
    ]
] + [
    ("studio.example", "https://studio.example:80"),
    ("studio.example:80", "https://studio.example"),
]  # fmt: skip


@pytest.mark.parametrize(("host", "origin"), FOREIGN_ORIGINS)
def test_the_origin_of_any_other_page(host, origin):
    assert not Host.parse(host).is_origin(origin)
