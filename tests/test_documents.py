"""Links, paths and names of modules in the documentation lead somewhere."""

import re
from collections import Counter
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*/*.md")])
FOLDERS = (
    "app",
    "benchmarks",
    "docs",
    "docs_site",
    "dynas_studio",
    "engine",
    "examples",
    "pages",
    "tests",
)
LONGEST_REPEATED = 80  # characters of a paragraph that a page may repeat
SLUG = re.compile(r"[^\w\- ]")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def inline(text: str):
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        yield from token.children or []


def anchors(path: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {SLUG.sub("", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_links_lead_to_files_and_headings_that_there_are(path):
    for token in inline(path.read_text()):
        target = token.attrs.get("href") or token.attrs.get("src")
        if target is None or re.match(r"https?:|mailto:", str(target)):
            continue
        file, _, anchor = str(target).partition("#")
        linked = (path.parent / file).resolve() if file else path
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), target


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_paths_and_modules_that_are_named_exist(path):
    for token in inline(path.read_text()):
        code = token.content if token.type == "code_inline" else ""
        if re.fullmatch(rf"({'|'.join(FOLDERS)})/[\w./*-]*", code):
            assert list(ROOT.glob(code.rstrip("/"))), code
        elif match := re.fullmatch(r"((?:engine|app)(?:\.[a-z_]+)+)(?:[.:]\w+)?", code):
            module = ROOT.joinpath(*match[1].split("."))
            assert any(
                p.exists()
                for p in (module, module.with_suffix(".py"), module.parent.with_suffix(".py"))
            ), code


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_commands_read_the_same_in_a_checkout_and_after_an_installation(path):
    commands = re.findall(r"```sh\n(.*?)```", path.read_text(), re.DOTALL)
    assert not [command for command in commands if ".venv/" in command]


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_a_page_says_nothing_twice(path):
    parts = [part.strip() for part in path.read_text().split("\n\n")]
    paragraphs = Counter(
        part for part in parts if len(part) > LONGEST_REPEATED and part[0].isalpha()
    )
    assert [text for text, count in paragraphs.items() if count > 1] == []
