import pytest

from engine.quoting import LONGEST, error_text, message_text, quoted


class _Broken:
    def __repr__(self):
        raise RuntimeError("no")


def _nested(times):
    value = ["x"] * 10
    for _ in range(times):
        value = [value] * 10
    return value


@pytest.mark.parametrize(
    ("value", "text"),
    [("cpu", "'cpu'"), (3, "3"), (2.5, "2.5"), (None, "None"), ([1, 2], "[1, 2]"), (True, "True")],
)
def test_a_short_value_is_quoted_as_python_writes_it(value, text):
    assert quoted(value) == text


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("x" * 10**6, id="long text"),
        pytest.param(10**10_000, id="large number"),
        pytest.param(-(10**5_000), id="large negative number"),
        pytest.param(_nested(30), id="nested"),
        pytest.param({"k" * 999: [1] * 9999}, id="wide"),
        pytest.param(_Broken(), id="broken repr"),
    ],
)
def test_any_value_is_quoted_in_few_characters(value):
    assert 0 < len(quoted(value)) <= LONGEST
    assert len(quoted(value, 20)) <= 20


def test_a_lone_surrogate_can_be_printed():
    quoted("\ud800").encode()


class _SpeechlessError(Exception):
    def __str__(self):
        raise RuntimeError("no")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError("no such layer"), "ValueError: no such layer"),
        (MemoryError(), "MemoryError"),
        (_SpeechlessError(), "_SpeechlessError"),
        (ValueError("one\n  two\t three "), "ValueError: one two three"),
        (ValueError("\x1b[31m\ud800\0é"), "ValueError: \\x1b[31m\\ud800\\x00é"),
    ],
)
def test_what_an_error_says_is_one_line_that_every_file_can_hold(error, text):
    assert error_text(error) == text


def test_what_an_error_says_is_bounded():
    error = ValueError("\0" * 10**7)
    assert len(message_text(error)) == 1000
    assert len(error_text(error, 50)) <= 50 + len("ValueError: ")
