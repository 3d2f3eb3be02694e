"""The files of drafts of the New search form, and which of them can be used."""

import os

import pytest

from app.forms.draft import usable_fields
from app.forms.draft_files import DraftFiles
from app.forms.field_values import form_values
from engine.config import NASConfig

NAME = "0" * 32


@pytest.fixture
def files(tmp_path):
    return DraftFiles(tmp_path / "drafts")


def test_a_draft_is_read_as_it_was_written_and_is_private(files, tmp_path):
    assert files.read(NAME) is None
    files.write(NAME, {"fields": {"seed": 3}})
    assert files.read(NAME) == {"fields": {"seed": 3}}
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "drafts").iterdir()] == [0o600]
    files.remove(NAME)
    assert files.read(NAME) is None
    files.remove(NAME)


@pytest.mark.parametrize("content", ["", "[]", "{", "null", '"text"', "\udcff"])
def test_a_damaged_draft_is_none(files, tmp_path, content):
    files.write(NAME, {})
    (tmp_path / "drafts" / f"{NAME}.json").write_text(content, errors="surrogateescape")
    assert files.read(NAME) is None


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path):
    (tmp_path / "drafts").write_text("a file")
    files = DraftFiles(tmp_path / "drafts")
    files.write(NAME, {})
    assert files.read(NAME) is None


def test_of_very_many_drafts_the_latest_are_kept(files, tmp_path):
    files.write(NAME, {})
    for number in range(1, 501):
        path = tmp_path / "drafts" / f"{number:032x}.json"
        path.write_text("{}")
        os.utime(path, (number, number))
    files.write(f"{501:032x}", {})
    assert len(list((tmp_path / "drafts").iterdir())) == 500
    assert files.read(NAME) == {}
    assert files.read(f"{1:032x}") is None


DEFAULTS = form_values(NASConfig())


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"seed": 3}, {"seed": 3}),
        ({"seed": 3, "of_another_version": 1}, {"seed": 3}),
        ({"constraints": ["macs <="]}, {"constraints": ["macs <="]}),
        ({}, {}),
    ],
)
def test_a_draft_is_completed_with_defaults(fields, expected):
    assert usable_fields(fields) == {**DEFAULTS, **expected}


@pytest.mark.parametrize(
    "fields",
    [None, [], "text", {"seed": "three"}, {"approach": "no such"}, {"metrics": None},
     {"supernet_options": 3}, {"results_csv_path": None}],
)  # fmt: skip
def test_a_draft_that_no_search_can_have_is_not_used(fields):
    assert usable_fields(fields) is None
