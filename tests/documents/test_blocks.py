"""No block of code in the documentation is left out, and no exception is without use."""

import csv
import json
import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from markdown_it import MarkdownIt

from app.access.streamlit_login import MIN_SECRET_LENGTH
from engine import plug_ins
from engine.runs.importing.columns import read_columns
from tests.documents import not_run
from tests.documents.not_run import NOT_RUN, reason_not_to_run
from tests.documents.page_blocks import ROOT, SHELL, all_blocks, blocks, pages
from tests.documents.page_settings import SETTINGS

FOLLOWED = ("python", "yaml", *SHELL)
"""Languages whose blocks test_pages.py runs or reads."""

TEXTS = {"docs/cluster.md": "ok ", "docs/file-formats.md": "runs/\n"}
"""The beginning of blocks that are neither code nor data, by page."""


def named(language: str) -> list:
    return [pytest.param(b, id=str(b)) for b in all_blocks() if b.language == language]


def commands() -> list[str]:
    return [command for block in all_blocks() for command in block.commands]


@pytest.mark.parametrize("page", pages())
def test_every_block_is_of_a_language_that_is_tried(page: str) -> None:
    tried = (*FOLLOWED, "json", "toml", "csv", "text")
    assert [str(block) for block in blocks(page) if block.language not in tried] == []


def test_every_command_that_is_not_run_has_a_use() -> None:
    unused = [e.pattern for e in NOT_RUN if not any(e.matches(c) for c in commands())]
    assert not unused


@pytest.mark.parametrize("command", sorted({c for c in commands() if reason_not_to_run(c)}))
def test_a_command_that_is_not_run_could_work(command: str) -> None:
    entry = reason_not_to_run(command)
    assert entry is not None
    entry.check(command)


@pytest.mark.parametrize("page", SETTINGS)
def test_every_substitution_has_a_use(page: str) -> None:
    text = "\n".join(block.text for block in blocks(page))
    settings = SETTINGS[page]
    assert [one for one, _ in settings.substitutions if not re.search(one, text)] == []
    assert [part for part in settings.refusals if part not in text] == []


@pytest.mark.parametrize("block", [pytest.param(b, id=str(b)) for b in all_blocks() if b.example])
def test_a_block_that_names_a_file_shows_it_whole(block) -> None:
    path = ROOT / block.example
    assert block.text == f"# {block.example}\n{path.read_text()}"
    if path.suffix == ".py":
        compile(block.text, block.example, "exec")
    else:
        yaml.safe_load(block.text)


def test_json_can_be_read() -> None:
    for block in all_blocks():
        if block.language == "json":
            json.loads(block.text)


@pytest.mark.parametrize("block", named("csv"))
def test_the_columns_of_a_csv_are_those_that_are_imported(block) -> None:
    (header, *_) = csv.reader(block.text.splitlines())
    assert not read_columns(header, block.page).unread_headings


@pytest.mark.parametrize("block", named("toml"))
def test_toml_names_settings_and_objects_that_exist(block, monkeypatch) -> None:
    data = tomllib.loads(block.text)
    for folder in (ROOT / "examples").iterdir():
        monkeypatch.syspath_prepend(str(folder))
    for group, points in data.get("project", {}).get("entry-points", {}).items():
        assert group in (plug_ins.SUPERNETS, plug_ins.METERS, plug_ins.CLUSTERS)
        for name, value in points.items():
            module, _, attribute = value.partition(":")
            offered = getattr(import_module(module), attribute)
            names = offered.schemes if group == plug_ins.CLUSTERS else (offered().name,)
            assert name in names
    for section in data.get("auth", {}), *data.get("auth", {}).values():
        secret = section.get("cookie_secret", "") if isinstance(section, dict) else ""
        assert not secret or str(MIN_SECRET_LENGTH) in secret
    assert data.keys() <= {"project", "auth"}


@pytest.mark.parametrize("block", named("text"))
def test_text_that_nothing_reads_is_listed(block) -> None:
    assert block.text.startswith(TEXTS[block.page])


def test_the_tree_of_the_data_folder_has_what_a_search_writes(shared_runs) -> None:
    (tree,) = [b.text for b in blocks("docs/file-formats.md") if b.language == "text"]
    listed = set(re.findall(r"^([\w.-]+)/?(?=[ ,/]|$)", tree, re.MULTILINE))
    listed |= set(re.findall(r", ([\w.-]+)", tree))
    written = {path.name for path in shared_runs.folder.iterdir()}
    assert written <= listed
    (run,) = shared_runs.folder.glob(f"runs/{shared_runs.finished}")
    assert {path.name for path in run.iterdir()} <= set(re.findall(r"^    ([\w.]+)", tree, re.M))


def inline_commands() -> list[str]:
    """The commands of this product in the running text."""
    found = set()
    for page in pages():
        for token in MarkdownIt("commonmark").enable("table").parse((ROOT / page).read_text()):
            for part in token.children or []:
                if part.type == "code_inline" and part.content.startswith(
                    ("dynas-studio ", "make ")
                ):
                    found.add(part.content)
    return sorted(found)


@pytest.mark.parametrize("command", inline_commands())
def test_a_command_in_the_running_text_exists(command: str) -> None:
    not_run.names_what_exists(command)


def test_the_fragments_belong_to_a_page() -> None:
    used = "".join(settings.prelude for settings in SETTINGS.values())
    for path in Path(__file__).with_name("fragments").glob("*.py"):
        assert path.read_text() in used
