import sys

import pytest

from benchmarks.command_line import given_numbers


@pytest.mark.parametrize(
    ("arguments", "numbers"), [([], [5, 0.5]), (["3"], [3, 0.5]), (["3", "2"], [3, 2.0])]
)
def test_numbers_that_are_left_out_have_their_defaults(monkeypatch, arguments, numbers):
    monkeypatch.setattr(sys, "argv", ["benchmark", *arguments])
    given = given_numbers("What it measures.", seeds=5, megabytes=0.5)
    assert given == numbers
    assert [type(number) for number in given] == [int, float]


def test_help_has_the_documentation_and_the_defaults(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["benchmark", "--help"])
    with pytest.raises(SystemExit) as ended:
        given_numbers("What it measures.", evaluations=20_000)
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    assert "What it measures." in printed
    assert "20,000 by default" in printed


@pytest.mark.parametrize("arguments", [["many"], ["1", "2"], ["--fast"]])
def test_what_is_no_number_or_too_many_is_a_wrong_command_line(monkeypatch, arguments):
    monkeypatch.setattr(sys, "argv", ["benchmark", *arguments])
    with pytest.raises(SystemExit) as ended:
        given_numbers("What it measures.", seeds=5)
    assert ended.value.code == 2
