"""Names that visitors give, and fields that leave none of their text out without a word."""

from pathlib import Path

import pytest

from app.name_field import entered_name
from engine.errors import ConfigError

APP = Path(__file__).resolve().parents[2] / "app"


def test_a_long_name_is_refused_with_its_length():
    assert entered_name(" " + "x" * 80 + " ") == "x" * 80
    assert entered_name(None) == ""
    with pytest.raises(ConfigError, match="at most 80 characters, and this one has 81"):
        entered_name("x" * 81)
    with pytest.raises(ConfigError, match="at most 40 characters"):
        entered_name("x" * 41, 40)


def test_no_field_drops_a_text_that_is_too_long_for_it():
    limited = [path.name for path in APP.rglob("*.py") if "max_chars=" in path.read_text()]
    assert limited == [], "the browser would ignore what is pasted there: check it where it is used"
