"""A command of a page counts as working only if it does what the page says."""

import pytest

from tests.documents import page_commands
from tests.documents.page_blocks import Block
from tests.documents.page_commands import check_yaml, run_command


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(page_commands, "_folder", tmp_path)


def test_a_command_that_fails_ends_the_page() -> None:
    run_command("true")
    with pytest.raises(SystemExit, match="failed with 1: false"):
        run_command("false | cat")


def test_a_change_of_folder_holds_for_the_commands_after_it(tmp_path) -> None:
    run_command("mkdir inner && cd inner")
    run_command("touch here")
    assert (tmp_path / "inner/here").exists()


def test_a_refusal_must_be_the_one_that_the_page_tells_of() -> None:
    run_command("echo there is nothing to repair; exit 1", "nothing to repair")
    for command in ("echo something else; exit 1", "echo there is nothing to repair"):
        with pytest.raises(SystemExit, match="should say"):
            run_command(command, "nothing to repair")


def test_what_a_page_shows_must_be_printed_but_for_its_numbers() -> None:
    run_command(
        "echo 'run 20261127-064709-7d8afb   6/6'", shown="run 20260101-101010-aaaaa1 250/250"
    )
    with pytest.raises(SystemExit, match="should print"):
        run_command("echo id state", shown="id state evaluations")


def test_console_blocks_show_commands_and_the_beginning_of_their_output() -> None:
    block = Block("page", 1, "console", "$ one \\\n  --more\nfirst line\nsecond\n$ two\n")
    assert block.steps == [("one --more", "first line"), ("two", "")]


def test_yaml_that_nothing_reads_is_refused(tmp_path) -> None:
    check_yaml("base: 1.0\nblocks: {'w[0]=1': 2.0}", str(tmp_path / "table.yaml"))
    assert (tmp_path / "table.yaml").exists()
    with pytest.raises(AssertionError):
        check_yaml("colour: red", "")
