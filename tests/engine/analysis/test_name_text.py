import pytest

from engine.analysis.name_text import in_chart, on_one_line, truncate

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
