import pytest

from app.compare.differences import _text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (["acc", "macs"], "acc, macs"),
        ((71.938, 77.238), "71.938, 77.238"),
        ({"slope": 1.044873099563688, "rows": 530}, "slope 1.04487, rows 530"),
        (0.1, "0.1"),
        (True, "True"),
    ],
)
def test_a_setting_is_told_in_words_and_short_numbers(value, shown):
    assert _text(value) == shown
