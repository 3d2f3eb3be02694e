import contextlib
import time

import pytest

from engine.yaml_text import Limits, Position, YamlError, read


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", None),
        ("a: 1\nb: [1, 2.5, x]", {"a": 1, "b": [1, 2.5, "x"]}),
        ("\ufeffa: 1", {"a": 1}),
        ("{'GPU:1'}", {"GPU:1": None}),
        ("{GPU:1: null}", {"GPU:1": None}),
        ("a: {http://b}", {"a": {"http://b": None}}),
        ("a: {b}", {"a": {"b": None}}),
        ("a: 2026-11-26", {"a": "2026-11-26"}),
        ("a: 2026-11-26 10:00:00", {"a": "2026-11-26 10:00:00"}),
        ("a: =", {"a": "="}),
        ("a: 010\nb: 1:30\nc: 1:30.5\nd: 0", {"a": "010", "b": "1:30", "c": "1:30.5", "d": 0}),
        ("a: !!int 0x1F", {"a": 31}),
        ("a: {yes: 1}".replace("yes", "'yes'"), {"a": {"yes": 1}}),
        ("a: !!str 3", {"a": "3"}),
        ("a: &x {b: 1}\nc: {<<: *x, d: 2}", {"a": {"b": 1}, "c": {"d": 2, "b": 1}}),
        ("<<: {a: 1, b: 3}\na: 2", {"a": 2, "b": 3}),
    ],
)
def test_what_it_says_is_plain_data(text, data):
    assert read(text).data == data


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2", "line 2, column 1: the key 'a' is given twice"),
        ("&k a: 1\n*k : 2", "line 2, column 1: the key 'a' is given twice"),
        ("a:\n  1: 2", "line 2, column 3: a key must be a text, not 1; put it in quotes"),
        ("a: {GPU:1}", "line 1, column 5: write a space behind the colon: 'GPU: 1'"),
        ("{acc:90, macs: 3}", "line 1, column 2: write a space behind the colon: 'acc: 90'"),
        ("null: 1", "line 1, column 1: a key must be a text; put it"),
        ("? [a]\n: b", "line 1, column 3: a key must be a text, not a list or a mapping"),
        ("a: !!int abc", "line 1, column 4: 'abc' cannot be read as a whole number"),
        ("a: !!int ''", "line 1, column 4: '' cannot be read as a whole number"),
        ("a: !!float x", "line 1, column 4: 'x' cannot be read as a number"),
        ("a: !!bool maybe", "line 1, column 4: 'maybe' cannot be read as true or false"),
        ("a: " + "9" * 5000, "line 1, column 4: a number of 5,000 characters is too long"),
        ("a: !!python/object/apply:os.system [x]", "the tag '!!python/object/apply:os.system'"),
        ("a: !!set {x}", "the tag '!!set' is not read"),
        ("a: !!binary aGk=", "the tag '!!binary' is not read"),
        ("a: !!timestamp 2020-01-01", "the tag '!!timestamp' is not read"),
        ("a: !Pruner {}", "the tag '!Pruner' is not read"),
        ("a: {<<: 3}", "line 1, column 5: << takes a mapping, or a list of mappings"),
        ("&a [*a]", "line 1, column 5: 'a' would hold itself"),
        ("a: *b", "line 1, column 4: nothing before is called 'b'"),
        ("a: 1\n---\nb: 2", "line 2, column 1: a second document begins here"),
        ("a: [", "not valid YAML: "),
        ("a:\tb\n\tc: d", "not valid YAML: "),
        ("a\nb\0c", "line 2, column 2: the character '\\x00' cannot be in a text"),
        ("\ud800", "line 1, column 1: the character '\\ud800' cannot be in a text"),
        ('"\\0"', "line 1, column 1: '\\x00' cannot be read as a text"),
        ("[" * 500, "line 1, column 21: lists and mappings are nested more than 20 deep"),
        ("[" * 100_000, "nest"),  # PyYAML 6.0.4 refuses more than 1,000 levels itself
        ("- " * 50_000, "nested more than 20 deep"),
        ("a: 'x\n", "not valid YAML: "),
        ("x" * 1_000_001, "the text has 1,000,001 characters, more than the 1,000,000"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text, message):
    with pytest.raises(YamlError) as refused:
        read(text)
    assert message in str(refused.value)
    assert len(str(refused.value)) < 400


def _expanding(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines)


def test_aliases_count_with_what_they_stand_for_before_anything_is_built():
    began = time.process_time()
    with pytest.raises(YamlError, match=r"line 5, .* more than the 20,000 values that are read"):
        read(_expanding(9))
    assert time.process_time() - began < 1


def test_nesting_through_aliases_counts_as_nesting():
    chain = "\n".join(["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 30))])
    with pytest.raises(YamlError, match="nested more than 20 deep"):
        read(chain)


def test_every_value_has_its_place():
    document = read("nas:\n  dynas:\n    metrics: [acc,\n      3]\n")
    assert document.position(["nas", "dynas", "metrics", 1]) == Position(4, 7)
    assert document.position(["nas", "dynas"]) == Position(2, 3)
    assert document.position(["nas", "missing", "deeper"]) == Position(1, 1)
    assert str(Position(4, 7)) == "line 4, column 7"
    assert read("").position(["nas"]) is None


@pytest.mark.parametrize("unit", ["a", "[", "- ", "&a ", "x: ", "{", "1", "'", '"\\', "!a ", "#\n"])
def test_ten_times_the_text_takes_about_ten_times_as_long(unit):
    limits = Limits(characters=10**7, values=10**7, depth=20)

    def seconds(count: int) -> float:
        times = []
        for _ in range(3):
            began = time.process_time()
            with contextlib.suppress(YamlError):
                read(unit * count, limits)
            times.append(time.process_time() - began)
        return min(times)

    assert seconds(100_000) < 40 * max(seconds(10_000), 0.005)
