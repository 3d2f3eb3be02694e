"""What holds for a server, by where it listens and what it was told."""

from pathlib import Path

import pytest

from app.access.hosts import Host
from app.access.listen_address import AddressError, ListenAddress, resolve_listen_address
from app.access.options import AccessOptions, OptionError

LOOPBACK = ["127.0.0.1", "localhost", "127.0.0.2", "127.1", "::1", "::ffff:127.0.0.1"]
ELSEWHERE = ["0.0.0.0", "::", "0", "::ffff:0.0.0.0", "000.0.0.0"]
LAN = ListenAddress("192.168.1.5", "192.168.1.5")
WILD = ListenAddress("0.0.0.0", "0.0.0.0")
HERE = ListenAddress("127.0.0.1", "127.0.0.1")
TEXT = "a-token-of-some-length"


@pytest.mark.parametrize("address", LOOPBACK)
def test_on_loopback_no_token_is_asked_for(address, data_dir):
    listen_address = resolve_listen_address(address, 0)
    assert listen_address.is_loopback
    policy = AccessOptions().policy(listen_address, data_dir)
    assert policy.token is None
    assert not policy.is_unprotected
    assert policy.files.roots is None
    assert policy.files.write_anywhere


@pytest.mark.parametrize("address", ELSEWHERE)
def test_everywhere_else_a_token_is_asked_for_and_files_are_confined(address, data_dir):
    listen_address = resolve_listen_address(address, 0)
    assert listen_address.is_unspecified
    policy = AccessOptions().policy(listen_address, data_dir)
    assert policy.token is not None
    assert policy.files.roots == ()
    assert not policy.files.write_anywhere


def test_each_start_makes_another_token(data_dir):
    first, second = (AccessOptions().policy(LAN, data_dir).token for _ in range(2))
    assert first.text != second.text


NO_ADDRESSES = ["", " ", "no-such-host.invalid", "a b", "\0", "x" * 300, "unix:///tmp/x", "-1",
                "203.0.113.7", "[::1]"]  # fmt: skip


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_an_address_where_nothing_can_listen_is_refused_in_a_sentence(address):
    with pytest.raises(AddressError, match="--address") as refusal:
        resolve_listen_address(address, 0)
    assert len(str(refusal.value)) < 500


def test_a_host_name_is_resolved_once(monkeypatch, data_dir):
    """What is looked up is also what is bound: the name cannot come to mean something else."""
    import socket

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *a, **k: real("0.0.0.0", *a, **k))
    listen_address = resolve_listen_address("looks-local", 0)
    assert listen_address.ip == "0.0.0.0"
    assert AccessOptions().policy(listen_address, data_dir).token is not None


def test_a_server_on_loopback_that_answers_to_a_name_of_the_network_asks_for_a_token(data_dir):
    policy = AccessOptions(allowed_hosts=["studio.example"]).policy(HERE, data_dir)
    assert policy.token is not None
    assert policy.files.roots == ()
    assert AccessOptions(allowed_hosts=["localhost"]).policy(HERE, data_dir).token is None


def test_a_given_token_holds_everywhere(data_dir):
    for where in (HERE, LAN, WILD):
        assert AccessOptions(token=TEXT).policy(where, data_dir).token.matches(TEXT)


def test_insecure_needs_no_token_and_is_marked_as_unprotected(data_dir):
    policy = AccessOptions(insecure=True).policy(WILD, data_dir)
    assert policy.token is None
    assert policy.is_unprotected
    assert policy.files.roots == (), "files stay confined"
    assert not AccessOptions(insecure=True).policy(HERE, data_dir).is_unprotected


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (AccessOptions(token="short"), "16"),
        (AccessOptions(token=""), "16"),
        (AccessOptions(token=TEXT, insecure=True), "exclude each other"),
        (AccessOptions(token=TEXT, login=True, allow_users=["a@b.example"]), "exclude each other"),
        (AccessOptions(insecure=True, login=True), "exclude each other"),
        (AccessOptions(allow_users=["a@b.example"]), "add --login"),
        (AccessOptions(login=True), "--allow-user"),
        (AccessOptions(login=True, allow_users=["nobody"]), "no e-mail address"),
        (AccessOptions(login=True, allow_users=["*@b.example"]), "no e-mail address"),
        (AccessOptions(login=True, allow_users=["@b.example"]), "no e-mail address"),
        (AccessOptions(allowed_hosts=["http://x.example"]), "is no host"),
        (AccessOptions(allowed_hosts=["*"]), "is no host"),
        (AccessOptions(data_roots=[Path("/no/such/folder")]), "--data-root"),
        (AccessOptions(clusters=["scheduler:8786"]), "--cluster: 'scheduler:8786' is no address"),
        (AccessOptions(clusters=["tpc://scheduler"]), "--cluster: nothing here connects to"),
    ],
)
def test_contradictory_options_are_refused_in_a_sentence(options, words, data_dir):
    with pytest.raises(OptionError) as refusal:
        options.policy(WILD, data_dir)
    assert words in str(refusal.value)


def test_the_server_answers_to_loopback_what_it_is_bound_to_and_what_was_named(data_dir):
    hosts = AccessOptions(allowed_hosts=["studio.example"]).policy(LAN, data_dir).hosts
    for name in ("localhost", "127.0.0.1", "192.168.1.5", "studio.example"):
        assert hosts.allows(Host.parse(name))
    for name in ("192.168.1.6", "evil.example"):
        assert not hosts.allows(Host.parse(name))
    assert AccessOptions().policy(WILD, data_dir).hosts.allows(Host.parse("192.168.1.6"))
    named_address = ListenAddress("workstation", "192.168.1.5")
    assert (
        AccessOptions().policy(named_address, data_dir).hosts.allows(Host.parse("workstation:8501"))
    )


def test_the_address_that_is_shown_works_in_a_browser():
    assert WILD.url_host == "localhost"
    assert ListenAddress("::", "::").url_host == "localhost"
    assert ListenAddress("::1", "::1").url_host == "[::1]"
    assert HERE.url_host == "127.0.0.1"
