"""Which versions of a worker change numbers."""

from importlib.metadata import version

import pytest

from engine.cluster import versions

HERE = {"dynas-studio": "2.1", "torch": "2.9.0+cpu", "files": "aa", "python": "3.11.7"}


@pytest.mark.parametrize(
    ("there", "problem"),
    [
        ({}, ""),
        ({"torch": "2.9.0+cu126"}, ""),
        ({"python": "3.12.1"}, ""),
        (
            {"torch": "2.8.0+cpu"},
            "It has torch 2.8.0, and this machine 2.9.0. Install torch==2.9.0.",
        ),
        (
            {"dynas-studio": "2.0", "files": "bb"},
            "It has dynas-studio 2.0, and this machine 2.1. Install dynas-studio==2.1.",
        ),
        (
            {"files": "bb"},
            "Its source files of dynas-studio 2.1 are not those of this machine. Install the same "
            "release, or the same state of a checkout, on both.",
        ),
    ],
)
def test_what_changes_numbers_is_refused(there, problem):
    assert versions.problem(HERE, {**HERE, **there}) == problem


def test_other_versions_are_mentioned():
    there = {**HERE, "python": "3.12.1", "torch": "2.9.0+cu126"}
    assert versions.remark(HERE, there) == (
        "It has python 3.12.1 (here 3.11.7), torch 2.9.0+cu126 (here 2.9.0+cpu)."
    )


def test_line_ends_of_another_system_are_no_change_and_every_other_byte_is(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.py").write_bytes(b"x = 1\ny = 2\n")
    digest = versions.files_digest(tmp_path)
    (tmp_path / "sub" / "a.py").write_bytes(b"x = 1\r\ny = 2\r\n")
    assert versions.files_digest(tmp_path) == digest
    (tmp_path / "sub" / "a.py").write_bytes(b"x = 1\ny = 3\n")
    assert versions.files_digest(tmp_path) != digest
    (tmp_path / "sub" / "a.py").write_bytes(b"x = 1\ny = 2\n")
    (tmp_path / "sub" / "a.py").rename(tmp_path / "sub" / "b.py")
    assert versions.files_digest(tmp_path) != digest


def test_this_machine_tells_its_versions():
    here = versions.installed()
    assert here["torch"] == version("torch")
    assert len(here["files"]) == 16
    assert versions.problem(here, versions.installed()) == versions.remark(here, here) == ""
