"""The token, its cookie, and the limit on attempts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.attempt_limiter import AttemptLimiter
from app.access.token import Token, TokenError

TEXT = "a-token-of-some-length"
NAME = "dynas_studio_8501"


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("text", ["", "short", "a" * 15, "a" * 513, "with a space in it 123",
                                  "with\na line break", "with é in it 12345678"])  # fmt: skip
def test_what_cannot_be_a_token_is_refused_without_repeating_it(text):
    with pytest.raises(TokenError) as refusal:
        Token(text)
    assert not text or text not in str(refusal.value)


def test_a_new_token_is_another_each_time_and_long():
    first, second = Token.new(), Token.new()
    assert first.text != second.text
    assert len(first.text) >= 43
    assert first.text not in repr(first)


@pytest.mark.parametrize("text", ["", TEXT[:-1], TEXT + "x", TEXT.upper(), "\ud800", "é" * 30])
def test_only_the_token_matches(text):
    assert Token(TEXT).matches(TEXT)
    assert not Token(TEXT).matches(text)


def test_a_cookie_holds_nothing_of_the_token_and_survives_a_restart():
    cookie = Token(TEXT).cookie(NAME)
    assert TEXT not in cookie
    assert Token(TEXT).accepts(NAME, cookie)
    assert not Token("another-token-of-some-length").accepts(NAME, cookie)
    assert not Token(TEXT).accepts("dynas_studio_8502", cookie)


def test_a_cookie_expires():
    clock = Clock()
    token = Token(TEXT, clock)
    cookie = token.cookie(NAME)
    clock.now += token.lifetime - 1
    assert token.accepts(NAME, cookie)
    clock.now += 2
    assert not token.accepts(NAME, cookie)


TOKEN = Token(TEXT)


@given(st.text(max_size=120))
def test_no_made_up_cookie_is_accepted(cookie):
    assert not TOKEN.accepts(NAME, cookie)


@given(st.integers(0, 83), st.characters(codec="ascii"))
def test_no_changed_cookie_is_accepted(position, character):
    cookie = TOKEN.cookie(NAME)
    position = min(position, len(cookie) - 1)
    changed_cookie = cookie[:position] + character + cookie[position + 1 :]
    assert TOKEN.accepts(NAME, changed_cookie) == (changed_cookie == cookie)


def test_after_ten_failures_a_client_waits_for_a_minute():
    clock = Clock()
    attempts = AttemptLimiter(clock)
    for _ in range(10):
        assert attempts.seconds_to_wait("10.0.0.1") == 0
        attempts.record_failure("10.0.0.1")
    assert attempts.seconds_to_wait("10.0.0.1") == 60
    assert attempts.seconds_to_wait("10.0.0.2") == 0, "others are not kept waiting"
    clock.now += 61
    assert attempts.seconds_to_wait("10.0.0.1") == 0


def test_a_network_of_ipv6_counts_as_one_and_memory_is_bounded():
    attempts = AttemptLimiter(Clock())
    for number in range(10):
        attempts.record_failure(f"fd00::{number:x}")
    assert attempts.seconds_to_wait("fd00::ffff") > 0
    assert attempts.seconds_to_wait("fd00:1::1") == 0
    for number in range(5000):
        attempts.record_failure(f"10.1.{number // 250}.{number % 250}")
    assert len(attempts._failures) <= 1024
