import ast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import FilterError
from engine.runs.filter_expression import MAX_FILTER_LENGTH, parse_filter

COLUMNS = {
    "acc": np.array([70.0, 76.0, np.nan, 80.0]),
    "macs": np.array([2e8, 3e8, 4e8, 5e8]),
    "d1": np.array([2.0, 3.0, 4.0, np.nan]),
    "front": np.array([True, False, False, True]),
    "failed": np.array([False, False, True, False]),
}


def matching(text):
    return parse_filter(text, list(COLUMNS)).mask(COLUMNS).tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("macs < 300e6 and acc > 69", [True, False, False, False]),
        ("macs <= 300M", [True, True, False, False]),
        ("0.25 G < macs < 450M", [False, True, True, False]),
        ("front", [True, False, False, True]),
        ("not front and not failed", [False, True, False, False]),
        ("front == 1", [True, False, False, True]),
        ("acc > 75 or d1 == 2", [True, True, False, True]),
        ("acc != 76", [True, False, False, True]),
        ("acc / 10 >= 7.5", [False, True, False, True]),
        ("-acc < -75", [False, True, False, True]),
        ("acc / 0 > 1", [False] * 4),
        ("True", [True] * 4),
        ("1 < 2", [True] * 4),
    ],
)
def test_what_it_means(text, expected):
    assert matching(text) == expected


def test_it_knows_which_columns_it_needs():
    assert parse_filter("acc > 1 and macs < 2 or acc < 0", list(COLUMNS)).names == ("acc", "macs")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mac < 3", "Did you mean macs? Columns: acc, macs, d1, front, failed."),
        ("acc = 3", "Write =="),
        ("acc > 3 && front", "Write and, or, not"),
        ("acc", "not a condition"),
        ("acc and front", "is a number where a condition is needed"),
        ("front + 1 > 0", "is a condition where a number is needed"),
        ("acc >", "cannot be read"),
        ("", "cannot be read"),
        ("acc > 'high'", "is not a number"),
        ("x" * (MAX_FILTER_LENGTH + 1), "longer than"),
        ("(" * 60 + "acc" + ")" * 60 + " > 1 and" + " not" * 45 + " front", "too deeply"),
    ],
)
def test_what_is_wrong_is_said(text, said):
    with pytest.raises(FilterError) as error:
        matching(text)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "acc.__class__",
        "acc[0] > 1",
        "(lambda: acc)() > 1",
        "[acc for acc in acc]",
        "acc ** 999999999 > 1",
        "9 ** 9 ** 9 ** 9 > acc",
        "acc if front else acc",
        "(acc := 3) > 2",
        "acc is front",
        "acc in front",
        "f'{acc}' > 1",
        "acc << 99 > 1",
        "~front",
        "1e999 > acc",
        "9" * 400 + " > acc",
        "acc > 1; import os",
        "acc > 1j",
        "...",
        "\x00",
        "print(acc) > 0",
    ],
)
def test_nothing_else_can_be_written(text):
    with pytest.raises(FilterError):
        matching(text)


@given(
    st.text(max_size=80) | st.from_regex(r"[a-z0-9 ().<>=*/+\-&|~\[\]'_:,@]{0,60}", fullmatch=True)
)
def test_any_text_is_read_or_refused_in_a_sentence(text):
    try:
        mask = matching(text)
    except FilterError:
        return
    assert len(mask) == 4


numbers = st.sampled_from(["acc", "macs", "d1", "70", "3e8", "2"])
comparisons = st.builds(
    "({} {} {})".format, numbers, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), numbers
)
conditions = st.recursive(
    comparisons | st.sampled_from(["front", "failed"]),
    lambda inner: (
        st.builds("({} and {})".format, inner, inner)
        | st.builds("({} or {})".format, inner, inner)
        | st.builds("(not {})".format, inner)
    ),
    max_leaves=8,
)


@given(conditions)
def test_it_agrees_with_python_where_nothing_is_missing(text):
    """Row by row, on the rows without missing values."""
    got = matching(text)
    code = compile(ast.parse(text, mode="eval"), "filter", "eval")
    for row in (0, 1):
        names = {name: values[row].item() for name, values in COLUMNS.items()}
        assert got[row] == eval(code, {"__builtins__": {}}, names)
