"""Rules that hold for every file of the repository."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (
    "app",
    "dynas_studio",
    "pages",
    "engine",
    "tests",
    "benchmarks",
    "examples",
    "docs",
    "docs_site",
)
TEXT = {".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".css", ".js", ".ipynb"}
LEFTOVERS = re.compile(
    r"\b(TODO|FIXME|XXX|HACK|WIP|lorem ipsum|coming soon|not (yet )?implemented|stubs?"
    r"|NotImplementedError|placeholder(?!=|\b\W+color))\b",
    re.IGNORECASE,
)
MARKDOWN_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")


@cache
def files() -> list[Path]:
    found = [path for path in ROOT.iterdir() if path.is_file()]
    for folder in FOLDERS:
        found += (path for path in (ROOT / folder).rglob("*") if path.is_file())
    return found


def modules() -> list[Path]:
    return [path for path in files() if path.suffix == ".py"]


def pages() -> list[Path]:
    return [path for path in files() if path.suffix == ".md"]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_nothing_is_left_for_later() -> None:
    found = [
        f"{name(path)}:{number}: {line.strip()}"
        for path in files()
        if (path.suffix in TEXT or path.name == "Makefile") and path != Path(__file__).resolve()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if LEFTOVERS.search(line)
    ]
    assert not found


def test_modules_and_functions_are_short() -> None:
    long = []
    for path in modules():
        text = path.read_text()
        if len(text.splitlines()) >= 300:
            long.append(f"{name(path)} has 300 lines or more")
        long += [
            f"{name(path)}: {node.name} has more than 60 lines"
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and (node.end_lineno or node.lineno) - node.lineno + 1 > 60
        ]
    assert not long


def slug(heading: str) -> str:
    """The anchor of a heading, as code hosts make it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@cache
def headings(page: Path) -> set[str]:
    prose = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    return {slug(heading) for heading in re.findall(r"^#+ (.+)$", prose, re.MULTILINE)}


def broken_links(page: Path) -> Iterator[str]:
    for groups in MARKDOWN_LINK.findall(page.read_text()):
        link = next(filter(None, groups))
        if re.match(r"(https?|mailto):", link):
            continue
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        if not path.exists() or (anchor and anchor not in headings(path)):
            yield f"{name(page)}: {link}"


def test_links_lead_somewhere() -> None:
    assert not [link for page in pages() for link in broken_links(page)]


def requirements(file: str) -> dict[str, str]:
    """Version specifier by normalised name of the package."""
    lines = (line.partition("#")[0].strip() for line in (ROOT / file).read_text().splitlines())
    parts = (re.match(r"([\w.-]+)(.*)", line) for line in lines if line)
    return {re.sub(r"[-_.]+", "-", part[1]).lower(): part[2] for part in parts if part}


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_exactly(file: str) -> None:
    assert all(re.fullmatch(r"==[\w.]+", pin) for pin in requirements(file).values())


PRODUCT = ("app", "dynas_studio", "pages", "engine")
PEERS = {"botorch", "gpytorch", "modelopt", "optuna", "torchprofile"}
"""Modules of products that a benchmark compares with, which says how they are installed."""


@cache
def packages(path: Path) -> frozenset[str]:
    """What a module imports; a script of the examples may have others beside it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    is_script = name(path).startswith("examples/")
    return frozenset(found - ({p.stem for p in path.parent.glob("*.py")} if is_script else set()))


@pytest.mark.parametrize(
    ("folders", "requirement_files"),
    [
        ((*PRODUCT, "docs_site"), ["requirements.txt"]),
        (FOLDERS, ["requirements.txt", "requirements-dev.txt"]),
    ],
    ids=["product", "everything"],
)
def test_what_is_imported_is_required(
    folders: tuple[str, ...], requirement_files: list[str]
) -> None:
    imported = set()
    for path in modules():
        of_a_cluster = name(path).startswith("examples/clusters/")  # needs what the cluster does
        if name(path).split("/")[0] in folders and not of_a_cluster:
            imported |= packages(path)
    examples = {path.parent.name for path in (ROOT / "examples").glob("*/*/__init__.py")}
    foreign = imported - set(sys.stdlib_module_names) - set(FOLDERS) - examples - PEERS
    distributions = packages_distributions()
    known = {package for file in requirement_files for package in requirements(file)}
    missing = {
        module
        for module in foreign
        if not any(
            re.sub(r"[-_.]+", "-", dist).lower() in known for dist in distributions.get(module, [])
        )
    }
    assert not missing
