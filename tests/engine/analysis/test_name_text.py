import pytest

from engine.analysis.name_text import (
    distinct_names,
    distinct_short_names,
    in_chart,
    on_one_line,
    truncate,
)

J = "\N{WORD JOINER}"


def test_long_text_is_cut_with_a_mark():
    assert truncate("four", 4) == "four"
    assert truncate("four and more", 6) == "four…"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("first search", "first search"),
        ("two\nlines\tand  more", "two lines and more"),
        ("\u202eevil\u202c end", "evil end"),
        ("a\0b", "a b"),
        ("\u05d0 3/4", "\u2068\u05d0 3/4\u2069"),
        ("x" * 81, "x" * 79 + "…"),
    ],
)
def test_a_name_is_one_line_that_turns_nothing(name, text):
    assert on_one_line(name) == text


def test_a_name_in_a_chart_is_no_tag_no_variable_and_no_colour():
    assert in_chart("<b>x</b> %{y} &lt; @text") == f"<{J}b>x<{J}/b> %{J}{{y}} &{J}lt; @text"
    assert in_chart("@text") == f"{J}@text"


@pytest.mark.parametrize(
    ("names", "short_names"),
    [
        (["one", "two"], ["one", "two"]),
        (["a long search, seed 1", "a long search, seed 12"], ["seed 1", "seed 12"]),
        (["a long search, seed 1", "a long search, other"], ["seed 1", "other"]),
        (
            ["a long search · 20260101-1", "a long search · 20260101-2"],
            ["20260101-1", "20260101-2"],
        ),
    ],
)
def test_names_that_differ_at_their_end_keep_that_end(names, short_names):
    assert distinct_short_names(names, 10) == short_names


def test_an_id_keeps_the_beginning_of_its_name_where_there_is_room():
    names = [f"Fashion-MNIST · accuracy × MACs · 2026-{n}" for n in (1, 2)]
    assert distinct_short_names(names, 24) == ["Fashion-MNIST… 2026-1", "Fashion-MNIST… 2026-2"]
    assert distinct_short_names(names, 12) == ["2026-1", "2026-2"]


def test_a_name_that_another_begins_with_stays_distinct():
    assert len(set(distinct_short_names(["a long search", "a long search 2"], 8))) == 2


def test_ends_that_are_equal_too_are_left_behind_the_starts():
    names = [f"{start} of many words, seed {n}" for start in ("search", "sample") for n in (1, 2)]
    assert len(set(distinct_short_names(names, 16))) == len(names)
    assert distinct_names(["a", "a", "b"], ["1", "2", "3"]) == ["a · 1", "a · 2", "b"]
    assert distinct_names(["a", "a"], ["1", "1"]) == ["a", "a [2]"]
