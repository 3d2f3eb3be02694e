"""The progress of a search where there is no terminal: one line again and again, or few lines."""

import io
import sys
from itertools import pairwise
from types import SimpleNamespace

import pytest

from engine.python_api import progress
from engine.python_api.progress import TextLines, in_notebook, shown_progress
from engine.runs.times.time_range import TimeRange


@pytest.fixture
def made():
    """Make progress from 2 to 12 evaluations with a clock that the test sets."""

    def make(in_place, interval=1.0):
        stream, clock = io.StringIO(), [0.0]
        lines = TextLines(
            stream, 2, 12, interval, in_place, lambda: clock[0],
            remaining=lambda: TimeRange(720, 900, 1200),
        )  # fmt: skip
        return lines, stream, clock

    return make


def test_in_a_notebook_one_line_is_written_again_at_most_so_often(made):
    lines, stream, clock = made(in_place=True)
    for count in range(3, 13):
        clock[0] += 0.25
        lines.update(count)
    lines.close(12)
    shown = stream.getvalue().split("\r")[1:]
    assert [line.split(",")[0].split(" eval")[0] for line in shown] == [
        "searching: 6 of 12", "searching: 10 of 12", "searching: 12 of 12"
    ]  # fmt: skip
    assert stream.getvalue().endswith("\n")
    assert stream.getvalue().count("\n") == 1
    for before, after in pairwise(shown):
        assert len(after) >= len(before.rstrip())  # nothing of a longer line stays


def test_elsewhere_each_line_stays(made):
    lines, stream, clock = made(in_place=False, interval=30.0)
    clock[0] = 40.0
    lines.update(6)
    lines.update(7)
    lines.close(7)
    assert stream.getvalue() == (
        "searching: 6 of 12 evaluations, about 12 to 20 min left\n"
        "searching: 7 of 12 evaluations, about 12 to 20 min left\n"
    )


def test_a_sentence_begins_on_a_line_of_its_own(made):
    lines, stream, clock = made(in_place=True)
    clock[0] = 2.0
    lines.update(4)
    lines.say("Stopping.")
    lines.close(4)
    assert stream.getvalue().endswith(" left\nStopping.\n")


def test_a_search_that_measured_nothing_shows_nothing(made):
    lines, stream, _ = made(in_place=True)
    lines.close(2)
    assert stream.getvalue() == ""


def test_the_kernel_of_a_notebook_is_told_from_a_console(monkeypatch):
    for shell, expected in ((SimpleNamespace(kernel=object()), True), (SimpleNamespace(), False)):
        ipython = SimpleNamespace(get_ipython=lambda shell=shell: shell)
        monkeypatch.setitem(sys.modules, "IPython", ipython)
        assert in_notebook() is expected
    monkeypatch.delitem(sys.modules, "IPython")
    assert in_notebook() is False


def test_without_a_terminal_it_goes_to_stderr_as_plain_text(capsys):
    with shown_progress(True, 0, 4, lambda: 4) as display:
        display.update(2)
        display.say("a [sentence]")
    out, err = capsys.readouterr()
    assert (out, err) == ("", "a [sentence]\nsearching: 4 of 4 evaluations\n")


def test_in_a_notebook_it_goes_to_its_output(capsys, monkeypatch):
    monkeypatch.setattr(progress, "in_notebook", lambda: True)
    with shown_progress(True, 0, 4, lambda: 4):
        pass
    assert capsys.readouterr() == ("\rsearching: 4 of 4 evaluations\n", "")


def test_without_progress_sentences_alone_are_shown(capsys):
    with shown_progress(False, 0, 4, lambda: 4) as display:
        display.update(2)
        display.say("a [sentence]")
    assert capsys.readouterr().err == "a [sentence]\n"


def test_in_a_terminal_there_is_a_bar(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    with shown_progress(True, 0, 4, lambda: 4):
        pass
    assert "4/4" in capsys.readouterr().err
