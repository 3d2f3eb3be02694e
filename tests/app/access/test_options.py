"""What holds for a server, by where it listens and what it was told."""

from pathlib import Path

import pytest

from app.access.hosts import Host
from app.access.listening import AddressError, Listening, listening
from app.access.options import OptionError, Options

LOOPBACK = ["127.0.0.1", "localhost", "127.0.0.2", "127.1", "::1", "::ffff:127.0.0.1"]
ELSEWHERE = ["0.0.0.0", "::", "0", "::ffff:0.0.0.0", "000.0.0.0"]
LAN = Listening("192.168.1.5", "192.168.1.5")
WILD = Listening("0.0.0.0", "0.0.0.0")
HERE = Listening("127.0.0.1", "127.0.0.1")
TEXT = "a-token-of-some-length"


@pytest.mark.parametrize("address", LOOPBACK)
def test_on_loopback_no_token_is_asked_for(address, data_dir):
    where = listening(address, 0)
    assert where.loopback
    policy = Options().policy(where, data_dir)
    assert policy.token is None
    assert not policy.open_door
    assert policy.files.roots is None
    assert policy.files.write_anywhere


@pytest.mark.parametrize("address", ELSEWHERE)
def test_everywhere_else_a_token_is_asked_for_and_files_are_confined(address, data_dir):
    where = listening(address, 0)
    assert where.everywhere
    policy = Options().policy(where, data_dir)
    assert policy.token is not None
    assert policy.files.roots == ()
    assert not policy.files.write_anywhere


def test_each_start_makes_another_token(data_dir):
    first, second = (Options().policy(LAN, data_dir).token for _ in range(2))
    assert first.text != second.text


NO_ADDRESSES = ["", " ", "no-such-host.invalid", "a b", "\0", "x" * 300, "unix:///tmp/x", "-1",
                "203.0.113.7", "[::1]"]  # fmt: skip


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_an_address_where_nothing_can_listen_is_refused_in_a_sentence(address):
    with pytest.raises(AddressError, match="--address") as refusal:
        listening(address, 0)
    assert len(str(refusal.value)) < 500


def test_a_name_counts_as_what_it_stands_for(monkeypatch, data_dir):
    """What is looked up is also what is bound: the name cannot come to mean something else."""
    import socket

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *a, **k: real("0.0.0.0", *a, **k))
    where = listening("looks-local", 0)
    assert where.ip == "0.0.0.0"
    assert Options().policy(where, data_dir).token is not None


def test_a_server_on_loopback_that_answers_to_a_name_of_the_network_asks_for_a_token(data_dir):
    policy = Options(allowed_hosts=["studio.example"]).policy(HERE, data_dir)
    assert policy.token is not None
    assert policy.files.roots == ()
    assert Options(allowed_hosts=["localhost"]).policy(HERE, data_dir).token is None


def test_a_given_token_holds_everywhere(data_dir):
    for where in (HERE, LAN, WILD):
        assert Options(token=TEXT).policy(where, data_dir).token.matches(TEXT)


def test_insecure_asks_for_none_and_says_so_where_others_can_come_in(data_dir):
    policy = Options(insecure=True).policy(WILD, data_dir)
    assert policy.token is None
    assert policy.open_door
    assert policy.files.roots == (), "files stay confined"
    assert not Options(insecure=True).policy(HERE, data_dir).open_door


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (Options(token="short"), "16"),
        (Options(token=""), "16"),
        (Options(token=TEXT, insecure=True), "exclude each other"),
        (Options(token=TEXT, login=True, allow_users=["a@b.example"]), "exclude each other"),
        (Options(insecure=True, login=True), "exclude each other"),
        (Options(allow_users=["a@b.example"]), "add --login"),
        (Options(login=True), "--allow-user"),
        (Options(login=True, allow_users=["nobody"]), "no e-mail address"),
        (Options(login=True, allow_users=["*@b.example"]), "no e-mail address"),
        (Options(login=True, allow_users=["@b.example"]), "no e-mail address"),
        (Options(allowed_hosts=["http://x.example"]), "is no host"),
        (Options(allowed_hosts=["*"]), "is no host"),
        (Options(data_roots=[Path("/no/such/folder")]), "--data-root"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(options, words, data_dir):
    with pytest.raises(OptionError) as refusal:
        options.policy(WILD, data_dir)
    assert words in str(refusal.value)


def test_the_server_answers_to_loopback_what_it_is_bound_to_and_what_was_named(data_dir):
    hosts = Options(allowed_hosts=["studio.example"]).policy(LAN, data_dir).hosts
    for name in ("localhost", "127.0.0.1", "192.168.1.5", "studio.example"):
        assert hosts.allows(Host.parse(name))
    for name in ("192.168.1.6", "evil.example"):
        assert not hosts.allows(Host.parse(name))
    assert Options().policy(WILD, data_dir).hosts.allows(Host.parse("192.168.1.6"))
    named = Listening("workstation", "192.168.1.5")
    assert Options().policy(named, data_dir).hosts.allows(Host.parse("workstation:8501"))


def test_the_address_that_is_shown_works_in_a_browser():
    assert WILD.shown == "localhost"
    assert Listening("::", "::").shown == "localhost"
    assert Listening("::1", "::1").shown == "[::1]"
    assert HERE.shown == "127.0.0.1"
