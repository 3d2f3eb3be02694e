"""An option is declared once: what forms draw, what YAML may hold and what errors say follows."""

from typing import Literal

import pytest
from pydantic import ValidationError

from engine.errors import ConfigError
from engine.options import (
    Options,
    fields,
    non_default_values,
    option,
    path_option_names,
    read_options,
)


class Kinds(Options):
    """One of each kind."""

    way: Literal["fast", "exact"] = option("fast", "Way", "How.", choice_labels=("Fast", "Exact"))
    count: int = option(3, "Count", "How many.", ge=1, lt=10, when=("way", "exact"))
    share: float = option(0.5, "Share", "How much.", gt=0, le=1)
    often: bool = option(False, "Often", "Whether.")
    word: str | None = option(None, "Word", "What.", hint="None")
    folder: str | None = option(None, "Folder", "Where.", path=True)
    bare: list[int] = option([], "Bare", "For programs.", form=False)


FIELDS = {field.name: field for field in fields(Kinds)}


def test_a_form_learns_what_is_entered_and_in_which_order():
    assert [(f.name, f.kind) for f in fields(Kinds)] == [
        ("way", "choice"), ("count", "whole number"), ("share", "number"), ("often", "boolean"),
        ("word", "text"), ("folder", "path"), ("bare", "plain data"),
    ]  # fmt: skip


def test_words_bounds_defaults_and_hints_are_those_of_the_declaration():
    way, count, share, word = (FIELDS[name] for name in ("way", "count", "share", "word"))
    assert (way.label, way.help, way.default) == ("Way", "How.", "fast")
    assert (way.choices, way.choice_labels) == (("fast", "exact"), ("Fast", "Exact"))
    assert (count.lowest, count.highest, count.optional) == (1, 10, False)
    assert (share.lowest, share.highest) == (0, 1)
    assert (word.optional, word.default, word.hint, word.lowest) == (True, None, "None", None)


def test_only_paths_are_paths():
    assert path_option_names(Kinds) == ("folder",)


def test_an_option_may_be_of_no_use_among_others_or_in_no_form():
    assert not FIELDS["count"].has_effect({"way": "fast"})
    assert FIELDS["count"].has_effect({"way": "exact"})
    assert FIELDS["word"].has_effect({})
    assert [name for name, field in FIELDS.items() if not field.form] == ["bare"]


def test_what_is_not_declared_with_words_is_drawn_by_its_name():
    class Silent(Options):
        some_number: int = 3

    (field,) = fields(Silent)
    assert (field.label, field.help, field.kind) == ("Some number", "", "whole number")


def test_plain_data_goes_in_and_out_without_defaults():
    given = {"way": "exact", "count": 4, "share": "1e-1", "often": True, "word": "w", "bare": [1]}
    options = read_options(Kinds, given, "options")
    assert (options.count, options.share) == (4, 0.1)
    assert non_default_values(options) == {**given, "share": 0.1}
    assert non_default_values(read_options(Kinds, {"count": 3, "word": None}, "options")) == {}
    assert read_options(Kinds, non_default_values(options), "options") == options


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"count": 0}, "a.b.count: must be at least 1, not 0."),
        ({"count": 10}, "a.b.count: must be less than 10, not 10."),
        ({"count": True}, "a.b.count: must be a whole number, not True."),
        ({"share": 0}, "a.b.share: must be more than 0, not 0."),
        ({"share": float("nan")}, "a.b.share: must be a finite number, not nan."),
        ({"often": 1}, "a.b.often: must be true or false, not 1."),
        ({"way": "slow"}, "a.b.way: must be 'fast' or 'exact', not 'slow'."),
        ({"word": 3}, "a.b.word: must be text, not 3."),
        ({"word": "\ud800"}, "a.b.word: holds a character that no text can have."),
        ({"folder": "a\0b"}, "a.b.folder: a path cannot hold a null character."),
        ({"shere": 1}, "a.b.shere: there is no such option. Did you mean share?"),
        ({"x": 1}, "a.b.x: there is no such option. Choose from: way, count, share, often, word, "
                   "folder, bare."),
        ({"count": 0, "often": 1}, "a.b.count: must be at least 1, not 0. a.b.often: must be true "
                                   "or false, not 1."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_a_sentence_that_says_where(given, sentence):
    with pytest.raises(ConfigError) as refused:
        read_options(Kinds, given, "a.b")
    assert str(refused.value) == sentence


def test_without_options_there_is_none_to_set():
    with pytest.raises(ConfigError, match=r"^task_options.x: there are no options to set here"):
        read_options(Options, {"x": 1}, "task_options")


def test_options_cannot_be_changed():
    options = Kinds()
    with pytest.raises(ValidationError):
        options.count = 4
