"""The table of genes that a visitor edits."""

import pytest

from app.elastic.gene_choices import BENDS, CHOICES, WHAT, WHERE, edited_settings, table_rows
from engine.errors import ConfigError
from tests.app.elastic.checked import CHECK


def edited(index, **columns):
    rows = table_rows(CHECK)
    rows[index] |= columns
    return rows


def test_a_row_says_where_and_what_bends():
    assert table_rows(CHECK)[0] == {BENDS: True, WHERE: "stage1", WHAT: "blocks", CHOICES: "1, 2"}
    assert [row[WHAT] for row in table_rows(CHECK)[1:]] == ["channels", "kernel size", "resolution"]


def test_a_table_that_was_not_edited_changes_nothing():
    settings = {"divisor": 4, "choices": {"stem": (8, 16)}}
    assert edited_settings(settings, CHECK, table_rows(CHECK)) == settings


def test_edited_choices_keep_the_full_one():
    settings = edited_settings({}, CHECK, edited(1, **{CHOICES: "12 4"}))
    assert settings == {"choices": {"stage1.0.body.0": [4, 12, 16]}}


def test_what_does_not_bend_is_rigid():
    before = {"choices": {"stage1.0.dw": (3, 5)}, "rigid": ("stem",)}
    settings = edited_settings(before, CHECK, edited(2, **{BENDS: False}))
    assert settings["rigid"] == ["stage1.0.dw", "stem"]


@pytest.mark.parametrize("text", ["", "8, many", "0, 8", "8, 32", "-8", "8.5", None])
def test_other_choices_are_refused_with_the_layer(text):
    with pytest.raises(ConfigError, match=r"stage1\.0\.body\.0: .* from 1 to 16"):
        edited_settings({}, CHECK, edited(1, **{CHOICES: text}))
